"""The risk of an order, and what it is judged by."""

from django.contrib import admin
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from oms.core import panels
from oms.core.admin import KeptAdmin, ReadOnlyAdmin
from orders.models import BlocklistEntry, Order, RiskAssessment, RiskRule
from orders.services.risk import SOURCE, normalised


def signals_in_words(assessment: RiskAssessment) -> str:
    texts = (_("%(points)d points: %(text)s") % signal for signal in assessment.signals)
    return panels.lines_of(texts) or panels.NOTHING


def risk(order: Order) -> panels.Table | None:
    """Every look at it, newest first, and who has decided."""
    rows = sorted(order.risk_assessments.all(), key=lambda row: -row.pk)
    if not rows:
        return None
    return panels.Table(
        _("Risk"),
        [_("At"), _("Score"), _("Signals"), _("By")],
        [
            [
                panels.moment(row.at),
                panels.link(RiskAssessment, row.pk, f"{row.score} / {row.limit}"),
                signals_in_words(row),
                row.provider,
            ]
            for row in rows
        ],
        note=_decision(order),
    )


def _decision(order: Order) -> str:
    placed = [hold for hold in order.holds.all() if hold.source == SOURCE]
    if not placed:
        return ""
    hold = max(placed, key=lambda hold: hold.pk)
    if hold.released_at is None:
        return _("It waits for somebody to decide: release its hold, or cancel it.")
    return _("%(who)s decided on %(when)s: %(note)s") % {
        "who": hold.released_by,
        "when": panels.moment(hold.released_at),
        "note": hold.release_note,
    }


@admin.register(RiskAssessment)
class RiskAssessmentAdmin(ReadOnlyAdmin):
    list_display = ["at", "order", "score", "limit", "provider"]
    list_filter = ["provider"]
    search_fields = ["order__number__exact"]
    search_help_text = gettext_lazy("Number of the order")
    list_select_related = ["order"]
    ordering = ["-id"]
    fields = ["order", "at", "score", "limit", "in_words", "provider"]

    @admin.display(description=gettext_lazy("signals"))
    def in_words(self, assessment):
        return signals_in_words(assessment)


@admin.register(RiskRule)
class RiskRuleAdmin(KeptAdmin):
    list_display = ["signal", "points", "threshold", "window_hours", "is_active"]
    ordering = ["signal"]
    fields = ["signal", "points", "threshold", "window_hours", "is_active"]


@admin.register(BlocklistEntry)
class BlocklistEntryAdmin(KeptAdmin):
    list_display = ["value", "kind", "note", "is_active"]
    list_filter = ["kind", "is_active"]
    search_fields = ["value"]
    ordering = ["kind", "value"]
    fields = ["kind", "value", "note", "is_active"]

    def get_form(self, request, obj=None, **kwargs):
        form = super().get_form(request, obj, **kwargs)

        class Normalised(form):
            def clean(self):
                said = super().clean()
                if {"kind", "value"} <= said.keys():
                    said["value"] = normalised(said["kind"], said["value"])
                    if not said["value"]:
                        self.add_error("value", _("Nothing is left of it; check it."))
                return said

        return Normalised
