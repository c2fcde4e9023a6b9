"""Who buys what, and what it costs: the orders as the channels tell them. Pure."""

import random
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from channels.messages import (
    IncomingAddress,
    IncomingCustomer,
    IncomingLine,
    IncomingOrder,
    IncomingPayment,
)
from oms.core.money import ZERO, rounded
from oms.demo import catalogue, places
from oms.demo.catalogue import Item
from oms.demo.places import Market

FREE_SHIPPING = Decimal(60)
SHIPPING = Decimal("4.90")
TRADE = "b2b"
WRAPPED, REDUCED = 0.06, 0.12  # of all orders of people; of all lines
ITEMS = catalogue.items()
[WRAPPING] = [item for item in ITEMS if item.sku == catalogue.SERVICE]
GOODS = [item for item in ITEMS if item is not WRAPPING]
FAVOURITES = random.Random(3).sample(GOODS, len(GOODS))  # noqa: S311
ASKED = [1 / (position + 8) for position in range(len(GOODS))]  # favourites first
NAMES_AT_BAZAAR = {
    item.sku: f"BZ{number:05}"
    for number, item in enumerate(ITEMS[: catalogue.LISTED], start=1)
}


def basket(key: str, at: datetime, channel: str, rng: random.Random) -> IncomingOrder:
    """An order without anything peculiar, of somebody."""
    market = places.MARKETS[channel]
    lines = tuple(_lines(channel, market, rng))
    name = f"{rng.choice(places.FIRST)} {rng.choice(places.LAST)}"
    return _order(key, at, channel, lines, name)


def order_of(
    key: str,
    at: datetime,
    channel: str,
    wanted: Iterable[tuple[str, int]],
    customer: int,
) -> IncomingOrder:
    """An order of these (SKU, pieces), of the customer of this number."""
    items = {item.sku: item for item in ITEMS}
    market = places.MARKETS[channel]
    lines = tuple(_line(items[sku], n, channel, market) for sku, n in wanted)
    last, first = divmod(customer, len(places.FIRST))
    name = f"{places.FIRST[first]} {places.LAST[last % len(places.LAST)]}"
    return _order(key, at, channel, lines, name)


def _order(key, at, channel, lines, name: str) -> IncomingOrder:
    """Paid with it where the channel does not collect and nobody buys on terms."""
    market = places.MARKETS[channel]
    customer, address = _buyer(market, name)
    order = IncomingOrder(
        external_id=key,
        placed_at=at,
        currency=market.currency,
        customer=customer,
        ship_to=address,
        lines=lines,
        shipping_amount=ZERO if _goods(lines) >= FREE_SHIPPING else SHIPPING,
        prices_include_tax=market.tax_included,
    )
    return paid(order) if channel == "web-eu" else order


def paid(order: IncomingOrder) -> IncomingOrder:
    """The same with the transfer that pays it."""
    transfer = IncomingPayment(
        gateway="manual",
        amount=total(order),
        status=IncomingPayment.CAPTURED,
        reference=f"transfer {order.external_id}",
    )
    return replace(order, payments=(transfer,))


def total(order: IncomingOrder) -> Decimal:
    tax = ZERO
    if not order.prices_include_tax:
        tax = sum((line.tax_amount for line in order.lines), ZERO)
    return _goods(order.lines) + order.shipping_amount + tax


def _goods(lines: tuple[IncomingLine, ...]) -> Decimal:
    return sum((n.quantity * n.unit_price - n.discount_amount for n in lines), ZERO)


def _lines(channel: str, market: Market, rng: random.Random):
    trade = channel == TRADE
    count = rng.randint(3, 8) if trade else rng.choice((1, 1, 1, 2, 2, 3, 4))
    chosen = {item.sku: item for item in rng.choices(FAVOURITES, ASKED, k=count)}
    for item in chosen.values():
        quantity = rng.randint(3, 12) if trade else rng.choice((1, 1, 1, 1, 2, 2, 3))
        yield _line(item, quantity, channel, market, rng.random() < REDUCED)
    if not trade and rng.random() < WRAPPED:
        yield _line(WRAPPING, 1, channel, market)


def _line(item: Item, quantity: int, channel: str, market: Market, reduced=False):
    price = rounded(item.price * market.rate, market.currency)
    value = price * quantity
    off = rounded(value / 10, market.currency) if reduced else ZERO
    own = NAMES_AT_BAZAAR if channel == "market" else {}
    return IncomingLine(
        sku=own.get(item.sku, item.sku),
        quantity=quantity,
        unit_price=price,
        name=item.name,
        discount_amount=off,
        tax_amount=_tax(value - off, market),
    )


def _tax(value: Decimal, market: Market) -> Decimal:
    whole = 100 + market.tax if market.tax_included else Decimal(100)
    return rounded(value * market.tax / whole, market.currency)


def _buyer(market: Market, name: str):
    """Everybody lives at one address, which their name decides."""
    addresses = places.BUYERS[market.area]
    first, last = name.split()
    at = (len(first) * 7 + len(last) * 3 + ord(first[0])) % len(addresses)
    street, code, city, region, country, lat, lon = addresses[at]
    address = IncomingAddress(
        name=name,
        street=street,
        postal_code=code,
        city=city,
        region=region,
        country=country,
        lat=lat,
        lon=lon,
    )
    email = f"{first}.{last}@example.org".lower().replace("á", "a")
    return IncomingCustomer(email=email, name=name), address
