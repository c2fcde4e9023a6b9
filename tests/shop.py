"""What happens in a shop, for tests: goods come in, orders are placed, parcels leave.

All of it goes through the services, so that what a test finds is what they leave
behind:

    from tests import shop

    [order] = shop.place_orders(world.channel, lines=[("SHIRT", 2), ("MUG", 1)])
    shop.advance([order], to="shipped")
    order.refresh_from_db()
"""

import itertools
from collections.abc import Iterable, Sequence
from decimal import Decimal

from django.utils import timezone

from channels.messages import (
    IncomingAddress,
    IncomingCustomer,
    IncomingLine,
    IncomingOrder,
)
from channels.models import Channel
from channels.services.inbox import RawMessage, store_messages
from fulfillment.models import FulfillmentOrder, Shipment
from fulfillment.services import shipping, tracking, work
from inventory.models import Location, Product
from inventory.services import stock
from orders.models import Order
from orders.services import intake

ACTOR = "test"
STEPS = ("released", "picking", "picked", "packed", "shipped", "delivered")
BERLIN = IncomingAddress(
    name="Erika Muster",
    street="Lindenstraße 1",
    city="Berlin",
    postal_code="10969",
    country="DE",
    lat=52.5,
    lon=13.4,
)

_numbers = itertools.count(1)


def receive(location: Location, pieces: dict[str, int]) -> None:
    """Put {SKU: pieces} on hand at a location; the products exist."""
    products = Product.objects.in_bulk(pieces, field_name="sku")
    out = stock.receive(
        [stock.StockChange(products[k].pk, location.pk, n) for k, n in pieces.items()],
        actor=ACTOR,
    )
    assert not out.refused, out.refused


def incoming(lines: Iterable = (("SHIRT", 1),), **fields) -> IncomingOrder:
    """An order as a channel tells it. `lines`: (SKU, pieces), (SKU, pieces, price) or
    IncomingLine; the price is 10.00 where none is given. `fields` are those of
    IncomingOrder; the external id is new each time."""
    number = next(_numbers)
    given = {
        "external_id": f"EXT-{number}",
        "placed_at": timezone.now(),
        "currency": "EUR",
        "customer": IncomingCustomer(email=f"buyer{number}@example.org", name="Erika"),
        "ship_to": BERLIN,
    }
    return IncomingOrder(**given | fields, lines=tuple(map(_line, lines)))


def _line(said) -> IncomingLine:
    if isinstance(said, IncomingLine):
        return said
    sku, pieces, price = (*said, "10.00")[:3]
    return IncomingLine(sku=sku, quantity=pieces, unit_price=Decimal(price))


def send(channel: Channel, orders: Sequence[IncomingOrder]) -> list[int]:
    """Keep the orders in the inbox, as a webhook does; the keys of the messages, which
    wait. The task that takes them in is queued too (see the fixture drain_queue)."""
    messages = [RawMessage(o.external_id, o.to_payload()) for o in orders]
    out = store_messages(channel, messages, actor=ACTOR)
    assert not out.refused, out.refused
    return [message.pk for message in out.done]


def place_orders(
    channel: Channel, count: int = 1, lines: Iterable = (("SHIRT", 1),), **fields
) -> list[Order]:
    """Send `count` orders of the same lines and take them in: confirmed and routed
    where nothing is against it (see `incoming` for the arguments). Read anew from the
    tables."""
    lines = tuple(lines)
    keys = send(channel, [incoming(lines, **fields) for _ in range(count)])
    out = intake.take_in(keys, actor=ACTOR)
    assert not out.refused, out.refused
    return list(Order.objects.filter(inbound_message__in=keys).order_by("pk"))


def works_of(orders: Iterable[Order]) -> list[FulfillmentOrder]:
    """Their fulfillment orders that are not cancelled, as they are now."""
    works = FulfillmentOrder.objects.filter(order__in=[order.pk for order in orders])
    return list(works.exclude(status=FulfillmentOrder.Status.CANCELLED).order_by("pk"))


def parcels_of(orders: Iterable[Order]) -> list[Shipment]:
    """Their shipments that are not voided, as they are now."""
    parcels = Shipment.objects.filter(order__in=[order.pk for order in orders])
    return list(parcels.exclude(status=Shipment.Status.VOIDED).order_by("pk"))


def advance(orders: Sequence[Order], to: str = "delivered") -> None:
    """Do the work on fresh orders, from assigned up to and including one of STEPS."""
    for step in STEPS[: STEPS.index(to) + 1]:
        out = _DO[step](orders)
        assert not out.refused, (step, out.refused)


def _ship(orders):
    labels = {p.pk: shipping.Label(f"T{p.number}", "dhl") for p in parcels_of(orders)}
    return shipping.ship_shipments(labels, actor=ACTOR)


def _deliver(orders):
    now = timezone.now()
    reports = [tracking.Report(p.pk, "delivered", now) for p in parcels_of(orders)]
    return tracking.record_tracking(reports, actor=ACTOR)


_DO = {
    "released": lambda orders: work.release_work(works_of(orders), actor=ACTOR),
    "picking": lambda orders: work.start_picking(works_of(orders), actor=ACTOR),
    "picked": lambda orders: work.pick(works_of(orders), actor=ACTOR),
    "packed": lambda orders: work.pack_work(works_of(orders), actor=ACTOR),
    "shipped": _ship,
    "delivered": _deliver,
}
