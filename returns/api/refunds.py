"""/api/v1/refunds/: money that goes back. Above the limit of the policy a second person
of ours agrees first."""

from django.db.models import prefetch_related_objects
from drf_spectacular.utils import extend_schema_view

from oms.core.api.actions import offers_of
from oms.core.api.models import ApiKey
from oms.core.api.problems import Refusal
from oms.core.api.viewsets import ApiViewSet, Readable
from orders.api.orders import load_orders
from orders.models import Order
from returns.api import bodies, shapes
from returns.api.describing import REFUNDS
from returns.api.filters import RefundFilters
from returns.api.visible import order_of, other_currency
from returns.models import Refund
from returns.services.goodwill import Goodwill, refund_goodwill


@extend_schema_view(**REFUNDS)
class RefundViewSet(Readable, ApiViewSet):
    model = Refund
    read_scope, write_scope = "returns:read", "returns:write"
    serializer_class = shapes.RefundSerializer
    filterset_class = RefundFilters
    one_row = frozenset({"order", "return_number"})
    lookup_field = "number"
    lookup_value_regex = "[^/]{1,32}"
    http_method_names = ["get", "head", "post"]

    def load(self, rows):
        prefetch_related_objects(rows, "order", "ret")

    def create(self, request, *args, **kwargs):
        values, key = self.values(bodies.RefundBody), request.auth
        order = order_of(key, values["order"])
        if values["currency"] != order.currency:
            raise _refusal(order, key, [other_currency(order, values["currency"])])
        wish = Goodwill(order.pk, values["amount"], values["reason"])
        out = refund_goodwill([wish], actor=key.actor)
        if out.refused:
            raise _refusal(order, key, out.refused[0])
        refund = self.get_queryset().get(pk=out.one().pk)
        response = self.shown(refund, 201)
        response["Location"] = request.build_absolute_uri(f"{refund.number}/")
        return response


def _refusal(order: Order, key: ApiKey, reasons: list[str]) -> Refusal:
    load_orders([order])
    return Refusal(reasons, **offers_of(order, key))
