"""/api/v1/shipments/: parcels, their labels and where they are."""

import base64

from django.db.models import Exists, OuterRef, prefetch_related_objects
from django.http import Http404
from drf_spectacular.utils import extend_schema_view
from rest_framework.decorators import action
from rest_framework.response import Response

from fulfillment.api import shapes
from fulfillment.api.describing import SHIPMENTS
from fulfillment.api.filters import ShipmentFilters
from fulfillment.api.rows import OfOrder
from fulfillment.models import Label, Shipment
from fulfillment.services.printing import paper_of
from oms.core.api.viewsets import ApiViewSet, Readable

MOST_EVENTS = 500


@extend_schema_view(**SHIPMENTS)
class ShipmentViewSet(OfOrder, Readable, ApiViewSet):
    model = Shipment
    read_scope, write_scope = "shipments:read", "shipments:write"
    serializer_class = shapes.ShipmentSerializer
    filterset_class = ShipmentFilters
    one_row = frozenset({"order", "fulfillment_order", "tracking_number"})
    lookup_field = "number"
    lookup_value_regex = "[^/]{1,32}"
    http_method_names = ["get", "head"]

    def get_queryset(self):
        bought = Label.objects.filter(shipment=OuterRef("pk"), status="purchased")
        rows = super().get_queryset().annotate(has_label=Exists(bought))
        return rows.select_related("order", "fulfillment_order__location")

    def load(self, rows):
        prefetch_related_objects(rows, "lines__order_line")

    @action(methods=["get"], detail=True)
    def label(self, request, *args, **kwargs):
        """Looking at it counts as no print."""
        bought = self.get_object().labels.filter(status=Label.Status.PURCHASED)
        label = bought.first()
        paper = paper_of(label) if label else None
        if paper is None:
            raise Http404
        data = {
            "carrier": label.carrier,
            "tracking_number": label.tracking_number,
            "media_type": "application/pdf",
            "content": base64.b64encode(paper).decode(),
        }
        return Response(shapes.LabelSerializer(data).data)

    @action(methods=["get"], detail=True, url_path="tracking-events")
    def tracking_events(self, request, *args, **kwargs):
        """The newest first."""
        rows = self.get_object().tracking_events.order_by("-at", "-pk")[:MOST_EVENTS]
        data = shapes.TrackingEventSerializer(rows, many=True).data
        return Response({"results": data})
