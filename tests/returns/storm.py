"""A storm of refunds: the same returns, goodwill and plain refunds asked at once, a
gateway that misbehaves, workers and askers that are killed. Afterwards the books of
both sides are compared.

Used by the test (eighty) and by `tests.benchmarks.refund_storm` (a thousand).
"""

import random
import time
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from functools import partial

from django.db import OperationalError
from django.utils import timezone

from channels.messages import IncomingPayment
from channels.models import Channel
from inventory.models import Location, Product
from orders.models import Order, PaymentRequest
from orders.services import asking, intake, settling
from orders.services.asking import Wanted
from returns import tasks
from returns.models import Refund, Return, ReturnPolicy
from returns.services import approving, goodwill, receiving, refunding, requesting
from returns.services.goodwill import Goodwill
from returns.services.receiving import Arrival
from returns.services.requesting import NewReturn
from tests import shop, workers
from tests.payments.storm import STEP, WAYS
from tests.returns import storm_books
from tests.sandbox import Sandbox

ASKERS, DOOMED, WORKERS, ROUNDS, AGAIN = 8, 2, 3, 60, 3
PIECES, PRICE = 3, Decimal("4.67")  # of an order of 14.01, from two cards and cash
TENDERS = Decimal("6.00"), Decimal("5.01"), Decimal("3.00")
SET = 5  # orders that an asker asks of at once
DEATHS = [f"refund.{point}" for point in ("claimed", "before_call", "after_call")]
DEATHS += ["refund.before_look_up", "refund.before_commit", "refund.stored"]
DEATHS += ["settle.before_claim"]
LIMIT = Decimal(10)  # refunds above it need a second person
MIA, ANNA = "user:mia", "user:anna"
LOCK_TIMEOUT = "55P03"


def run(channel: Channel, sandbox: Sandbox, count: int, seed: int = 1) -> dict:
    """Ask about `count` times, settle to the end, and tell what was found. What has
    failed then is asked for again, twice."""
    dice, at = random.Random(seed), timezone.now()
    ReturnPolicy.objects.create(approval_above=LIMIT)
    orders = place(channel, sandbox, -(-count // (ASKERS * AGAIN)))
    bring_back(orders, dice)
    misbehave(sandbox, dice, count // 2)
    pks, killed = [order.pk for order in orders], 0
    for number in range(AGAIN):
        killed += ask_all(pks, seed * 1000 + number * 100)
        at, dead = settle(dice, at)
        killed += dead
    told = {"orders": len(orders), "asked": len(orders) * ASKERS * AGAIN}
    return told | {"killed": killed} | storm_books.compare(sandbox)


def place(channel: Channel, sandbox: Sandbox, count: int) -> list[Order]:
    """Delivered orders, paid from two cards, which the gateway has captured, and in
    cash."""
    keys = shop.send(
        channel,
        [
            shop.incoming([("GIFT", PIECES, PRICE)], payments=_paid(sandbox, number))
            for number in range(count)
        ],
    )
    orders = intake.take_in(keys, actor=MIA).done
    shop.advance(orders)
    return orders


def _paid(sandbox: Sandbox, number: int) -> tuple[IncomingPayment, ...]:
    tenders = []
    for position, amount in enumerate(TENDERS):
        reference, gateway = f"cash-{number}", "manual"
        if position < len(TENDERS) - 1:
            gateway = "sandbox"
            reference = sandbox.authorize(f"storm-{number}-{position}", amount)
            sandbox.do(
                "gateway",
                "capture",
                key=f"taken-{number}-{position}",
                authorization=reference,
                amount=str(amount),
                currency="EUR",
            )
        tenders.append(IncomingPayment(gateway, amount, "captured", reference))
    return tuple(tenders)


def bring_back(orders: list[Order], dice: random.Random) -> None:
    """Some pieces of every order come back, in one return or in two."""
    product = Product.objects.get(sku="GIFT")
    place = Location.objects.first()
    for _ in range(2):
        asked, pieces = [], {}
        for order in Order.objects.filter(pk__in=[o.pk for o in orders]):
            [line] = order.lines.all()
            agreed = sum(each.authorized_quantity for each in line.return_lines.all())
            if most := line.shipped_quantity - agreed:
                asked.append(NewReturn(order.pk, {line.pk: dice.randint(1, most)}))
        returns = requesting.request_returns(asked, actor=MIA).done
        requesting.approve_returns(returns, actor=MIA)
        pieces = {ret: ret.lines.all()[0].authorized_quantity for ret in returns}
        arrivals = [Arrival(r.pk, product.pk, n, place.pk) for r, n in pieces.items()]
        receiving.receive_returns(arrivals, actor=MIA)


def misbehave(sandbox: Sandbox, dice: random.Random, calls: int) -> None:
    """In half of the calls it does something else, and now and then when looked up."""
    for _ in range(calls):
        how, _colon, amount = dice.choice(WAYS).partition(":")
        sandbox.behave("gateway", "refund", how, lie_amount=amount)
    for _ in range(calls // 5):
        how = dice.choice(["unavailable", "timeout_lost", "garbage"])
        sandbox.behave("gateway", "calls", how)


def ask_all(orders: list[int], seed: int) -> int:
    """All ask at once. Two more die in the middle of a request; how many did."""
    pids = [
        workers.start(
            partial(ask, orders, seed + number),
            fault="capture.before_request_commit" if number >= ASKERS else "",
        )
        for number in range(ASKERS + DOOMED)
    ]
    codes = [workers.wait(pid) for pid in pids]
    assert codes[:ASKERS] == [0] * ASKERS
    return sum(code < 0 for code in codes)


def ask(orders: list[int], seed: int) -> None:
    """One of those who ask: something of every order, some orders at a time."""
    dice = random.Random(seed)
    orders = dice.sample(orders, len(orders))
    for start in range(0, len(orders), SET):
        some = orders[start : start + SET]
        what = dice.choice([_returns, _returns, _returns, _goodwill, _plain])
        _patiently(what, some, dice)
        _patiently(_decide, some, dice)


def _patiently(call: Callable, orders: list[int], dice: random.Random) -> None:
    """Who has waited too long for the others asks again, as on a slow machine."""
    while True:
        try:
            return call(orders, dice)
        except OperationalError as error:
            if getattr(error.__cause__, "sqlstate", "") != LOCK_TIMEOUT:
                raise


def _returns(orders: list[int], _dice: random.Random) -> None:
    returns = Return.objects.filter(order__in=orders)
    refunding.refund_returns(returns, actor=MIA)


def _goodwill(orders: list[int], dice: random.Random) -> None:
    wishes = [Goodwill(pk, Decimal(dice.randint(1, 4)), "sorry") for pk in orders]
    goodwill.refund_goodwill(wishes, actor=MIA)


def _plain(orders: list[int], dice: random.Random) -> None:
    """On the page of the payment; and what has failed there is tried again."""
    wanted = [Wanted(pk, Decimal(dice.randint(1, 3))) for pk in orders]
    asking.request_refunds(wanted, actor=MIA)
    rows = PaymentRequest.objects.filter(payment__order__in=orders, status="failed")
    settling.retry_requests(rows.values_list("pk", flat=True), actor=MIA)


def _decide(orders: list[int], dice: random.Random) -> None:
    large = Refund.objects.filter(order__in=orders, status="requested")
    if dice.random() < 0.2:
        approving.deny_refunds(large, reason="no", actor=ANNA)
    else:
        approving.approve_refunds(large, actor=ANNA)


def settle(dice: random.Random, at: datetime) -> tuple[datetime, int]:
    """Workers in rounds until nothing is open; in the first rounds they die, by a fault
    point or by a signal. The time then, and how many have died."""
    killed, deaths = 0, dice.sample(DEATHS, len(DEATHS))
    for _ in range(ROUNDS):
        if not PaymentRequest.objects.filter(status__in=PaymentRequest.OPEN).exists():
            break
        at += STEP
        call = partial(_work, at)
        pids = [workers.start(call) for _ in range(WORKERS)]
        if deaths:
            pids.append(workers.start(call, fault=deaths.pop()))
            time.sleep(dice.uniform(0.05, 0.4))
            workers.kill(pids[0])
        killed += sum(workers.wait(pid) < 0 for pid in pids)
    tasks.settle_refunds()
    return at, killed


def _work(at: datetime) -> None:
    while True:
        out = settling.settle_requests(actor="worker", at=at)
        tasks.settle_refunds()
        if not out.done and not out.refused:
            return
