"""What customers send back: each return moves on by a step when its day comes, so that
at the end some stand at every step."""

import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

from django.db.models import Prefetch

from inventory.models import Location
from oms.demo.opening import ACTOR, Shop, done
from orders.models import Order, OrderLine
from returns.models import Refund, Return, ReturnItem, ReturnLine
from returns.models.lines import Disposition
from returns.models.returns import ReturnReason
from returns.services import (
    approving,
    blind,
    goodwill,
    inspecting,
    receiving,
    refunding,
    requesting,
)

LEAD = "demo:lead"  # who approves what somebody else asked for
COMES_BACK = 0.09  # of all orders that have arrived
GIVEN = 0.01  # of them: money without goods
FATES = {
    Disposition.RESTOCK: 70,
    Disposition.QUARANTINE: 10,
    Disposition.REFURBISH: 6,
    Disposition.SCRAP: 10,
    Disposition.TO_CUSTOMER: 4,
}
Agenda = dict[int, dict[str, list[int]]]


class ReturnsDesk:
    """The agenda of the returns: {day: {step: keys}}. `ask` puts orders on it that have
    arrived, `work` does what is due on a day."""

    def __init__(self, shop: Shop, rng: random.Random):
        self.shop, self.rng = shop, rng
        self.agenda: Agenda = defaultdict(lambda: defaultdict(list))

    def ask(self, orders: Iterable[int], day: int) -> None:
        for pk in sorted(orders):  # as the dice see them
            chance = self.rng.random()
            later = day + self.rng.randint(2, 9)
            if chance < COMES_BACK:
                self.agenda[later]["request"].append(pk)
            elif chance < COMES_BACK + GIVEN:
                self.agenda[later]["goodwill"].append(pk)

    def give_back(self, orders: Iterable[int], day: int) -> None:
        """These have paid more than their orders cost now."""
        self.agenda[day + 3]["overpaid"] += sorted(orders)

    def work(self, day: int, at: datetime) -> None:
        steps: dict[str, Callable[[list[int], int, datetime], None]] = {
            "request": self._request,
            "approve": self._approve,
            "receive": self._receive,
            "inspect": self._inspect,
            "refund": self._refund,
            "second": self._approve_refunds,
            "close": self._close,
            "goodwill": self._goodwill,
            "overpaid": self._overpaid,
        }
        today = self.agenda.pop(day, {})
        for number, (name, step) in enumerate(steps.items()):
            if keys := today.get(name):
                step(keys, day, at + timedelta(minutes=20 * number))

    def _later(self, step: str, returns: Iterable[Return], day: int) -> None:
        self.agenda[day][step] += sorted(ret.pk for ret in returns)

    def _request(self, orders: Sequence[int], day: int, at: datetime) -> None:
        """By the customers themselves, who are told by the policy what does not."""
        lines = OrderLine.objects.filter(order__in=orders).order_by("order", "position")
        wanted: dict[int, dict[int, int]] = defaultdict(dict)
        for line in lines.select_related("product"):
            left = line.delivered_quantity - line.returned_quantity
            some = self.rng.random() < 0.6 or not wanted[line.order_id]
            if (
                left > 0
                and some
                and line.parent_id is None
                and line.product.weight_grams
            ):
                wanted[line.order_id][line.pk] = self.rng.randint(1, left)
        asked = [
            requesting.NewReturn(
                pk,
                pieces,
                reason=self.rng.choice(ReturnReason.values),
                source=Return.Source.CUSTOMER,
                location_id=self.shop.locations["BER"].pk,
            )
            for pk, pieces in wanted.items()
            if pieces
        ]
        out = requesting.request_returns(asked, actor="customer", at=at)
        self._later("approve", out.done, day + 2)

    def _approve(self, keys: Sequence[int], day: int, at: datetime) -> None:
        returns = list(Return.objects.filter(pk__in=keys).order_by("pk"))
        declined = [ret for ret in returns if self.rng.random() < 0.06]
        requesting.decline_returns(
            declined, reason="Worn and washed, as the photo shows", actor=ACTOR, at=at
        )
        rest = [ret for ret in returns if ret not in declined]
        requesting.approve_returns(rest, actor=ACTOR, at=at)
        on_the_way = [ret for ret in rest if self.rng.random() > 0.05]
        self._later("receive", on_the_way, day + self.rng.randint(3, 5))

    def _receive(self, keys: Sequence[int], day: int, at: datetime) -> None:
        lines = Prefetch("lines", ReturnLine.objects.order_by("pk"))
        returns = Return.objects.filter(pk__in=keys).prefetch_related(lines)
        place = self.shop.locations["BER"].pk
        surplus = 1 if self.rng.random() < 0.05 else 0
        arrivals = [
            receiving.Arrival(
                ret.pk,
                line.product_id,
                line.authorized_quantity + (surplus if ret.pk == keys[0] else 0),
                place,
            )
            for ret in returns.order_by("pk")
            for line in ret.lines.all()
        ]
        out = receiving.receive_returns(arrivals, actor=ACTOR, at=at)
        self._later("inspect", out.done, day + 1)
        self._later("refund", out.done, day + 1)

    def _inspect(self, keys: Sequence[int], day: int, at: datetime) -> None:
        items = ReturnItem.objects.filter(
            line__ret__in=keys, disposition=Disposition.PENDING
        )
        decisions = []
        for item in items.order_by("pk"):
            [fate] = self.rng.choices(list(FATES), list(FATES.values()))
            decisions.append(inspecting.Decision(item.pk, fate, item.quantity))
        out = inspecting.dispose(decisions, actor=ACTOR, at=at)
        self._later("close", out.done, day + 2)

    def _refund(self, keys: Sequence[int], day: int, at: datetime) -> None:
        returns = Return.objects.filter(pk__in=keys).order_by("pk")
        out = refunding.refund_returns(returns, actor=ACTOR, at=at)
        large = [r for r in out.done if r.status == Refund.Status.REQUESTED]
        self.agenda[day + 2]["second"] += [refund.pk for refund in large]

    def _approve_refunds(self, keys: Sequence[int], day: int, at: datetime) -> None:
        refunds = Refund.objects.filter(pk__in=keys).order_by("pk")
        approving.approve_refunds(refunds, actor=LEAD, at=at)

    def _close(self, keys: Sequence[int], day: int, at: datetime) -> None:
        """What cannot be closed yet, as long as goods are in quarantine, is refused."""
        returns = Return.objects.filter(pk__in=keys).order_by("pk")
        inspecting.close_returns(returns, actor=ACTOR, at=at)

    def _goodwill(self, orders: Sequence[int], day: int, at: datetime) -> None:
        asked = [goodwill.Goodwill(pk, 5, "The parcel came late") for pk in orders]
        goodwill.refund_goodwill(asked, actor=ACTOR, at=at)

    def _overpaid(self, orders: Sequence[int], day: int, at: datetime) -> None:
        rows = Order.objects.filter(pk__in=orders, payment_status="overpaid")
        asked = [
            goodwill.Goodwill(
                order.pk,
                sum(p.captured_amount - p.refunded_amount for p in order.payments.all())
                - order.total_amount,
                "Cancelled after it was paid",
                kind=Refund.Kind.OVERPAID,
            )
            for order in rows.order_by("pk").prefetch_related("payments")
        ]
        goodwill.refund_goodwill(asked, actor=ACTOR, at=at)

    def strangers(self, at: datetime) -> None:
        """Parcels that nobody has announced lie on the table."""
        some = [p for p in self.shop.products.values() if p.tracks_stock][::40]
        place: Location = self.shop.locations["BER"]
        parcels = [
            blind.Parcel(place.pk, product.pk, 1, note="No slip in the box")
            for product in some
        ]
        done(blind.receive_blind(parcels, actor=ACTOR, at=at))
