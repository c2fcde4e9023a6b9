"""A storm: many captures and voids asked at once, a gateway that misbehaves, workers
that are killed. Afterwards the books of both sides are compared.

Used by the test (a hundred) and by `tests.benchmarks.payment_storm` (a thousand).
"""

import random
import time
from collections import defaultdict
from collections.abc import Iterable
from datetime import timedelta
from decimal import Decimal
from functools import partial

from django.utils import timezone

from channels.messages import IncomingPayment
from channels.models import Channel
from oms.core.models import WorkItem
from orders.models import Order, Payment, PaymentRequest, PaymentTransaction
from orders.services import asking, settling
from orders.services.asking import Wanted
from tests import shop, workers
from tests.sandbox import Sandbox

ASKERS, WORKERS, ROUNDS = 4, 3, 40
HELD = Decimal("14.00")
STEP = timedelta(minutes=20)  # from round to round: longer than a lease or a pause
WAYS = ["decline", "unavailable", "timeout_done", "timeout_lost", "twice", "lie"]
WAYS += ["garbage", "lie:99.00"]


def run(channel: Channel, sandbox: Sandbox, count: int, seed: int = 1) -> dict:
    """Ask about `count` times, settle to the end, and tell what was found."""
    dice = random.Random(seed)
    orders = place(channel, sandbox, count // 4)
    misbehave(sandbox, dice, count // 2)
    askers = [
        workers.start(partial(ask, [o.pk for o in orders], seed * 100 + number))
        for number in range(ASKERS)
    ]
    assert [workers.wait(pid) for pid in askers] == [0] * ASKERS
    killed = settle(dice)
    return {"asked": PaymentRequest.objects.count(), "killed": killed} | compare(
        sandbox
    )


def place(channel: Channel, sandbox: Sandbox, count: int) -> list[Order]:
    held = [
        IncomingPayment(
            "sandbox", HELD, "authorized", sandbox.authorize(f"storm-{number}", HELD)
        )
        for number in range(count)
    ]
    orders = []
    for payment in held:
        orders += shop.place_orders(channel, payments=(payment,), lines=[("GIFT", 1)])
    return orders


def misbehave(sandbox: Sandbox, dice: random.Random, calls: int) -> None:
    for kind in ("capture", "void"):
        for _ in range(calls // 2):
            how, _colon, amount = dice.choice(WAYS).partition(":")
            sandbox.behave("gateway", kind, how, lie_amount=amount)


def ask(orders: list[int], seed: int) -> None:
    """One of those who ask: a capture or a void of every order, ten at a time."""
    dice = random.Random(seed)
    dice.shuffle(orders)
    for start in range(0, len(orders), 10):
        wanted = [
            Wanted(pk, Decimal(dice.choice(["2.00", "4.00", "6.00"])))
            for pk in orders[start : start + 10]
        ]
        service = dice.choice([asking.request_captures, asking.request_voids])
        service(wanted, actor=f"asker:{seed}")


def settle(dice: random.Random) -> int:
    """Workers in rounds until nothing is open; in the first rounds they are killed."""
    at, killed = timezone.now(), 0
    for number in range(ROUNDS):
        if not PaymentRequest.objects.filter(status__in=PaymentRequest.OPEN).exists():
            break
        at += STEP
        call = partial(_work, at)
        pids = [workers.start(call) for _ in range(WORKERS)]
        if number < 4:
            for position in range(WORKERS):
                time.sleep(dice.uniform(0.05, 0.4))
                workers.kill(pids[position])
                pids.append(workers.start(call))
        killed += sum(workers.wait(pid) < 0 for pid in pids)
    return killed


def _work(at) -> None:
    while True:
        out = settling.settle_requests(actor="worker", at=at)
        if not out.done and not out.refused:
            return


def compare(sandbox: Sandbox) -> dict:
    """What does not agree between their books and ours, and what is left without
    evidence or a work item: nothing, one hopes."""
    ours = {
        row.idempotency_key: (row.kind, row.amount, row.reference)
        for row in PaymentTransaction.objects.filter(
            status="succeeded", kind__in=["capture", "void"]
        )
    }
    theirs = {
        call["key"]: (
            call["verb"],
            Decimal(call["body"]["amount"]),
            call["answer"]["reference"],
        )
        for call in sandbox.ledger("gateway", "capture", "void")
    }
    return {
        "done": len(ours),
        "failed": PaymentRequest.objects.filter(status="failed").count(),
        "differ": _differ(ours, theirs),
        "beyond": [p.pk for p in Payment.objects.all() if _beyond(p)],
        "lost": _lost(),
    }


def _differ(ours: dict, theirs: dict) -> list[str]:
    open_keys = set(
        PaymentRequest.objects.filter(status__in=PaymentRequest.OPEN).values_list(
            "idempotency_key", flat=True
        )
    )
    keys = (ours.keys() | theirs.keys()) - open_keys
    return sorted(key for key in keys if ours.get(key) != theirs.get(key))


def _beyond(payment: Payment) -> bool:
    return payment.captured_amount + payment.voided_amount > payment.authorized_amount


def _lost() -> list[int]:
    """Requests that ended without success, or not at all, and that nobody hears of. A
    capture that was declined asks nothing of anybody once its order is paid by another:
    the ledger has the refusal."""
    heard: dict[int, set[str]] = defaultdict(set)
    items: Iterable = WorkItem.objects.filter(subject_type="payment", status="open")
    for item in items:
        heard[item.subject_id].add(item.kind)
    return [
        row.pk
        for row in PaymentRequest.objects.exclude(status="succeeded")
        if not heard[row.payment_id]
        & {f"{row.kind}_failed", "payment_unknown", "payment_mismatch"}
        and not _is_overtaken(row)
    ]


def _is_overtaken(row: PaymentRequest) -> bool:
    paid = row.payment.order.payment_status in {"paid", "overpaid"}
    return paid and (row.kind, row.status) == ("capture", "failed")
