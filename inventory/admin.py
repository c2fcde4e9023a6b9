"""Products and places may be edited; stock and its ledger are only looked at."""

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inventory.models import (
    Location,
    LocationGroup,
    Product,
    StockLevel,
    StockMovement,
)
from oms.core import panels
from oms.core.admin import KeptAdmin, KeyedAdmin, ReadOnlyAdmin

NEWEST_MOVEMENTS = 50


def stock_of_product(product: Product) -> panels.Table:
    levels = product.stock_levels.select_related("location")
    return panels.Table(
        _("Stock"),
        [_("Location"), _("Condition"), _("Available = on hand − allocated"), ""],
        [
            [
                panels.link(Location, level.location_id, level.location),
                panels.status_badge(level, "condition"),
                formula(level),
                panels.link(StockLevel, level.pk, _("Stock level")),
            ]
            for level in levels.order_by("location__code", "condition")
        ],
        empty=_("There has never been any."),
    )


def formula(level: StockLevel) -> str:
    return f"{level.available} = {level.on_hand} − {level.allocated}"


@admin.register(Product)
class ProductAdmin(KeyedAdmin):
    key = "sku"
    own_panels = (stock_of_product,)
    list_display = ["sku", "name", "tracks_stock", "weight_grams", "is_active"]
    list_filter = ["is_active", "tracks_stock"]
    search_fields = ["sku", "name"]
    ordering = ["sku"]
    show_full_result_count = False
    fields = ["sku", "name", "tracks_stock", "weight_grams", "is_active"]


@admin.register(Location)
class LocationAdmin(KeyedAdmin):
    list_display = ["code", "name", "kind", "country", "priority", "time_zone"]
    list_display += ["cut_off", "daily_capacity", "is_active"]
    list_filter = ["kind", "is_active", "country"]
    search_fields = ["code", "name"]
    ordering = ["priority", "code"]
    filter_horizontal = ["staff"]
    fieldsets = [
        (None, {"fields": ["code", "name", "kind", "is_active", "priority"]}),
        (gettext_lazy("Place"), {"fields": ["country", ("lat", "lon")]}),
        (
            gettext_lazy("Work"),
            {"fields": ["time_zone", "cut_off", "daily_capacity", "staff"]},
        ),
    ]


@admin.register(LocationGroup)
class LocationGroupAdmin(KeptAdmin):
    list_display = ["name", "codes"]
    search_fields = ["name"]
    ordering = ["name"]
    filter_horizontal = ["locations"]
    fields = ["name", "locations"]

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("locations")

    @admin.display(description=gettext_lazy("locations"))
    def codes(self, group):
        return ", ".join(sorted(location.code for location in group.locations.all()))


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


@admin.register(StockLevel)
class StockLevelAdmin(ReadOnlyAdmin):
    own_panels = (newest_movements,)
    list_display = ["product", "location", "available", "on_hand", "allocated"]
    list_display += ["condition_badge", "product_name", "ledger"]
    list_filter = ["condition", "location"]
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

    @admin.display(description=gettext_lazy("available = on hand − allocated"))
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
