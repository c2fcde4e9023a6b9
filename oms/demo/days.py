"""The shop's days, one after the other: orders come in, goods arrive, work is done,
parcels travel, some come back. Only services change anything, with the day's time."""

import random
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from itertools import groupby

from django.apps import apps
from django.db import connection

from channels.models import InboundMessage
from channels.services.inbox import RawMessage, store_messages
from fulfillment.services import notices
from fulfillment.services.tracking import Report
from fulfillment.services.waiting import allocate_waiting
from inventory.services import stock
from oms.demo import baskets, floor, shelves, supply
from oms.demo.back import ReturnsDesk
from oms.demo.opening import ACTOR, Shop, done
from oms.demo.plan import Fate, Planned
from orders.models import Order, OrderLine
from orders.models.holds import Blocks, HoldReason
from orders.services import cancellation, confirmation, holds, intake, payments

HOUR = timedelta(hours=1)
FETCHED = 6  # hours between two looks at a channel
TERMS, ON_TIME = 14, 0.9  # days; of those who buy on terms
GROWN = (0, 3, 10, 30)  # days after which tables have several times the rows
APPS = ("core", "inventory", "channels", "orders", "fulfillment", "returns")
LEFT_ALONE = (Fate.FORGOTTEN, Fate.HELD)


def count_rows() -> None:
    """For the planner: nobody else analyzes what is not committed yet, and with the
    numbers of empty tables it reads the full ones from end to end for each row."""
    tables = [
        model._meta.db_table
        for label in APPS
        for model in apps.get_app_config(label).get_models()
    ]
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {', '.join(tables)}")


class Demo:
    """What is remembered from day to day."""

    def __init__(self, shop: Shop, planned: Sequence[Planned], first_day: datetime):
        self.shop, self.planned, self.first_day = shop, planned, first_day
        self.rng = random.Random(5)  # noqa: S311, nothing secret
        self.desk = ReturnsDesk(shop, self.rng)
        self.deliveries = supply.deliveries(planned, first_day)
        self.keys: dict[str, int] = {}  # external id to order
        self.fates: dict[int, Fate] = {}
        self.open: set[int] = set()  # orders that the floor may work on
        self.reports: list[Report] = []
        self.bills: dict[int, list[int]] = defaultdict(list)

    def live(self, now: datetime, tell: Callable[[int], None]) -> None:
        """From the opening to now; `tell` is called with the number of days done."""
        by_day = defaultdict(list)
        for each in self.planned:
            by_day[(each.order.placed_at - self.first_day).days].append(each)
        days = (now - self.first_day).days
        for day in range(days):
            midnight = self.first_day + timedelta(days=day)
            self._goods_in(day, midnight + 5 * HOUR)
            self._work(midnight)
            self._evening(day, midnight + 19 * HOUR, by_day[day])
            if day in GROWN:
                count_rows()
            tell(1)
        self._today(now, by_day[days])

    def _goods_in(self, day: int, at: datetime) -> None:
        if day not in self.deliveries:
            return
        changes = [
            stock.StockChange(
                self.shop.products[sku].pk, self.shop.locations[code].pk, pieces
            )
            for (sku, code), pieces in self.deliveries[day].items()
        ]
        done(stock.receive(changes, actor=ACTOR, at=at))
        allocate_waiting({c.product_id for c in changes}, actor=ACTOR, at=at)

    def _work(self, midnight: datetime) -> None:
        """All that was ordered until last night is sent today."""
        floor.refuse_some(self.open, self.rng, midnight + 7 * HOUR)
        parcels = floor.advance(sorted(self.open), floor.STEPS, midnight + 8 * HOUR)
        shelves.hand_over(parcels, midnight + 17 * HOUR)
        parcels += floor.supplier_day(midnight + 14 * HOUR)
        sent = midnight + 14 * HOUR
        self.reports += floor.travel(parcels, sent, self.rng)

    def _evening(self, day: int, at: datetime, planned: Sequence[Planned]) -> None:
        due = [report for report in self.reports if report.at <= at]
        self.reports = [report for report in self.reports if report.at > at]
        arrived = floor.tell(due, at)
        self.open.difference_update(arrived)
        self.desk.ask(arrived, day)
        self._pay(day, at - HOUR)
        self.desk.work(day, at - 3 * HOUR)
        self._take_in(planned)
        self._bill(planned, day)

    # --- Orders ---------------------------------------------------------------------

    def _take_in(self, planned: Sequence[Planned], until: datetime | None = None):
        """As a connector does that looks every few hours."""

        def looked_at(each: Planned) -> datetime:
            at = each.order.placed_at.replace(minute=0)
            return at + (FETCHED - at.hour % FETCHED) * HOUR

        for at, some in groupby(planned, key=looked_at):
            self._fetch(list(some), min(at, until or at))

    def _fetch(self, planned: list[Planned], at: datetime) -> None:
        for code in sorted({each.channel for each in planned}):
            said = [p.order for p in planned if p.channel == code]
            raw = [RawMessage(o.external_id, o.to_payload()) for o in said]
            done(store_messages(self.shop.channels[code], raw, actor=ACTOR, at=at))
        fates = {each.order.external_id: each.fate for each in planned}
        waiting = InboundMessage.objects.filter(external_id__in=fates).order_by("pk")
        messages = list(waiting.values_list("pk", flat=True))
        done(intake.take_in(messages, actor=ACTOR, at=at))
        rows = Order.objects.filter(external_id__in=fates)
        for pk, key in rows.values_list("pk", "external_id"):
            self.keys[key], self.fates[pk] = pk, fates[key]
        self._interfere([self.keys[key] for key in fates], at + HOUR / 2)

    def _interfere(self, orders: Sequence[int], at: datetime) -> None:
        """What customers and staff do to fresh orders."""
        by_fate = defaultdict(list)
        for pk in orders:
            by_fate[self.fates[pk]].append(pk)
        cancelled = Order.objects.filter(pk__in=by_fate[Fate.CANCELLED])
        cancellation.cancel_orders(
            cancelled.order_by("pk"),
            reason="the customer has changed her mind",
            actor=ACTOR,
            at=at,
        )
        lines = OrderLine.objects.filter(
            order__in=by_fate[Fate.REDUCED], quantity__gt=1, parent=None
        )
        one_less = {
            line.order_id: line.pk for line in lines.order_by("order", "-position")
        }
        cancellation.cancel_lines(
            dict.fromkeys(one_less.values(), 1),
            reason="one too many",
            actor=ACTOR,
            at=at,
        )
        wanted = [
            holds.NewHold(
                pk,
                HoldReason.CUSTOMER_REQUEST,
                [Blocks.RELEASE, Blocks.SHIP],
                source="staff",
                handle="on-holiday",
                note="The customer is away; send it next week.",
            )
            for pk in by_fate[Fate.HELD]
        ]
        holds.place_holds(wanted, actor=ACTOR, at=at)
        self.open |= {pk for pk in orders if self.fates[pk] not in LEFT_ALONE}

    def _bill(self, planned: Sequence[Planned], day: int) -> None:
        """Who pays when: slow transfers on the next day, invoices after two weeks."""
        for each in planned:
            pk = self.keys[each.order.external_id]
            if each.fate == Fate.PAYS_LATER:
                self.bills[day + 1].append(pk)
            elif each.channel == baskets.TRADE and self.rng.random() < ON_TIME:
                self.bills[day + TERMS].append(pk)
            elif each.fate in (Fate.REDUCED, Fate.CANCELLED):
                self.desk.give_back([pk], day)

    def _pay(self, day: int, at: datetime) -> None:
        due = self.bills.pop(day, [])
        unpaid = Order.objects.filter(pk__in=due, payment_status="unpaid")
        some = list(unpaid.exclude(status="cancelled").order_by("pk"))
        received = [
            payments.Received(o.pk, o.total_amount, f"transfer {o.external_id}")
            for o in some
        ]
        done(payments.record_payments(received, actor=ACTOR, at=at))
        confirmation.confirm_orders(
            [order for order in some if order.status == "pending"], actor=ACTOR, at=at
        )

    # --- The last day ---------------------------------------------------------------

    def _today(self, now: datetime, planned: Sequence[Planned]) -> None:
        """The floor is in the middle of its work."""
        self._take_in(planned, until=now)
        shelves.boxes()
        shelves.name_bins(now - 5 * HOUR)
        waiting = floor.open_work(self.open, floor.Status.ASSIGNED)
        orders = sorted({work.order_id for work in waiting})
        part, start = -(-len(orders) // 5), now - 3 * HOUR
        floor.advance(orders[: 4 * part], ["release"], start)
        floor.advance(orders[:part], floor.STEPS[1:], start)
        floor.advance(orders[part : 2 * part], ["pick", "pack"], start + HOUR)
        floor.begin(orders[2 * part : 3 * part], start + HOUR)
        shelves.walk(start + HOUR)
        self.desk.strangers(now - HOUR)
        floor.closed_door(now - HOUR)
        notices.tell_of_silence(notices.silent_parcels(now), at=now)
