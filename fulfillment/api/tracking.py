"""/api/v1/tracking-events/: a carrier, or who speaks for one, tells where parcels
are."""

from collections import defaultdict
from collections.abc import Mapping

from django.db.models import Q
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_view

from fulfillment.api import bodies, shapes
from fulfillment.api.describing import TRACKING
from fulfillment.models import Shipment
from fulfillment.services.tracking import Report, record_tracking
from oms.core.api.bulk import Batch, Done
from oms.core.api.problems import Problem, Refusal
from oms.core.api.viewsets import ApiViewSet


@extend_schema_view(**TRACKING)
class TrackingViewSet(ApiViewSet):
    model = Shipment
    read_scope, write_scope = "shipments:read", "shipments:write"
    serializer_class = bodies.TrackingBulkBody
    http_method_names = ["post"]

    def create(self, request, *args, **kwargs):
        batch = Batch(self, bodies.TrackingItem)
        parcels = _Parcels(self.get_queryset(), batch.values)
        reports, places = [], []
        for position, values in batch.values.items():
            try:
                parcel = parcels.named(values)
            except Problem as problem:
                batch.refuse(position, problem)
                continue
            said = values["status"], values["at"], values.get("description", "")
            reports.append(Report(parcel.pk, *said))
            places.append(position)
        out = record_tracking(reports, actor=request.auth.actor)
        for number, reasons in out.refused.items():
            batch.refuse(places[number], Refusal(reasons))
        fresh = {parcel.pk: parcel for parcel in out.done}
        done = {
            places[number]: Done(200, shapes.heard_of(fresh[report.shipment_id]))
            for number, report in enumerate(reports)
            if number not in out.refused
        }
        return batch.answer(done)


class _Parcels:
    """Those that the items of a call may mean, found in one statement."""

    def __init__(self, rows, items: Mapping[int, dict]):
        numbers = {v["shipment"] for v in items.values() if "shipment" in v}
        codes = {v["tracking_number"] for v in items.values() if "tracking_number" in v}
        found = rows.filter(Q(number__in=numbers) | Q(tracking_number__in=codes))
        self.by_number, self.by_code = {}, defaultdict(list)
        for parcel in found.order_by("pk"):
            self.by_number[parcel.number] = parcel
            self.by_code[parcel.tracking_number].append(parcel)

    def named(self, values: dict) -> Shipment:
        if "shipment" in values:
            meant = [self.by_number.get(values["shipment"])]
        else:
            meant = self.by_code.get(values["tracking_number"], [])
        carrier = values.get("carrier", "")
        meant = [p for p in meant if p and (not carrier or p.carrier == carrier)]
        if not meant:
            text = _("No parcel that this key sees has this number.")
            raise Problem("not_found", text)
        if len(meant) > 1:
            raise Refusal([_("Several carriers use this number; name the carrier.")])
        return meant[0]
