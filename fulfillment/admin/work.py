"""Work: looked at only."""

from django.contrib import admin
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fulfillment.admin.offers import offers_table
from fulfillment.carriers.base import name_of
from fulfillment.models import FulfillmentOrder, FulfillmentOrderLine, Shipment
from fulfillment.services import quoting
from inventory.admin.scope import within
from inventory.models import StockLevel
from oms.core import panels
from oms.core.acting import ActingAdmin
from oms.core.admin import ReadOnlyAdmin
from oms.core.when import time_in_words


class StatusAdmin(ReadOnlyAdmin):
    """`place` leads to the location: who is named by some sees only what is there."""

    place = ""

    def get_queryset(self, request):
        rows = super().get_queryset(request)
        return rows.filter(within(request.user, self.place)) if self.place else rows

    @admin.display(description=gettext_lazy("status"), ordering="status")
    def badge(self, row):
        return panels.status_badge(row)


def lines_of_work(work: FulfillmentOrder) -> panels.Table:
    lines = work.lines.select_related("order_line").order_by("id")
    return panels.Table(
        _("Lines"),
        [
            _("SKU"),
            _("Name"),
            _("Pieces"),
            _("Picked"),
            _("Shipped"),
            _("Given back"),
            _("Open"),
            _("Stock"),
        ],
        [
            [
                line.order_line.sku,
                line.order_line.name or panels.NOTHING,
                line.quantity,
                line.picked_quantity,
                line.shipped_quantity,
                line.released_quantity,
                line.open_quantity,
                panels.link(StockLevel, line.stock_level_id, _("Stock level")),
            ]
            for line in lines
        ],
        note=_("Open = pieces − shipped − given back."),
    )


def request_of_work(work: FulfillmentOrder) -> panels.Table | None:
    """That its partner was asked to cancel it, and what it said."""
    if not work.cancellation:
        return None
    return panels.Table(
        _("Cancellation"),
        [_("Status"), _("Reason"), _("Asked"), _("Answer"), _("Answered")],
        [
            [
                work.get_cancellation_display(),
                work.cancellation_reason,
                time_in_words(work.cancellation_asked_at),
                work.cancellation_answer or panels.NOTHING,
                time_in_words(work.cancellation_answered_at)
                if work.cancellation_answered_at
                else panels.NOTHING,
            ]
        ],
    )


def parcels_of_work(work: FulfillmentOrder) -> panels.Table:
    return panels.Table(
        _("Shipments"),
        [_("Number"), _("Status"), _("Carrier"), _("Tracking number"), _("Tracking")],
        [
            [
                panels.link(Shipment, shipment.pk, shipment.number),
                panels.status_badge(shipment),
                name_of(shipment.carrier) or panels.NOTHING,
                shipment.tracking_number or panels.NOTHING,
                panels.status_badge(shipment, "tracking_status"),
            ]
            for shipment in work.shipments.order_by("id")
        ],
        empty=_("Nothing is packed yet."),
    )


def offers_of_work(work: FulfillmentOrder) -> panels.Table | None:
    if work.status not in FulfillmentOrder.OPEN:
        return None
    return offers_table(quoting.quotes_of_work(work, timezone.now()))


class OpenFilter(admin.SimpleListFilter):
    """Work that is done or cancelled is shown where it is asked for."""

    title = gettext_lazy("what")
    parameter_name = "what"

    def lookups(self, request, model_admin):
        return [("all", _("All"))]

    def choices(self, changelist):
        first, *others = super().choices(changelist)
        return [first | {"display": _("To do")}, *others]

    def queryset(self, request, queryset):
        if shows_all(request):
            return queryset
        return queryset.filter(status__in=FulfillmentOrder.OPEN)


def shows_all(request) -> bool:
    """Somebody asks for a number, a status or everything."""
    asked = request.GET
    named = any(key.startswith("status") for key in asked)
    return (
        named or bool(asked.get("q")) or asked.get(OpenFilter.parameter_name) == "all"
    )


class LateFilter(admin.SimpleListFilter):
    """Work that should have left."""

    title = gettext_lazy("late to ship")
    parameter_name = "late"

    def lookups(self, request, model_admin):
        return [("yes", _("Yes"))]

    def queryset(self, request, queryset):
        if self.value() != "yes":
            return queryset
        return queryset.filter(
            status__in=FulfillmentOrder.OPEN, ship_by__lt=timezone.now()
        )


@admin.register(FulfillmentOrder)
class FulfillmentOrderAdmin(ActingAdmin, StatusAdmin):
    place = "location"
    own_panels = (lines_of_work, request_of_work, offers_of_work, parcels_of_work)
    has_timeline = True
    list_display = ["number", "order", "location", "badge", "ship_by"]
    list_display += ["assigned_at", "released_at", "fulfilled_at"]
    list_filter = [OpenFilter, "status", LateFilter, "location"]
    search_fields = ["number__exact", "order__number__exact"]
    search_help_text = gettext_lazy("Number of the work or of the order")
    list_select_related = ["order", "location"]
    fields = [
        ("number", "order"),
        ("location", "badge"),
        ("service", "ship_by", "promised_at"),
        ("assigned_at", "released_at"),
    ]
    fields += [("picking_at", "packed_at"), ("fulfilled_at", "cancelled_at")]

    def get_ordering(self, request):
        """What must leave first; of all work the newest."""
        first = F("ship_by").asc(nulls_last=True)
        return ["-id"] if shows_all(request) else [first, "id"]


@admin.register(FulfillmentOrderLine)
class FulfillmentOrderLineAdmin(ReadOnlyAdmin):
    """Where the ledger of stock links to."""

    list_display = ["id", "fulfillment_order", "order_line", "quantity"]
    list_display += ["picked_quantity", "shipped_quantity", "released_quantity"]
    list_display += ["open_quantity"]
    search_fields = ["fulfillment_order__number__exact", "order_line__sku__exact"]
    search_help_text = gettext_lazy("Number of the work, or SKU")
    list_select_related = ["fulfillment_order", "order_line"]
    ordering = ["-id"]
    fields = ["fulfillment_order", "order_line", "stock_level", "quantity"]
    fields += ["picked_quantity", "shipped_quantity", "released_quantity"]
    fields += ["open_quantity"]
