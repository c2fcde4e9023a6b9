"""Routing decisions, in words."""

from django.contrib import admin
from django.utils.translation import gettext_lazy

from fulfillment.models import RoutingDecision
from fulfillment.panels import line_by_line
from fulfillment.routing import explain
from oms.core import panels
from oms.core.admin import ReadOnlyAdmin


@admin.register(RoutingDecision)
class RoutingDecisionAdmin(ReadOnlyAdmin):
    list_display = ["at", "order", "sentence", "splits"]
    search_fields = ["order__number__exact"]
    search_help_text = gettext_lazy("Number of the order")
    list_select_related = ["order", "policy__channel"]
    ordering = ["-id"]
    fields = ["at", "order", ("kind", "mode", "policy"), "sentence", "line_by_line"]
    fields += ["why_not", "plans_compared", "splits", ("actor", "reason")]

    @admin.display(description=gettext_lazy("why there"))
    def sentence(self, decision):
        return explain.why(decision)

    @admin.display(description=gettext_lazy("line by line"))
    def line_by_line(self, decision):
        return line_by_line(decision)

    @admin.display(description=gettext_lazy("plans compared"))
    def plans_compared(self, decision):
        return panels.lines_of(explain.plans_compared(decision)) or panels.NOTHING

    @admin.display(description=gettext_lazy("why not elsewhere"))
    def why_not(self, decision):
        return panels.lines_of(explain.why_not(decision)) or panels.NOTHING
