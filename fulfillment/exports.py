"""Parcels as a file."""

from django.db.models import OuterRef, QuerySet, Subquery, Sum
from django.utils.translation import gettext_lazy as _

from fulfillment.models import Shipment, ShipmentLine
from oms.core.exports.making import register_export
from oms.core.exports.resources import ExportResource, column
from oms.core.files.cells import Day, Moment, Number, Text, Word


@register_export
class Shipments(ExportResource):
    name, label = "shipments", _("Shipments")
    api_list = "shipments"

    shipment = column(Text(), "number")
    order = column(Text(), "order__number")
    channel = column(Text(), "order__channel__code")
    location = column(Text(), "fulfillment_order__location__code")
    status = column(Word(), "status")
    carrier = column(Text(), "carrier")
    service = column(Text(), "service")
    tracking_number = column(Text(), "tracking_number")
    tracking_status = column(Word(), "tracking_status")
    pieces = column(Number(), "pieces")
    weight_grams = column(Number(), "weight_grams")
    promised_at = column(Day(), "promised_at")
    shipped_at = column(Moment(), "shipped_at")
    handed_over_at = column(Moment(), "handed_over_at")
    delivered_at = column(Moment(), "delivered_at")

    class Meta:
        model = Shipment

    @classmethod
    def facts(cls, rows: QuerySet) -> QuerySet:
        lines = ShipmentLine.objects.filter(shipment=OuterRef("pk"))
        counted = lines.order_by().values("shipment").annotate(n=Sum("quantity"))
        return rows.annotate(pieces=Subquery(counted.values("n")))
