"""/api/v1/promises/: what would become of an order, asked before it is one. Nothing is
written, so it takes no Idempotency-Key."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_view
from rest_framework.response import Response

from channels.api.naming import channel_of, channels_of
from channels.models import Channel
from fulfillment.api.describing_promises import PROMISES
from fulfillment.api.promise_shapes import PromiseBody, PromiseSerializer
from fulfillment.services.promising import Wish, promise_of
from inventory.models import Product
from oms.core.api.problems import Problem, Wrong
from oms.core.api.viewsets import ApiViewSet
from orders.models import Order
from orders.services import healing


@extend_schema_view(**PROMISES)
class PromiseViewSet(ApiViewSet):
    model = Order
    read_scope = write_scope = "stock:read"
    serializer_class = PromiseSerializer
    unkeyed = frozenset({"create"})
    http_method_names = ["post"]

    def create(self, request, *args, **kwargs):
        values = self.values(PromiseBody)
        channel = channel_of(values, channels_of(request.auth))
        wishes = _wishes(channel, values["lines"])
        ship_to, service = values.get("ship_to", {}), values.get("service", "")
        promise = promise_of(channel, wishes, ship_to, service=service)
        return Response(PromiseSerializer(promise).data)


def _wishes(channel: Channel, lines: Sequence[dict]) -> list[Wish]:
    """Our SKU, else what the channel calls it, as in orders."""
    said = {line["sku"] for line in lines}
    products = Product.objects.in_bulk(said, field_name="sku")
    listed = healing.listings([channel.pk], said - products.keys())
    products |= {sku: product for (_channel, sku), product in listed.items()}
    wrongs = [
        Wrong(
            f"/lines/{number}/sku",
            "unknown_sku",
            _("There is no product with the SKU %(sku)s.") % {"sku": line["sku"]},
        )
        for number, line in enumerate(lines)
        if line["sku"] not in products
    ]
    if wrongs:
        raise Problem("invalid", wrongs[0].message, wrongs)
    return [Wish(products[line["sku"]], line["quantity"]) for line in lines]
