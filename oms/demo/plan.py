"""Which orders the shop gets in its days: the same ones every time.

Pure: nothing here touches the database. `Fate` is what is peculiar about an order; what
becomes of the others is decided on the floor, as in life.
"""

import random
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from channels.messages import IncomingAddress, IncomingCustomer, IncomingOrder
from oms.demo import baskets, places
from oms.demo.opening import BLOCKED

DAYS = 60
OPENS, CLOSES = 6, 22  # hours (UTC) in which customers order
FIRST_NUMBER = 10_001
USUAL = 2_000  # orders


class Fate(StrEnum):
    PLAIN = "plain"
    CANCELLED = "cancelled"  # by the customer, before anybody has begun
    REDUCED = "reduced"  # a piece less
    UNPAID = "unpaid"
    PAYS_LATER = "pays_later"  # on the day after the order
    UNKNOWN_SKU = "unknown_sku"
    BAD_ADDRESS = "bad_address"
    WRONG_PRICE = "wrong_price"
    WRONG_TOTAL = "wrong_total"
    BLOCKLISTED = "blocklisted"
    REPEATED = "repeated"  # the same customer orders the same goods once more
    HELD = "held"  # by staff
    FORGOTTEN = "forgotten"  # nobody picks it: it gets late


# Of 2,000 orders so many, all among the last ones of a channel that checks for it.
LAST_ONES = {
    "web-eu": {
        Fate.UNPAID: 12,
        Fate.BAD_ADDRESS: 5,
        Fate.WRONG_PRICE: 4,
        Fate.WRONG_TOTAL: 2,
        Fate.BLOCKLISTED: 3,
        Fate.REPEATED: 3,
        Fate.FORGOTTEN: 6,
        Fate.HELD: 4,
    },
    "web-us": {Fate.FORGOTTEN: 4, Fate.HELD: 2},
    "market": {Fate.UNKNOWN_SKU: 6, Fate.WRONG_TOTAL: 1},
    "b2b": {Fate.HELD: 2},
}
OF_ALL = {Fate.CANCELLED: 0.03, Fate.REDUCED: 0.02, Fate.PAYS_LATER: 0.03}
PAID_BEFORE = "web-eu"  # the channel whose orders wait for a transfer


class Planned(NamedTuple):
    channel: str
    fate: Fate
    order: IncomingOrder


def plan(count: int, first_day: datetime, now: datetime) -> list[Planned]:
    """`count` orders from midnight of the first day until now, the oldest first."""
    rng = random.Random(2)  # noqa: S311, nothing secret
    channels = rng.choices(
        list(places.MARKETS), [m.share for m in places.MARKETS.values()], k=count
    )
    moments = _moments(count, first_day, now, rng)
    planned: list[Planned] = []
    for number, (at, channel, fate) in enumerate(
        zip(moments, channels, _fates(channels, rng), strict=True)
    ):
        key = f"{places.MARKETS[channel].prefix}{FIRST_NUMBER + number}"
        order = baskets.basket(key, at, channel, rng)
        if fate == Fate.REPEATED:
            order = _again(planned, channel, order)
        planned.append(Planned(channel, fate, _peculiar(order, fate)))
    return planned


def _moments(count: int, first_day: datetime, now: datetime, rng) -> list[datetime]:
    """Each day a little more than the day before, Sundays more than Saturdays; the last
    ones between the evening before and now."""
    length = (now - first_day).days
    days = [first_day + timedelta(days=number) for number in range(length)]
    weights = [
        (1 + number / length) * (0.7 if day.weekday() == 5 else 1)
        for number, day in enumerate(days)
    ]
    last_evening = first_day + timedelta(days=length, hours=CLOSES - 24)
    moments = []
    for day in rng.choices([*days, None], [*weights, 1.0], k=count):
        if day is None:
            start, end = last_evening, now
        else:
            start = day + timedelta(hours=OPENS)
            end = day + timedelta(hours=CLOSES)
        moments.append(start + (end - start) * rng.random())
    return sorted(moment.replace(second=0, microsecond=0) for moment in moments)


def _fates(channels: list[str], rng: random.Random) -> list[Fate]:
    fates = rng.choices(
        [*OF_ALL, Fate.PLAIN],
        [*OF_ALL.values(), 1 - sum(OF_ALL.values())],
        k=len(channels),
    )
    for at, (channel, fate) in enumerate(zip(channels, fates, strict=True)):
        if fate == Fate.PAYS_LATER and channel != PAID_BEFORE:
            fates[at] = Fate.PLAIN
    for channel, wanted in LAST_ONES.items():
        mine = [at for at, code in enumerate(channels) if code == channel]
        some = [
            fate
            for fate, times in wanted.items()
            for _time in range(max(1, round(times * len(channels) / USUAL)))
        ]
        rng.shuffle(some)
        for at, fate in zip(mine[-2 * len(some) :: 2], some, strict=False):
            fates[at] = fate
    return fates


def _again(planned: list[Planned], channel: str, order: IncomingOrder) -> IncomingOrder:
    """What another customer of the channel has just ordered, once more."""
    before = next(
        each.order
        for each in reversed(planned)
        if each.channel == channel and each.fate == Fate.PLAIN
    )
    again = replace(before, external_id=order.external_id, placed_at=order.placed_at)
    return baskets.paid(again)


def _misspelt(order: IncomingOrder) -> IncomingAddress:
    """Mostly so that a rule can tell what was meant."""
    meant = order.ship_to
    hopeless = order.external_id.endswith(("1", "2"))
    code = "1" if hopeless else f"{meant.country}-{meant.postal_code}"
    return replace(meant, postal_code=code)


def _peculiar(order: IncomingOrder, fate: Fate) -> IncomingOrder:
    first, *others = order.lines
    match fate:
        case Fate.UNPAID | Fate.PAYS_LATER:
            return replace(order, payments=())
        case Fate.UNKNOWN_SKU:
            strange = replace(first, sku=f"BZ9{order.external_id[-4:]}")
            return replace(order, lines=(strange, *others))
        case Fate.BAD_ADDRESS:
            return replace(order, ship_to=_misspelt(order))
        case Fate.WRONG_PRICE:
            price = (first.unit_price / 2).quantize(Decimal("0.01"))
            cheap = replace(
                first,
                unit_price=price,
                discount_amount=Decimal(0),
                tax_amount=Decimal(0),
            )
            return baskets.paid(replace(order, lines=(cheap, *others)))
        case Fate.WRONG_TOTAL:
            claimed = baskets.total(order) - Decimal("0.01")
            return replace(order, total_amount=claimed)
        case Fate.BLOCKLISTED:
            who = IncomingCustomer(email=BLOCKED, name=order.ship_to.name)
            return replace(order, customer=who)
    return order
