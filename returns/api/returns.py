"""/api/v1/returns/: asked for, agreed, counted, looked at, refunded and closed."""

from django.db.models import Prefetch, prefetch_related_objects
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_view
from rest_framework.decorators import action

from inventory.models import Location, Product
from oms.core.api import etags
from oms.core.api.problems import Problem, Refusal, Wrong, invalid
from oms.core.api.viewsets import ApiViewSet, Readable
from orders.api.bodies import NothingBody
from orders.models import Order
from returns.api import bodies, doing, shapes  # noqa: F401, doing registers
from returns.api.describing import RETURNS
from returns.api.filters import ReturnFilters
from returns.api.visible import order_of, other_currency
from returns.models import Return, ReturnItem, ReturnLine
from returns.services import inspecting, receiving, refunding, requesting
from returns.services.locking import lock_returns


@extend_schema_view(**RETURNS)
class ReturnViewSet(Readable, ApiViewSet):
    model = Return
    read_scope, write_scope = "returns:read", "returns:write"
    serializer_class = shapes.ReturnSerializer
    filterset_class = ReturnFilters
    one_row = frozenset({"order", "external_id"})
    lookup_field = "number"
    lookup_value_regex = "[^/]{1,32}"
    http_method_names = ["get", "head", "post"]

    def load(self, rows):
        lines = ReturnLine.objects.select_related("order_line").order_by("pk")
        items = ReturnItem.objects.select_related("location").order_by("pk")
        parts = [Prefetch("lines", lines), Prefetch("lines__items", items)]
        prefetch_related_objects(rows, "order", "location", *parts)

    def locked(self, *, version_required: bool = False):
        lock_returns([self.get_object().pk], whole_orders=False)
        row = self.get_object()  # as it is after the wait
        etags.check(self.request, row, required=version_required)
        return row

    def create(self, request, *args, **kwargs):
        """For a customer, whom the policy of the channel binds."""
        values = self.values(bodies.ReturnBody)
        order = order_of(request.auth, values["order"])
        wish = requesting.NewReturn(
            order.pk,
            _pieces(order, values["lines"]),
            values["reason"],
            Return.Source.CUSTOMER,
            values.get("note", ""),
            values.get("external_id", ""),
            self._place(values),
        )
        out = requesting.request_returns([wish], actor=request.auth.actor)
        if out.refused:
            raise Refusal(out.refused[0])
        response = self.shown(self.get_queryset().get(pk=out.one().pk), 201)
        location = request.build_absolute_uri(f"{out.one().number}/")
        response["Location"] = location
        return response

    @action(methods=["post"], detail=True)
    def approve(self, request, *args, **kwargs):
        self.values(NothingBody)
        row, actor = self.versioned(), request.auth.actor
        return self.settled(requesting.approve_returns([row], actor=actor))

    @action(methods=["post"], detail=True)
    def decline(self, request, *args, **kwargs):
        said = self.values(bodies.ReasonBody)
        row, actor = self.versioned(), request.auth.actor
        return self.settled(requesting.decline_returns([row], actor=actor, **said))

    @action(methods=["post"], detail=True)
    def cancel(self, request, *args, **kwargs):
        said = self.values(bodies.ReasonBody)
        row, actor = self.versioned(), request.auth.actor
        return self.settled(requesting.cancel_returns([row], actor=actor, **said))

    @action(methods=["post"], detail=True)
    def receive(self, request, *args, **kwargs):
        values = self.values(bodies.ReceiveBody)
        products, place = _products(values["items"]), self._place(values)
        row = self.versioned()
        arrivals = [
            receiving.Arrival(row.pk, products[each["sku"]], each["quantity"], place)
            for each in values["items"]
        ]
        return self.settled(
            receiving.receive_returns(arrivals, actor=request.auth.actor)
        )

    @action(methods=["post"], detail=True)
    def inspect(self, request, *args, **kwargs):
        said = self.values(bodies.InspectBody)["items"]
        places = self._places({s["location"] for s in said if s.get("location")})
        row = self.versioned()
        _check_items(row, said)
        decisions = [
            inspecting.Decision(
                each["id"],
                each["disposition"],
                each["quantity"],
                places.get(each.get("location")),
                each.get("note", ""),
            )
            for each in said
        ]
        return self.settled(inspecting.dispose(decisions, actor=request.auth.actor))

    @action(methods=["post"], detail=True)
    def refund(self, request, *args, **kwargs):
        """Only who sees the order gives its money back: a warehouse does not."""
        values = self.values(bodies.ReturnRefundBody)
        row, actor = self.versioned(), request.auth.actor
        seen = Order.objects.for_key(request.auth).filter(pk=row.order_id).first()
        if seen is None:
            text = _("%(ret)s: this key does not see its order, and refunds nothing.")
            raise Refusal([text % {"ret": row}])
        if "amount" in values and values["currency"] != seen.currency:
            raise Refusal([other_currency(seen, values["currency"])])
        amounts = {row.pk: values["amount"]} if "amount" in values else {}
        out = refunding.refund_returns([row], actor=actor, amounts=amounts)
        return self.settled(out)

    @action(methods=["post"], detail=True)
    def close(self, request, *args, **kwargs):
        self.values(NothingBody)
        row, actor = self.versioned(), request.auth.actor
        return self.settled(inspecting.close_returns([row], actor=actor))

    def _place(self, values: dict) -> int | None:
        code = values.get("location")
        return self._places({code})[code] if code else None

    def _places(self, codes: set[str]) -> dict[str, int]:
        """{code: key} of locations that the key sees."""
        rows = Location.objects.for_key(self.request.auth).filter(code__in=codes)
        found = dict(rows.values_list("code", "pk")) if codes else {}
        if strange := sorted(codes - found.keys()):
            text = _("This key sees no location with the code %(code)s.")
            text %= {"code": strange[0]}
            raise invalid("/location", "unknown_location", text)
        return found


def _pieces(order: Order, said: list[dict]) -> dict[int, int]:
    """{line pk: pieces}; a position that is none refuses all."""
    keys = dict(order.lines.values_list("position", "pk"))
    if strange := [s["position"] for s in said if s["position"] not in keys]:
        text = _("%(order)s has no line %(position)d.")
        raise Refusal([text % {"order": order, "position": strange[0]}])
    return {keys[each["position"]]: each["quantity"] for each in said}


def _products(items: list[dict]) -> dict[str, int]:
    rows = Product.objects.filter(sku__in={each["sku"] for each in items})
    found = dict(rows.values_list("sku", "pk"))
    wrongs = [
        Wrong(
            f"/items/{position}/sku",
            "unknown_sku",
            _("There is no product with the SKU %(sku)s.") % {"sku": each["sku"]},
        )
        for position, each in enumerate(items)
        if each["sku"] not in found
    ]
    if wrongs:
        raise Problem("invalid", wrongs[0].message, wrongs)
    return found


def _check_items(ret: Return, said: list[dict]) -> None:
    """Items of other returns are none of this partner's business."""
    items = ReturnItem.objects.filter(line__ret=ret)
    own = set(items.values_list("pk", flat=True))
    if strange := [each["id"] for each in said if each["id"] not in own]:
        text = _("%(ret)s has no item with the id %(id)d.")
        raise Refusal([text % {"ret": ret, "id": strange[0]}])
