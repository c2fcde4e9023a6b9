"""What carriers charge for a parcel and when it arrives, and which offer to take. Pure.

A zone is found by the longest prefix of the postal code, then by the country, then by
the shortest distance that reaches; the price by the first weight step that holds the
parcel. Where no zone or no step fits there is no offer.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from math import inf

from fulfillment.routing.calendar import add_working_days

SATURDAY, SUNDAY = 5, 6
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Zone:
    zone: str
    transit_days: int
    country: str = ""
    postal_prefix: str = ""
    max_distance_km: int | None = None


@dataclass(frozen=True, slots=True)
class Destination:
    """`distance_km` from the place that sends it; None: nobody knows."""

    country: str
    postal_code: str = ""
    distance_km: float | None = None


@dataclass(slots=True)
class Tariff:
    """One service of one carrier. `steps`: {zone: [(up to grams, price), …]}."""

    carrier: str
    service: str
    currency: str
    zones: Sequence[Zone]
    steps: dict[str, list[tuple[int, Decimal]]]
    name: str = ""
    delivers_on_saturday: bool = False
    _places: dict[tuple[str, str], list[Zone]] = field(init=False, repr=False)
    _longest: int = field(init=False, repr=False, default=0)

    def __post_init__(self):
        self._places = {}
        for zone in sorted(self.zones, key=_reach):
            prefix = plain(zone.postal_prefix)
            self._places.setdefault((prefix, zone.country.upper()), []).append(zone)
            self._longest = max(self._longest, len(prefix))
        for steps in self.steps.values():
            steps.sort()

    def zone_of(self, to: Destination) -> Zone | None:
        code = plain(to.postal_code)
        for length in range(min(self._longest, len(code)), -1, -1):
            for country in (to.country.upper(), ""):
                for zone in self._places.get((code[:length], country), ()):
                    if _reaches(zone, to.distance_km):
                        return zone
        return None

    def price_of(self, zone: str, weight_grams: int) -> Decimal | None:
        """None: it is heavier than the last step."""
        steps = self.steps.get(zone, [])
        at = bisect_left(steps, weight_grams, key=lambda step: step[0])
        return steps[at][1] if at < len(steps) else None


@dataclass(frozen=True, slots=True)
class Offer:
    carrier: str
    service: str
    name: str
    price: Decimal
    currency: str
    transit_days: int
    zone: str
    delivers_on_saturday: bool = False

    def arrives_on(self, ready_on: date) -> date:
        """When it arrives if the carrier has it on that day. Carriers move on working
        days only."""
        day = ready_on
        while self._rests(day):
            day += DAY
        return add_working_days(day, self.transit_days, self._rests)

    def _rests(self, day: date) -> bool:
        weekday = day.weekday()
        return weekday == SUNDAY or (
            weekday == SATURDAY and not self.delivers_on_saturday
        )


def offers(
    tariffs: Sequence[Tariff], to: Destination, weight_grams: int
) -> list[Offer]:
    """What each service takes for it, the cheapest first. Amounts of two currencies
    cannot be compared: those in the currency of the first tariff stand first."""
    found = []
    for tariff in tariffs:
        zone = tariff.zone_of(to)
        price = tariff.price_of(zone.zone, weight_grams) if zone else None
        if price is None:
            continue
        found.append(
            Offer(
                tariff.carrier,
                tariff.service,
                tariff.name,
                price,
                tariff.currency,
                zone.transit_days,
                zone.zone,
                tariff.delivers_on_saturday,
            )
        )
    base = tariffs[0].currency if tariffs else ""
    return sorted(found, key=lambda offer: _cost(offer, base))


def _cost(offer: Offer, base: str) -> tuple:
    other = offer.currency != base
    return other, offer.price, offer.transit_days, offer.carrier, offer.service


def plain(postal_code: str) -> str:
    """Without spaces and dashes, in capitals: how postal codes are compared."""
    return postal_code.replace(" ", "").replace("-", "").upper()


def _reach(zone: Zone) -> float:
    return inf if zone.max_distance_km is None else zone.max_distance_km


def _reaches(zone: Zone, distance_km: float | None) -> bool:
    if zone.max_distance_km is None:
        return True
    return distance_km is not None and distance_km <= zone.max_distance_km
