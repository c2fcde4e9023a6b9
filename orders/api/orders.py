"""/api/v1/orders/: orders come in, are read, changed, held and cancelled."""

from django.db.models import Prefetch, prefetch_related_objects
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_view
from rest_framework.decorators import action
from rest_framework.response import Response

from oms.core.api.members import load_members
from oms.core.api.problems import Refusal
from oms.core.api.viewsets import ApiViewSet, Readable
from oms.core.models import Event
from orders.api import bodies, doing, shapes  # noqa: F401, doing registers
from orders.api.creating import Creating
from orders.api.describing import ADD_NOTE, ORDERS
from orders.api.filters import OrderFilters
from orders.models import Order, OrderLine
from orders.services import validation
from orders.services.addresses import correct_addresses
from orders.services.annotating import Annotation, annotate_orders
from orders.services.cancellation import (
    asked_elsewhere,
    cancel_lines,
    cancel_orders,
)
from orders.services.confirmation import confirm_orders
from orders.services.holds import NewHold, place_holds, release_holds
from orders.services.notes import add_notes

MOST_NOTES = 200


@extend_schema_view(**ORDERS)
class OrderViewSet(Creating, Readable, ApiViewSet):
    model = Order
    read_scope, write_scope = "orders:read", "orders:write"
    serializer_class = shapes.OrderSerializer
    filterset_class = OrderFilters
    one_row = frozenset({"external_id"})
    lookup_field = "number"
    lookup_value_regex = "[^/]{1,32}"
    http_method_names = ["get", "head", "post", "patch"]

    def load(self, rows):
        load_orders(rows)

    def partial_update(self, request, *args, **kwargs):
        order = self.locked(version_required=True)
        values = self.values(bodies.OrderChange)
        actor = request.auth.actor
        if said := values.pop("ship_to", None):
            address = {f"ship_to_{name}": value for name, value in said.items()}
            self.check(correct_addresses({order.pk: address}, actor=actor))
        if values:
            said = _annotation(order, values)
            self.check(annotate_orders({order.pk: said}, actor=actor))
        return self.shown(self.get_object())

    @action(methods=["post"], detail=True)
    def confirm(self, request, *args, **kwargs):
        self.values(bodies.NothingBody)
        order = self.versioned()
        return self.settled(confirm_orders([order], actor=request.auth.actor))

    @action(methods=["post"], detail=True)
    def cancel(self, request, *args, **kwargs):
        values = self.values(bodies.CancelBody)
        order, actor = self.versioned(), request.auth.actor
        said = values.get("lines")
        if said is None:
            out = cancel_orders([order], reason=values["reason"], actor=actor)
        else:
            pieces = self._pieces(order, said)
            out = cancel_lines(pieces, reason=values["reason"], actor=actor)
        return self.settled(out, 202 if asked_elsewhere(out) else 200)

    @action(methods=["post"], detail=True)
    def hold(self, request, *args, **kwargs):
        values = self.values(bodies.HoldBody)
        order, actor = self.versioned(), request.auth.actor
        new = NewHold(order_id=order.pk, source=actor, **values)
        return self.settled(place_holds([new], actor=actor))

    @action(methods=["post"], detail=True)
    def release(self, request, *args, **kwargs):
        """Its own holds only: what others hold is theirs to release."""
        values = self.values(bodies.ReleaseBody)
        order, actor = self.versioned(), request.auth.actor
        mine = order.holds.filter(source=actor, handle=values["handle"])
        hold = mine.filter(released_at=None).first()
        if hold is None:
            text = _("%(order)s: this key holds nothing by the name %(name)s.")
            raise Refusal([text % {"order": order, "name": values["handle"]}])
        note = values.get("note", "")
        return self.settled(release_holds([hold.pk], actor=actor, note=note))

    @action(methods=["get"], detail=True)
    def payments(self, request, *args, **kwargs):
        rows = self.get_object().payments.order_by("pk")
        data = shapes.PaymentSerializer(rows, many=True).data
        return Response({"results": data})

    @action(methods=["get"], detail=True)
    def notes(self, request, *args, **kwargs):
        """The newest of this partner's own: staff speak among themselves."""
        mine = Event.objects.filter(
            root_type="order",
            root_id=self.get_object().pk,
            action="order.noted",
            actor=request.auth.actor,
        )
        newest = mine.order_by("-id")[:MOST_NOTES]
        rows = [{"text": e.data.get("text", ""), "at": e.at} for e in newest]
        return Response({"results": shapes.NoteSerializer(rows, many=True).data})

    @notes.mapping.post
    @ADD_NOTE
    def add_note(self, request, *args, **kwargs):
        values = self.values(bodies.NoteBody)
        order = self.versioned()
        self.check(add_notes({order.pk: values["text"]}, actor=request.auth.actor))
        return self.notes(request, *args, **kwargs)

    def _pieces(self, order: Order, said: list[dict]) -> dict[int, int]:
        """{line pk: pieces}; a position that is none refuses all."""
        keys = dict(order.lines.values_list("position", "pk"))
        if strange := [s["position"] for s in said if s["position"] not in keys]:
            text = _("%(order)s has no line %(position)d.")
            raise Refusal([text % {"order": order, "position": strange[0]}])
        return {keys[each["position"]]: each["quantity"] for each in said}


def load_orders(rows: list[Order]) -> None:
    """What their serializer and the guards of their actions read."""
    lines = OrderLine.objects.select_related("product").order_by("position")
    parts = [Prefetch("lines", lines), "payments"]
    prefetch_related_objects(rows, "channel", "customer", *parts)
    load_members(Order, rows)
    validation.load_facts([row for row in rows if row.status == "pending"])


def _annotation(order: Order, values: dict) -> Annotation:
    tags = values.pop("tags", None)
    if tags is not None:
        values["add_tags"] = [tag for tag in tags if tag not in order.tags]
        values["remove_tags"] = [tag for tag in order.tags if tag not in tags]
    return Annotation(**values)
