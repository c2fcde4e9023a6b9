"""Stock levels and their ledger: looked at, and changed by tools."""

from django import forms
from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.utils.translation import gettext_lazy

from inventory.admin.levels import formula, newest_movements, other_conditions
from inventory.admin.scope import within
from inventory.admin.stock_list import levels_shown, stock_page
from inventory.models import StockLevel, StockMovement
from inventory.models.stock import Condition
from inventory.services import bins
from inventory.services.conditions import ConditionChange, change_condition
from inventory.services.safety import SafetyStock, set_safety_stock
from inventory.services.stock_refusals import MOST
from oms.core import extra_pages, panels
from oms.core.admin import ExportingAdmin, ReadOnlyAdmin
from oms.core.admin.exporting import export_context
from oms.core.causes import causes
from oms.core.outcome import Outcome
from oms.core.tools import Tool, register_tool


@admin.register(StockLevel)
class StockLevelAdmin(ExportingAdmin, ReadOnlyAdmin):
    """The list is a page of its own: one row for a product, see `stock_list`."""

    own_panels = (other_conditions, newest_movements)
    has_timeline = True
    list_select_related = ["product", "location"]
    fields = ["product", "product_name", "location", "condition_badge", "explained"]
    fields += ["bin", "updated_at"]

    def get_urls(self):
        return [*extra_pages.urls_of(StockLevel, self.admin_site), *super().get_urls()]

    def get_queryset(self, request):
        rows = super().get_queryset(request).select_related("product", "location")
        return rows.filter(within(request.user, "location"))

    def changelist_view(self, request, extra_context=None):
        frame = self.admin_site.each_context(request) | export_context(self, request)
        return stock_page(request, frame)

    def export_rows(self, request):
        return levels_shown(request)

    @admin.display(description=gettext_lazy("name"))
    def product_name(self, level):
        return level.product.name

    @admin.display(description=gettext_lazy("condition"))
    def condition_badge(self, level):
        return panels.status_badge(level, "condition")

    @admin.display(
        description=gettext_lazy("to promise = on hand − allocated − safety stock")
    )
    def explained(self, level):
        return formula(level)


class LedgerList(ChangeList):
    """Finds the causes of a page's movements at once."""

    def get_results(self, request):
        super().get_results(request)
        self.result_list = list(self.result_list)
        known = causes((row.ref_type, row.ref_id) for row in self.result_list)
        for row in self.result_list:
            row.cause = known[row.ref_type, row.ref_id]


@admin.register(StockMovement)
class StockMovementAdmin(ExportingAdmin, ReadOnlyAdmin):
    list_display = ["at", "kind", "sku", "location", "on_hand_delta"]
    list_display += ["allocated_delta", "document", "reason", "actor"]
    list_filter = ["kind", "stock_level__location"]
    search_fields = ["stock_level__product__sku__exact"]
    search_help_text = gettext_lazy("SKU, in full")
    list_select_related = ["stock_level__product", "stock_level__location"]
    ordering = ["-id"]
    fields = ["at", "kind", "stock_level", "on_hand_delta", "allocated_delta"]
    fields += ["document", "reason", "actor"]

    def get_changelist(self, request, **kwargs):
        return LedgerList

    def get_queryset(self, request):
        rows = super().get_queryset(request)
        return rows.filter(within(request.user, "stock_level__location"))

    @admin.display(description=gettext_lazy("SKU"))
    def sku(self, movement):
        level = movement.stock_level
        return panels.link(StockLevel, level.pk, level.product)

    @admin.display(description=gettext_lazy("location"))
    def location(self, movement):
        return movement.stock_level.location

    @admin.display(description=gettext_lazy("cause"))
    def document(self, movement):
        ref = movement.ref_type, movement.ref_id
        return getattr(movement, "cause", None) or causes([ref])[ref]


class ConditionForm(forms.Form):
    quantity = forms.IntegerField(
        label=gettext_lazy("Pieces"), min_value=1, max_value=MOST
    )
    becomes = forms.ChoiceField(label=gettext_lazy("Become"), choices=Condition.choices)
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=200)


def _change_condition(level: StockLevel, given: dict, actor: str) -> Outcome:
    change = ConditionChange(
        level.product_id, level.location_id, was=level.condition, **given
    )
    return change_condition([change], actor=actor)


class SafetyForm(forms.Form):
    pieces = forms.IntegerField(
        label=gettext_lazy("Pieces"),
        min_value=0,
        max_value=MOST,
        help_text=gettext_lazy("What is not promised to new orders."),
    )


def _set_safety_stock(level: StockLevel, given: dict, actor: str) -> Outcome:
    row = SafetyStock(level.product_id, level.location_id, given["pieces"])
    return set_safety_stock([row], actor=actor)


register_tool(
    StockLevel,
    Tool(
        "condition",
        gettext_lazy("Change condition"),
        ConditionForm,
        _change_condition,
        "inventory.adjust_stocklevel",
    ),
)


class BinForm(forms.Form):
    bin = forms.CharField(
        label=gettext_lazy("Bin"),
        max_length=bins.MOST,
        required=False,
        help_text=gettext_lazy("Pickers walk in this order: A-2, A-10, B-1."),
    )


def _set_bin(level: StockLevel, given: dict, actor: str) -> Outcome:
    return bins.set_bins({level.pk: given["bin"]}, actor=actor)


register_tool(
    StockLevel,
    Tool(
        "bin",
        gettext_lazy("Set bin"),
        BinForm,
        _set_bin,
        "inventory.adjust_stocklevel",
    ),
)
register_tool(
    StockLevel,
    Tool(
        "safety-stock",
        gettext_lazy("Set safety stock"),
        SafetyForm,
        _set_safety_stock,
        "inventory.adjust_stocklevel",
        shown=lambda level: level.condition == Condition.SELLABLE,
    ),
)
