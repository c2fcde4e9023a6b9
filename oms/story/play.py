"""The shop's first day: about thirty orders, the same ones on every machine."""

import time
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from channels.messages import (
    IncomingAddress,
    IncomingCustomer,
    IncomingLine,
    IncomingOrder,
)
from channels.services.inbox import RawMessage, store_messages
from fulfillment.models import FulfillmentOrder, Shipment
from fulfillment.services import shipping, tracking, work
from oms.core.chunks import in_chunks
from oms.core.outcome import Outcome
from oms.story.shop import ACTOR, PRODUCTS, SCARCE, UNKNOWN, Shop
from orders.models import Order
from orders.services import cancellation, intake

PATIENCE = 10  # seconds that a running worker gets for what it has already begun
STEPS = ("release", "start_picking", "pick", "pack", "ship", "deliver")

BUYERS = (
    ("Erika Muster", "Lindenstraße 1", "10969", "Berlin", "DE", 52.503, 13.397),
    ("Jean Martin", "Rue de Rivoli 5", "75004", "Paris", "FR", 48.856, 2.356),
    ("Ada Brown", "Beacon Street 12", "02108", "Boston", "US", 42.358, -71.063),
    ("Olga Nowak", "Piękna 7", "00-539", "Warsaw", "PL", 52.223, 21.018),
    ("John Smith", "State Street 40", "60602", "Chicago", "US", 41.882, -87.628),
    ("Anke Jansen", "Elbchaussee 9", "22765", "Hamburg", "DE", 53.545, 9.93),
    ("Mia Rossi", "Via Dante 3", "20121", "Milan", "IT", 45.466, 9.185),
)
Lines = Sequence[tuple[str, int]]


def first_day() -> dict[str, Lines]:
    """{external id: lines}: 25 plain orders and 5 with a fate of their own."""
    skus = [sku for sku in PRODUCTS if sku != SCARCE]
    plain = {
        f"story-plain-{number:02}": [
            (skus[(number * 5 + line * 7) % len(skus)], 1 + (number + line) % 3)
            for line in range(1 + number % 3)
        ]
        for number in range(1, 26)
    }
    return plain | {
        "story-waits-1": [(SCARCE, 2), ("DEMO-MUG", 1)],
        "story-waits-2": [(SCARCE, 1)],
        "story-unknown": [("DEMO-BOWL", 1), (UNKNOWN, 1)],
        "story-cancelled": [("DEMO-RUG", 1)],
        "story-reduced": [("DEMO-PLATE", 6), ("DEMO-BOWL", 6)],
    }


def play_first_day(shop: Shop, at: datetime) -> None:
    """Take the orders in and bring each to where it shall stand."""
    wanted = first_day()
    orders = place(shop, wanted, at)
    plain = [orders[key] for key in wanted if key.startswith("story-plain")]
    cancellation.cancel_orders(
        [orders["story-cancelled"]],
        reason="the customer has changed her mind",
        actor=ACTOR,
    )
    first = orders["story-reduced"].lines.order_by("position").first()
    cancellation.cancel_lines({first.pk: 2}, reason="two pieces too many", actor=ACTOR)
    reached = {"deliver": 10, "ship": 4, "pack": 3, "start_picking": 2, "release": 3}
    for last, count in reached.items():  # the other three stay assigned
        advance(plain[:count], STEPS[: STEPS.index(last) + 1])
        plain = plain[count:]


def place(shop: Shop, wanted: dict[str, Lines], at: datetime) -> dict[str, Order]:
    """Through the inbox: {external id: order}. A running worker may be the faster."""
    first = at - timedelta(hours=len(wanted))
    incoming = [
        _incoming(key, lines, number, first + timedelta(hours=number))
        for number, (key, lines) in enumerate(wanted.items())
    ]
    messages = [RawMessage(order.external_id, order.to_payload()) for order in incoming]
    store_messages(shop.channel, messages, actor=ACTOR, at=at)
    waiting = shop.channel.messages.filter(external_id__in=wanted, status="waiting")
    keys = list(waiting.order_by("pk").values_list("pk", flat=True))
    in_chunks(intake.take_in, keys, actor=ACTOR)
    deadline = time.monotonic() + PATIENCE
    while True:
        found = Order.objects.filter(channel=shop.channel, external_id__in=wanted)
        orders = {order.external_id: order for order in found}
        if len(orders) == len(wanted):
            return orders
        if time.monotonic() > deadline:
            raise RuntimeError(f"not taken in: {sorted(set(wanted) - set(orders))}")
        time.sleep(0.2)


def _incoming(key: str, lines: Lines, number: int, at: datetime) -> IncomingOrder:
    name, street, code, city, country, lat, lon = BUYERS[number % len(BUYERS)]
    email = f"{name.lower().replace(' ', '.')}@example.org"
    return IncomingOrder(
        external_id=key,
        placed_at=at,
        currency="EUR",
        customer=IncomingCustomer(email=email, name=name),
        ship_to=IncomingAddress(
            name=name,
            street=street,
            postal_code=code,
            city=city,
            country=country,
            lat=lat,
            lon=lon,
        ),
        lines=tuple(
            IncomingLine(
                sku=sku,
                quantity=quantity,
                unit_price=price_of(sku),
                name=PRODUCTS.get(sku, ("",))[0],
            )
            for sku, quantity in lines
        ),
        shipping_amount=Decimal("4.90"),
    )


def price_of(sku: str) -> Decimal:
    """5.90 for the first product, one and a half more for each that follows."""
    skus = list(PRODUCTS)
    position = skus.index(sku) if sku in skus else 0
    return Decimal("5.90") + Decimal("1.50") * position


# --- Work, on sets of orders ----------------------------------------------------------


def advance(orders: Iterable[Order], steps: Sequence[str]) -> None:
    """Do these steps, in their order; what has made a step already is passed over."""
    keys = [order.pk for order in orders]
    for step in steps:
        take_step(step, keys)


def take_step(step: str, order_keys: Sequence[int]) -> Outcome:
    if step in ("ship", "deliver"):
        return _ship(order_keys) if step == "ship" else _deliver(order_keys)
    status, service = {
        "release": ("assigned", work.release_work),
        "start_picking": ("released", work.start_picking),
        "pick": ("picking", work.pick),
        "pack": ("picking", work.pack_work),
    }[step]
    works = FulfillmentOrder.objects.filter(order__in=order_keys, status=status)
    return service(list(works), actor=ACTOR)


def _ship(order_keys: Sequence[int]) -> Outcome:
    parcels = Shipment.objects.filter(order__in=order_keys, status="draft")
    labels = {
        parcel.pk: shipping.Label(f"STORY{parcel.pk:08}", "DHL") for parcel in parcels
    }
    return shipping.ship_shipments(labels, actor=ACTOR)


def _deliver(order_keys: Sequence[int]) -> Outcome:
    parcels = Shipment.objects.filter(order__in=order_keys, status="shipped")
    reports = []
    for parcel in parcels:
        at = parcel.shipped_at
        reports += [
            tracking.Report(parcel.pk, "in_transit", at, "On the way"),
            tracking.Report(
                parcel.pk, "delivered", at + timedelta(seconds=1), "At the door"
            ),
        ]
    return tracking.record_tracking(reports, actor=ACTOR)
