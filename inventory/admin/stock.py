"""Stock levels and their ledger: looked at, and changed by tools."""

from django import forms
from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inventory.models import StockLevel, StockMovement
from inventory.models.stock import Condition
from inventory.selectors import LOW
from inventory.services.conditions import ConditionChange, change_condition
from inventory.services.safety import SafetyStock, set_safety_stock
from inventory.services.stock_refusals import MOST
from oms.core import panels
from oms.core.admin import ReadOnlyAdmin
from oms.core.outcome import Outcome
from oms.core.tools import Tool, register_tool

NEWEST_MOVEMENTS = 50


def formula(level: StockLevel) -> str:
    if level.condition != Condition.SELLABLE:
        return _("0, as only sellable goods are promised")
    return f"{level.atp} = {level.on_hand} − {level.allocated} − {level.safety_stock}"


def other_conditions(level: StockLevel) -> panels.Table | None:
    """What lies at the same place in another condition."""
    others = StockLevel.objects.filter(
        product=level.product_id, location=level.location_id
    ).exclude(pk=level.pk)
    rows = [
        [
            panels.status_badge(other, "condition"),
            panels.link(StockLevel, other.pk, other.on_hand),
        ]
        for other in others.order_by("condition")
    ]
    if not rows:
        return None
    return panels.Table(_("Here too"), [_("Condition"), _("On hand")], rows)


def newest_movements(level: StockLevel) -> panels.Table:
    movements = level.movements.order_by("-id")[:NEWEST_MOVEMENTS]
    return panels.Table(
        _("Ledger, newest first"),
        [
            _("At"),
            _("What"),
            _("On hand"),
            _("Allocated"),
            _("Document"),
            _("Reason"),
            _("By"),
        ],
        [
            [
                panels.moment(movement.at),
                movement.get_kind_display(),
                signed(movement.on_hand_delta),
                signed(movement.allocated_delta),
                document(movement),
                movement.reason or panels.NOTHING,
                movement.actor,
            ]
            for movement in movements
        ],
        note=format_html('<a href="{}">{}</a>', ledger_url(level), _("Whole ledger")),
        empty=_("Nothing has moved."),
    )


def signed(pieces: int) -> str:
    return f"{pieces:+d}" if pieces else "0"


def document(movement: StockMovement) -> str:
    if not movement.ref_type:
        return panels.NOTHING
    return panels.link(movement.ref_type, movement.ref_id)


def ledger_url(level: StockLevel) -> str:
    url = reverse("admin:inventory_stockmovement_changelist")
    return f"{url}?stock_level__id__exact={level.pk}"


class LowFilter(admin.SimpleListFilter):
    """Levels at or below their safety stock."""

    title = gettext_lazy("low stock")
    parameter_name = "low"

    def lookups(self, request, model_admin):
        return [("yes", _("Yes"))]

    def queryset(self, request, queryset):
        return queryset.filter(LOW) if self.value() == "yes" else queryset


@admin.register(StockLevel)
class StockLevelAdmin(ReadOnlyAdmin):
    own_panels = (other_conditions, newest_movements)
    has_timeline = True
    list_display = ["product", "location", "available", "on_hand", "allocated"]
    list_display += ["safety_stock", "condition_badge", "product_name", "ledger"]
    list_filter = [LowFilter, "condition", "location"]
    search_fields = ["product__sku", "product__name"]
    list_select_related = ["product", "location"]
    ordering = ["product__sku", "location__code", "condition"]
    fields = ["product", "product_name", "location", "condition_badge", "explained"]
    fields += ["updated_at"]

    @admin.display(description=gettext_lazy("name"))
    def product_name(self, level):
        return level.product.name

    @admin.display(description=gettext_lazy("condition"), ordering="condition")
    def condition_badge(self, level):
        return panels.status_badge(level, "condition")

    @admin.display(
        description=gettext_lazy("to promise = on hand − allocated − safety stock")
    )
    def explained(self, level):
        return formula(level)

    @admin.display(description=gettext_lazy("ledger"))
    def ledger(self, level):
        return format_html('<a href="{}">{}</a>', ledger_url(level), _("Ledger"))


@admin.register(StockMovement)
class StockMovementAdmin(ReadOnlyAdmin):
    list_display = ["at", "kind", "sku", "location", "on_hand_delta"]
    list_display += ["allocated_delta", "document", "reason", "actor"]
    list_filter = ["kind", "stock_level__location"]
    search_fields = ["stock_level__product__sku__exact"]
    search_help_text = gettext_lazy("SKU, in full")
    list_select_related = ["stock_level__product", "stock_level__location"]
    ordering = ["-id"]
    fields = ["at", "kind", "stock_level", "on_hand_delta", "allocated_delta"]
    fields += ["document", "reason", "actor"]

    @admin.display(description=gettext_lazy("SKU"))
    def sku(self, movement):
        level = movement.stock_level
        return panels.link(StockLevel, level.pk, level.product)

    @admin.display(description=gettext_lazy("location"))
    def location(self, movement):
        return movement.stock_level.location

    @admin.display(description=gettext_lazy("document"))
    def document(self, movement):
        return document(movement)


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
