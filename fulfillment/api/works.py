"""/api/v1/fulfillment-orders/: a warehouse takes work, picks, packs and sends it."""

from django.db.models import Prefetch, prefetch_related_objects
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_view
from rest_framework.decorators import action

from fulfillment.api import bodies, doing, shapes  # noqa: F401, doing registers
from fulfillment.api.describing import WORKS
from fulfillment.api.filters import WorkFilters
from fulfillment.api.rows import OfOrder
from fulfillment.models import FulfillmentOrder, FulfillmentOrderLine, Shipment
from fulfillment.services import giving_back, negotiating, rejecting, work
from fulfillment.services.accepting import accept_work
from fulfillment.services.contents import Parcel
from fulfillment.services.leaving import ship_parcels
from fulfillment.services.missing import Missing, tell_missing
from fulfillment.services.shipping import Label
from oms.core.api.actions import why_not_owner
from oms.core.api.bulk import Batch, Done
from oms.core.api.problems import Problem, Refusal
from oms.core.api.viewsets import ApiViewSet, Readable
from orders.api.bodies import NothingBody


@extend_schema_view(**WORKS)
class WorkViewSet(OfOrder, Readable, ApiViewSet):
    model = FulfillmentOrder
    read_scope, write_scope = "shipments:read", "shipments:write"
    action_scopes = dict.fromkeys(
        ("request_cancellation", "withdraw_cancellation"), "orders:write"
    )
    serializer_class = shapes.WorkSerializer
    filterset_class = WorkFilters
    one_row = frozenset({"order"})
    lookup_field = "number"
    lookup_value_regex = "[^/]{1,32}"
    http_method_names = ["get", "head", "post"]

    def load(self, rows):
        lines = FulfillmentOrderLine.objects.select_related("order_line").order_by("pk")
        parcels = Shipment.objects.only("number", "fulfillment_order").order_by("pk")
        parts = [Prefetch("lines", lines), Prefetch("shipments", parcels)]
        prefetch_related_objects(rows, "order__channel", "location", *parts)

    @action(methods=["post"], detail=True)
    def accept(self, request, *args, **kwargs):
        said = self.values(bodies.AcceptBody).get("reference", "")
        row = self.versioned()
        return self.settled(accept_work({row.pk: said}, actor=request.auth.actor))

    @action(methods=["post"], detail=True)
    def reject(self, request, *args, **kwargs):
        values = self.values(bodies.RejectBody)
        row, actor = self.versioned(), request.auth.actor
        lines = frozenset(values.get("lines", ()))
        said = rejecting.Rejection(values["code"], values.get("reason", ""), lines)
        return self.settled(rejecting.reject({row.pk: said}, actor=actor))

    @action(methods=["post"], detail=True, url_path="cancellation-request")
    def request_cancellation(self, request, *args, **kwargs):
        values, actor = self.values(bodies.RequestBody), request.auth.actor
        row = self._of_owner()
        elsewhere = values.get("send_from_elsewhere", False)
        wish = negotiating.Request(values["reason"], elsewhere)
        asked = negotiating.request_cancellation({row.pk: wish}, actor=actor)
        return self.settled(asked)

    @action(methods=["post"], detail=True, url_path="cancellation-request/withdraw")
    def withdraw_cancellation(self, request, *args, **kwargs):
        self.values(NothingBody)
        row, actor = self._of_owner(), request.auth.actor
        return self.settled(negotiating.withdraw_cancellation([row.pk], actor=actor))

    @action(methods=["post"], detail=True, url_path="cancellation-request/accept")
    def accept_cancellation(self, request, *args, **kwargs):
        self.values(NothingBody)
        row, actor = self.versioned(), request.auth.actor
        return self.settled(giving_back.accept_cancellation([row.pk], actor=actor))

    @action(methods=["post"], detail=True, url_path="cancellation-request/reject")
    def reject_cancellation(self, request, *args, **kwargs):
        said = self.values(bodies.AnswerBody)["reason"]
        row, actor = self.versioned(), request.auth.actor
        return self.settled(
            negotiating.refuse_cancellation({row.pk: said}, actor=actor)
        )

    @action(methods=["post"], detail=True, url_path="start-picking")
    def start_picking(self, request, *args, **kwargs):
        self.values(NothingBody)
        row = self.versioned()
        return self.settled(work.start_picking([row], actor=request.auth.actor))

    @action(methods=["post"], detail=True)
    def pick(self, request, *args, **kwargs):
        said = self.values(bodies.PickBody).get("lines")
        row, actor = self.versioned(), request.auth.actor
        if said is None:
            return self.settled(work.pick([row], actor=actor))
        self._check_lines(row, said)
        lost = {s["id"]: Missing(**s["missing"]) for s in said if "missing" in s}
        if lost:
            self.check(tell_missing(lost, actor=actor))
        counts = {s["id"]: s["picked"] for s in said}
        ended = self.get_object().status in (row.Status.CANCELLED, row.Status.FULFILLED)
        if any(counts.values()) or not ended:
            self.check(work.pick([row], actor=actor, picked=counts))
        return self.shown(self.get_object())

    @action(methods=["post"], detail=True)
    def pack(self, request, *args, **kwargs):
        self.values(NothingBody)
        row = self.versioned()
        return self.settled(work.pack_work([row], actor=request.auth.actor))

    @action(methods=["post"], detail=True)
    def ship(self, request, *args, **kwargs):
        values = self.values(bodies.ShipBody)
        parcel = _parcel(self.versioned().pk, values)
        return self.settled(ship_parcels([parcel], actor=request.auth.actor))

    @action(methods=["post"], detail=False, url_path="bulk-ship")
    def bulk_ship(self, request, *args, **kwargs):
        batch = Batch(self, bodies.ShipItem)
        names = {values["fulfillment_order"] for values in batch.values.values()}
        rows = self.get_queryset().filter(number__in=names)
        known = dict(rows.values_list("number", "pk"))
        parcels, places = [], []
        for position, values in batch.values.items():
            pk = known.get(values["fulfillment_order"])
            if pk is None:
                batch.refuse(position, Problem("not_found"))
            else:
                parcels.append(_parcel(pk, values))
                places.append(position)
        out = ship_parcels(parcels, actor=request.auth.actor)
        for n, reasons in out.refused.items():
            batch.refuse(places[n], Refusal(reasons))
        gone = [place for n, place in enumerate(places) if n not in out.refused]
        sent = zip(gone, out.done, strict=True)
        return batch.answer({n: Done(200, shapes.in_short(s)) for n, s in sent})

    def _of_owner(self) -> FulfillmentOrder:
        row = self.versioned()
        if reason := why_not_owner(row, self.request.auth):
            raise Problem("scope_missing", reason)
        return row

    def _check_lines(self, row: FulfillmentOrder, said: list[dict]) -> None:
        """Lines of other work are none of this partner's business."""
        own = set(row.lines.values_list("pk", flat=True))
        if strange := [each["id"] for each in said if each["id"] not in own]:
            text = _("%(work)s has no line with the id %(id)d.")
            raise Refusal([text % {"work": row, "id": strange[0]}])


def _parcel(work: int, values: dict) -> Parcel:
    label = Label(values["tracking_number"], values.get("carrier", ""))
    if (lines := values.get("lines")) is None:
        return Parcel(work, label)
    return Parcel(work, label, {each["id"]: each["quantity"] for each in lines})
