"""The locations as the orders of a batch see them: loaded once, answered as plain
facts."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import connection

from fulfillment.models import FulfillmentOrder
from fulfillment.rates.rating import Destination, Offer, Tariff, Zone
from fulfillment.routing import calendar
from fulfillment.routing.facts import By, Candidate, Excluded, Lane, Policy
from fulfillment.services import capacity
from fulfillment.services.policies import Policies
from fulfillment.services.rates import load_tariffs
from inventory.models import Location, SupplierOffer
from oms.core.geo import distance_of
from orders.models import Order

POOLS = """
    SELECT c.id, c.pool_id IS NOT NULL, c.is_sandbox, l.location_id,
           EXISTS (SELECT FROM fulfillment_ratetable WHERE is_active),
           EXISTS (SELECT FROM fulfillment_routingpolicy WHERE status = 'active')
    FROM channels_channel c
    LEFT JOIN inventory_locationgroup_locations l ON l.locationgroup_id = c.pool_id
    WHERE c.id = ANY(%s)"""
NEED_RATES = {By.LOWEST_COST, By.FASTEST}


class Places:
    """`locations` are all there are for such orders: real ones for real orders, places
    of practice for those of practice. What only some shops use is asked for only where
    it is in use: rates by a policy in money or days, the day's work at locations with a
    limit, offers of suppliers, and rejections of orders that are not new."""

    def __init__(
        self,
        orders: Sequence[Order],
        at: datetime,
        *,
        first: bool,
        policy: Policy | None = None,
    ):
        channels = {order.channel_id for order in orders}
        self.at = at
        self.pools, self.practice, self.rated, ruled = _pools(channels)
        kinds = {channel in self.practice for channel in channels}
        self.locations = list(Location.objects.filter(is_sandbox__in=kinds))
        self.grams: dict[int, int] = {}  # of one piece, by order line
        self.by_pk = {location.pk: location for location in self.locations}
        self.active_ids = [loc.pk for loc in self.locations if loc.is_active]
        self.policies = Policies(channels if ruled else (), policy)
        self.tariffs = load_tariffs() if self.rated and self._needs_rates() else []
        self.rejected = set() if first else _rejections(orders)
        self.days = {
            location.pk: calendar.work_day(location, at)
            for location in self.locations
            if location.is_active
        }
        self.used: dict[int, int] = {}
        self._facts = [_facts(location) for location in self.locations]
        self._lanes: dict[tuple, Lane] = {}
        self._ship_by: dict[int, datetime | None] = {}

    def _needs_rates(self) -> bool:
        return any(
            facts.is_cheapest or NEED_RATES & set(facts.criteria)
            for facts in self.policies.facts.values()
        )

    def rules_of(self, order: Order) -> Policy:
        return self.policies.of(order.channel_id)

    def lock_capacity(self) -> None:
        """Before any stock level; from now on nobody else fills the limited days."""
        limited = [loc for loc in self.locations if capacity.is_limited(loc)]
        capacity.lock([location.pk for location in limited])
        self.count_capacity()

    def count_capacity(self) -> None:
        """What the limited days have, as far as it is known without their lock."""
        limited = [loc for loc in self.locations if capacity.is_limited(loc)]
        days = {loc.pk: day for loc in limited if (day := self.days[loc.pk])}
        self.used = capacity.used(days)

    def offers(self, product_ids: Iterable[int]) -> list[tuple[int, int]]:
        """(product, supplier) of what active suppliers send."""
        suppliers = [
            loc.pk for loc in self.locations if loc.is_active and not loc.keeps_stock
        ]
        if not suppliers:
            return []
        offers = SupplierOffer.objects.filter(
            location__in=suppliers, product__in=set(product_ids), is_active=True
        )
        return list(offers.values_list("product", "location"))

    def fill(self, location_ids: Iterable[int]) -> None:
        """One more fulfillment order at each."""
        for pk in location_ids:
            if pk in self.used:
                self.used[pk] += 1

    def ship_by(self, location_id: int) -> datetime | None:
        if location_id not in self._ship_by:
            day = self.days.get(location_id)
            self._ship_by[location_id] = day and calendar.ship_by(
                self.by_pk[location_id], day
            )
        return self._ship_by[location_id]

    def candidates(self, order: Order) -> list[Candidate]:
        found = []
        tariffs = self._tariffs_for(order)
        for location, region, facts in self._facts:
            if not self.is_for(order, location):
                continue
            distance = distance_of(
                location.lat, location.lon, order.ship_to_lat, order.ship_to_lon
            )
            candidate = Candidate(
                location.pk,
                location.code,
                location.priority,
                distance,
                self.excluded(order, location),
                order.ship_to_country in region,
                spare=self.spare(location),
                **facts,
            )
            if tariffs and candidate.excluded is None:
                to = Destination(
                    order.ship_to_country, order.ship_to_postal_code, distance
                )
                candidate.lanes = self._lanes_from(location, to, tariffs)
            found.append(candidate)
        return found

    def is_for(self, order: Order, location: Location) -> bool:
        """Real orders are no business of a place of practice, and the other way round:
        nobody overrules that."""
        return location.is_sandbox == (order.channel_id in self.practice)

    def excluded(self, order: Order, location: Location) -> Excluded | None:
        """Why it may not send this order, whatever it has."""
        if not location.is_active:
            return Excluded.INACTIVE
        pool = self.pools.get(order.channel_id)
        if pool is not None and location.pk not in pool:
            return Excluded.NOT_IN_POOL
        if (order.pk, location.pk) in self.rejected:
            return Excluded.EXCLUDED_AFTER_REJECT
        if location.ships_to and order.ship_to_country not in location.ships_to:
            return Excluded.DESTINATION_NOT_SERVED
        if self.days[location.pk] is None:
            return Excluded.CLOSED
        return None

    def spare(self, location: Location) -> int | None:
        """Fulfillment orders that its day still takes; None: no limit."""
        limit = location.daily_capacity
        return None if limit is None else limit - self.used.get(location.pk, 0)

    def _tariffs_for(self, order: Order) -> list[Tariff]:
        """In the currency of the policy; of the service that the customer chose, where
        there is one."""
        if not self.tariffs:
            return []
        currency = self.rules_of(order).currency
        known = [tariff for tariff in self.tariffs if tariff.currency == currency]
        chosen = [tariff for tariff in known if tariff.service == order.service]
        return chosen or known

    def _lanes_from(
        self, location: Location, to: Destination, tariffs: Sequence[Tariff]
    ) -> list[Lane]:
        lanes = []
        for tariff in tariffs:
            if (zone := tariff.zone_of(to)) and tariff.steps.get(zone.zone):
                key = location.pk, tariff.carrier, tariff.service, zone
                if key not in self._lanes:
                    self._lanes[key] = self._lane(location, tariff, zone)
                lanes.append(self._lanes[key])
        return lanes

    def _lane(self, location: Location, tariff: Tariff, zone: Zone) -> Lane:
        steps = tariff.steps[zone.zone]
        day = self.days[location.pk]
        offer = Offer(
            tariff.carrier,
            tariff.service,
            tariff.name,
            steps[0][1],
            tariff.currency,
            zone.transit_days,
            zone.zone,
            tariff.delivers_on_saturday,
        )
        arrives = offer.arrives_on(calendar.ready_day(location, day))
        return Lane(
            [grams for grams, _price in steps],
            [float(price) for _grams, price in steps],
            (arrives - self.at.date()).days,
        )


def _pools(
    channels: Iterable[int],
) -> tuple[dict[int, set[int]], set[int], bool, bool]:
    """{channel: the locations of its pool, if it has one}, the channels of practice,
    whether there are rates, and whether there are policies: one short statement, for
    every order asks."""
    pools: dict[int, set[int]] = defaultdict(set)
    practice, rated, ruled = set(), False, False
    with connection.cursor() as cursor:
        cursor.execute(POOLS, [list(channels)])
        for channel, has_pool, practises, location, rated, ruled in cursor:  # noqa: B007
            if has_pool:
                pools[channel].add(location)
            if practises:
                practice.add(channel)
    return pools, practice, rated, ruled


def _facts(location: Location) -> tuple[Location, Sequence[str], dict]:
    """What is the same for every order: the location, its region, its costs."""
    facts = {
        "order_cost": float(location.order_cost),
        "piece_cost": float(location.piece_cost),
        "supplier": not location.keeps_stock,
    }
    return location, location.region or (location.country,), facts


def _rejections(orders: Sequence[Order]) -> set[tuple[int, int]]:
    """(order, location) that rejected it and were not let in again."""
    rows = FulfillmentOrder.objects.filter(
        order__in=[order.pk for order in orders], exclusion_lifted_at__isnull=True
    ).exclude(reject_code="")
    return set(rows.values_list("order", "location"))
