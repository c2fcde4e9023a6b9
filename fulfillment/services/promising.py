"""What would be sent from where, when and for how much, were it ordered now. Asked by
the same routing that orders go through; nothing is locked and nothing written."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from django.utils import timezone

from channels.models import Channel
from fulfillment.models import FulfillmentOrder
from fulfillment.rates.choosing import Quote
from fulfillment.services import promises, routing
from inventory.models import Location, Product
from oms.core.building import build
from oms.core.sets import preload
from orders.models import Order, OrderLine
from orders.services import bundles

NOBODY = -1  # the key of an order that is never written


class Wish(NamedTuple):
    product: Product
    quantity: int


class Part(NamedTuple):
    """Pieces of what was wished for at this position; of a bundle its components."""

    position: int
    sku: str
    quantity: int
    available_from: date | None = None


class Parcel(NamedTuple):
    location: Location
    parts: list[Part]
    leaves_by: datetime | None
    quote: Quote | None


class Promise(NamedTuple):
    """`waiting`: what no location has now, or what is not sent before its day."""

    parcels: list[Parcel]
    waiting: list[Part]

    @property
    def is_complete(self) -> bool:
        return not self.waiting

    @property
    def leaves_by(self) -> datetime | None:
        """The last of all parts, where each is known."""
        days = [parcel.leaves_by for parcel in self.parcels]
        return max(days) if self._is_known(days) else None

    @property
    def arrives_on(self) -> date | None:
        days = [p.quote and p.quote.arrives_on for p in self.parcels]
        return max(days) if self._is_known(days) else None

    @property
    def cost(self) -> tuple[Decimal, str] | None:
        """Of all parcels, where each has a price in the same currency."""
        offers = [parcel.quote and parcel.quote.offer for parcel in self.parcels]
        currencies = {offer.currency for offer in offers if offer}
        if not self.parcels or None in offers or len(currencies) > 1:
            return None
        return sum(offer.price for offer in offers), currencies.pop()

    def _is_known(self, facts: Sequence) -> bool:
        return self.is_complete and bool(facts) and None not in facts


def promise_of(
    channel: Channel,
    wishes: Sequence[Wish],
    ship_to: Mapping[str, object],
    *,
    service: str = "",
    at: datetime | None = None,
) -> Promise:
    """`ship_to`: {field of the address: value}. As many statements for many wishes as
    for one."""
    at = at or timezone.now()
    order, asked = _imagined(channel, wishes, ship_to, service, at)
    trial = routing.Trial(locks=False)
    routed, levels = routing.plan_orders([order], at=at, first=True, trial=trial)
    works, lines = routing.work_of(routed, levels, at)
    quotes = promises.plan_delivery(works, lines, routed[0].places) if works else []
    parts: dict[int, list[Part]] = defaultdict(list)
    granted: dict[int, int] = defaultdict(int)
    by_pk = {line.pk: line for line in order.lines.all()}
    for each in lines:
        granted[each.order_line_id] += each.quantity
        line = by_pk[each.order_line_id]
        part = Part(asked[line.pk], line.sku, each.quantity)
        parts[id(each.fulfillment_order)].append(part)
    parcels = [
        _parcel(work, sorted(parts[id(work)]), quote, routed[0].places.by_pk)
        for work, quote in zip(works, quotes, strict=True)
    ]
    return Promise(parcels, _waiting(by_pk.values(), granted, asked))


def _imagined(
    channel: Channel,
    wishes: Sequence[Wish],
    ship_to: Mapping[str, object],
    service: str,
    at: datetime,
) -> tuple[Order, dict[int, int]]:
    """The order in memory, and {line: the position of its wish}."""
    address = {f"ship_to_{name}": value for name, value in ship_to.items()}
    order = build(
        Order,
        channel=channel,
        ship_complete=channel.ship_complete,
        placed_at=at,
        service=service,
        **address,
    )
    order.pk = NOBODY
    lines = [
        build(
            OrderLine,
            position=position,
            product=wish.product,
            sku=wish.product.sku,
            is_bundle=wish.product.is_bundle,
            quantity=wish.quantity,
        )
        for position, wish in enumerate(wishes, start=1)
    ]
    wished = {id(line): line.position for line in lines}
    components = bundles.explode([lines])
    asked = {}
    for line in lines:
        line.pk = -line.position
        asked[line.pk] = wished.get(id(line)) or wished[id(line.parent)]
        line.order = order
    bundles.tie(components)
    preload(order, lines=lines)
    return order, asked


def _parcel(
    work: FulfillmentOrder,
    parts: list[Part],
    quote: Quote | None,
    places: Mapping[int, Location],
) -> Parcel:
    return Parcel(places[work.location_id], parts, work.ship_by, quote)


def _waiting(
    lines: Iterable[OrderLine], granted: Mapping[int, int], asked: Mapping[int, int]
) -> list[Part]:
    """A bundle that cannot be taken apart waits as a whole."""
    lines = list(lines)
    apart = {line.parent_id for line in lines}
    return [
        Part(asked[line.pk], line.sku, rest, line.product.available_from)
        for line in lines
        if line.pk not in apart and (rest := line.quantity - granted[line.pk])
    ]
