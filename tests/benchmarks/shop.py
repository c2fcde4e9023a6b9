"""The shop that benchmarks run in: products at three locations, a channel, messages."""

import random
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import count

from django.db import connection
from django.utils import timezone

from channels.messages import (
    IncomingAddress,
    IncomingCustomer,
    IncomingLine,
    IncomingOrder,
)
from channels.models import Channel
from channels.services import inbox
from inventory.models import Location, Product
from inventory.services import stock

ACTOR = "benchmark"
PLACES = {"HAM": (53.55, 9.99), "MUC": (48.14, 11.58), "CGN": (50.94, 6.96)}
KNOWN_CUSTOMERS = 10_000
NEW_CUSTOMERS = 0.2  # of the orders


def fill(skus: int, pieces: int) -> Channel:
    """`skus` products, each with `pieces` at each of three locations, and a channel."""
    Product.objects.bulk_create(
        [Product(sku=sku(n), name=f"Product {n}") for n in range(skus)], 1000
    )
    places = Location.objects.bulk_create(
        [
            Location(code=code, name=code, lat=lat, lon=lon)
            for code, (lat, lon) in PLACES.items()
        ]
    )
    products = Product.objects.values_list("pk", flat=True)
    receive(dict.fromkeys(products, pieces), [place.pk for place in places])
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO orders_customer"
            " (key, name, email, is_active, created_at, updated_at)"
            " SELECT 'email:c' || n || '@example.org', 'Customer ' || n,"
            "        'c' || n || '@example.org', true, now(), now()"
            " FROM generate_series(1, %s) n",
            [KNOWN_CUSTOMERS],
        )
    return Channel.objects.create(code="shop", name="Shop")


def receive(pieces: dict[int, int], places: Sequence[int]) -> None:
    """Put {product: pieces} on hand at each of the places."""
    changes = [
        stock.StockChange(product, place, n)
        for product, n in pieces.items()
        for place in places
        if n
    ]
    for start in range(0, len(changes), 5000):
        refused = stock.receive(changes[start : start + 5000], actor=ACTOR).refused
        if refused:
            raise RuntimeError(refused)


def sku(number: int) -> str:
    return f"SKU-{number:05d}"


class Shoppers:
    """Makes orders: three lines, an address beside one of the locations, one customer
    in five new. The same seed makes the same orders."""

    def __init__(self, seed: str, new_customers: float = NEW_CUSTOMERS):
        self.seed = seed
        self.random = random.Random(seed)
        self.new_customers = new_customers
        self.numbers = count()

    def order(self, skus: Sequence[str]) -> IncomingOrder:
        """An order of one to three pieces of each of these SKUs."""
        pick = self.random
        number = f"{self.seed}-{next(self.numbers)}"
        if pick.random() < self.new_customers:
            email = f"{number}@example.org"
        else:
            email = f"c{pick.randint(1, KNOWN_CUSTOMERS)}@example.org"
        lat, lon = pick.choice(list(PLACES.values()))
        return IncomingOrder(
            external_id=number,
            placed_at=timezone.now(),
            currency="EUR",
            lines=tuple(
                IncomingLine(code, pick.randint(1, 3), Decimal("9.99")) for code in skus
            ),
            customer=IncomingCustomer(email=email, name="Kim Beispiel"),
            ship_to=IncomingAddress(
                name="Kim Beispiel",
                street="Hauptstr. 1",
                city="Musterstadt",
                postal_code="12345",
                country="DE",
                lat=lat + pick.uniform(-1, 1),
                lon=lon + pick.uniform(-1, 1),
            ),
        )

    def orders(self, number: int, skus: int) -> Iterator[IncomingOrder]:
        """So many orders of three different ones of the first `skus` products."""
        for _ in range(number):
            yield self.order([sku(n) for n in self.random.sample(range(skus), 3)])


def store(channel: Channel, orders: Iterator[IncomingOrder]) -> list[int]:
    """Put orders into the inbox; the keys of their messages."""
    raw = [inbox.RawMessage(order.external_id, order.to_payload()) for order in orders]
    pks = []
    for start in range(0, len(raw), 500):
        out = inbox.store_messages(channel, raw[start : start + 500], actor=ACTOR)
        if out.refused:
            raise RuntimeError(out.refused)
        pks += [message.pk for message in out.done]
    return pks
