"""Parcels: what is in them, what carriers say of them."""

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.clickjacking import xframe_options_sameorigin

from fulfillment.admin.handover import HAND_OVER, hand_over_view
from fulfillment.admin.labels import (
    LabelPermissions,
    buy_labels,
    labels_of_parcel,
    pdf,
    ship_with_label,
    void_labels_of_parcels,
)
from fulfillment.admin.offers import offers_table
from fulfillment.admin.station import places_of
from fulfillment.admin.work import StatusAdmin
from fulfillment.carriers.base import name_of
from fulfillment.models import Shipment, ShipmentLine, TrackingEvent
from fulfillment.services import printing, quoting
from oms.core import panels
from oms.core.admin import ExportingAdmin, ReadOnlyAdmin


def lines_of_parcel(shipment: Shipment) -> panels.Table:
    lines = shipment.lines.select_related("order_line").order_by("id")
    return panels.Table(
        _("Contents"),
        [_("SKU"), _("Name"), _("Pieces")],
        [
            [
                panels.link(ShipmentLine, line.pk, line.order_line.sku),
                line.order_line.name or panels.NOTHING,
                line.quantity,
            ]
            for line in lines
        ],
    )


def tracking_of_parcel(shipment: Shipment) -> panels.Table:
    return panels.Table(
        _("Tracking"),
        [_("At"), _("Status"), _("Description")],
        [
            [
                panels.moment(event.at),
                panels.status_badge(event),
                event.description or panels.NOTHING,
            ]
            for event in shipment.tracking_events.order_by("at", "id")
        ],
        empty=_("The carrier has said nothing yet."),
    )


def offers_of_parcel(shipment: Shipment) -> panels.Table | None:
    """While it stands here: afterwards its label says what was chosen."""
    if shipment.status != Shipment.Status.DRAFT:
        return None
    work = shipment.fulfillment_order
    return offers_table(quoting.quotes_of_work(work, timezone.now()))


@admin.register(Shipment)
class ShipmentAdmin(ExportingAdmin, LabelPermissions, StatusAdmin):
    place = "fulfillment_order__location"
    own_panels = (lines_of_parcel, offers_of_parcel, labels_of_parcel)
    own_panels += (tracking_of_parcel,)
    actions = [buy_labels, ship_with_label, void_labels_of_parcels]
    has_timeline = True
    list_display = ["number", "order", "origin", "badge", "carrier_name"]
    list_display += ["tracking_number", "tracking_status", "shipped_at", "delivered_at"]
    list_filter = ["status", "tracking_status", "fulfillment_order__location"]
    search_fields = ["number__exact", "tracking_number__exact", "order__number__exact"]
    search_help_text = gettext_lazy("Number, tracking number or number of the order")
    list_select_related = ["order", "fulfillment_order__location"]
    ordering = ["-id"]
    fields = [("number", "badge"), ("order", "fulfillment_order"), "origin"]
    fields += [("carrier_name", "service", "tracking_number"), "tracking_status"]
    fields += [("weight_grams", "promised_at"), ("shipped_at", "delivered_at")]
    fields += [("handed_over_at", "last_event_at"), "slip"]

    @admin.display(description=gettext_lazy("carrier"), empty_value=panels.NOTHING)
    def carrier_name(self, shipment):
        return name_of(shipment.carrier)

    @admin.display(description=gettext_lazy("from"))
    def origin(self, shipment):
        return shipment.fulfillment_order.location

    @admin.display(description=gettext_lazy("paper"))
    def slip(self, shipment):
        url = reverse("admin:fulfillment_shipment_slip", args=[shipment.pk])
        return format_html('<a href="{}">{}</a>', url, _("Packing slip"))

    def get_urls(self):
        wrap = self.admin_site.admin_view
        slip = wrap(xframe_options_sameorigin(self.slip_view))
        name = HAND_OVER.removeprefix("admin:")
        return [
            path("<int:pk>/slip/", slip, name="fulfillment_shipment_slip"),
            path("hand-over/", wrap(hand_over_view), name=name),
            *super().get_urls(),
        ]

    def slip_view(self, request, pk):
        if not self.has_view_permission(request):
            raise PermissionDenied
        parcels = Shipment.objects.select_related(
            "order", "fulfillment_order__location"
        )
        places = places_of(request.user)
        if places is not None:
            parcels = parcels.filter(fulfillment_order__location__in=places)
        shipment = parcels.filter(pk=pk).first()
        if shipment is None:
            raise Http404
        return pdf(printing.packing_slip(shipment), shipment.number)


@admin.register(ShipmentLine)
class ShipmentLineAdmin(ReadOnlyAdmin):
    list_display = ["id", "shipment", "order_line", "quantity"]
    search_fields = ["shipment__number__exact", "order_line__sku__exact"]
    list_select_related = ["shipment", "order_line"]
    ordering = ["-id"]
    fields = ["shipment", "fulfillment_line", "order_line", "quantity"]


@admin.register(TrackingEvent)
class TrackingEventAdmin(StatusAdmin):
    list_display = ["at", "shipment", "badge", "description"]
    list_filter = ["status"]
    search_fields = ["shipment__number__exact", "shipment__tracking_number__exact"]
    list_select_related = ["shipment"]
    ordering = ["-id"]
    fields = ["at", "shipment", "badge", "description"]
