"""After a storm of refunds: the gateway's books against ours, and nothing in doubt."""

from collections import defaultdict
from decimal import Decimal

from django.db.models import F

from oms.core.models import WorkItem
from orders.models import Payment, PaymentRequest, PaymentTransaction
from orders.services.paymentitems import base_of
from returns.models import Refund, Return
from tests.sandbox import Sandbox

WRONG = "differ", "beyond", "twice", "torn", "lost", "open"
HEARD = {"refund_failed", "payment_unknown", "payment_mismatch"}


def compare(sandbox: Sandbox) -> dict:
    """How much was done, and under the names in WRONG what does not agree: nothing, one
    hopes."""
    ours = _ours()
    theirs = {call["key"]: _read(call) for call in sandbox.ledger("gateway", "refund")}
    keys = ours.keys() | theirs.keys()
    statuses = Refund.objects.values_list("status", flat=True)
    return {
        "done": len(theirs),
        "failed": PaymentRequest.objects.filter(status="failed").count(),
        **{f"refunds {word}": list(statuses).count(word) for word in set(statuses)},
        "differ": sorted(key for key in keys if ours.get(key) != theirs.get(key)),
        "beyond": _beyond(sandbox),
        "twice": _twice(),
        "torn": _torn(),
        "lost": _lost(),
        "open": _open(),
    }


def _ours() -> dict:
    """{key: (amount, what the gateway calls it)} of what our ledger has as done."""
    rows = PaymentTransaction.objects.filter(
        kind="refund", status="succeeded", payment__gateway="sandbox"
    )
    return {row.idempotency_key: (row.amount, row.reference) for row in rows}


def _read(call: dict) -> tuple:
    return Decimal(call["body"]["amount"]), call["answer"]["reference"]


def _beyond(sandbox: Sandbox) -> list:
    """Payments of which more went back than was taken, in our books or in theirs."""
    spoken = F("refunded_amount") + F("refunding_amount")
    rows = Payment.objects.filter(captured_amount__lt=spoken)
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for call in sandbox.ledger("gateway", "capture", "refund"):
        sign = 1 if call["verb"] == "capture" else -1
        sums[call["body"]["authorization"]] += sign * Decimal(call["body"]["amount"])
    return [row.pk for row in rows] + [key for key, left in sums.items() if left < 0]


def _twice() -> list[tuple]:
    """Returns for which more was paid than their pieces are worth, by what gateways
    have done and not by what refunds say; or which have two live refunds."""
    paid: dict[str, Decimal] = defaultdict(Decimal)
    for row in PaymentRequest.objects.filter(kind="refund", status="succeeded"):
        paid[base_of(row.idempotency_key).rpartition(":")[0]] += row.amount
    found = []
    for ret in Return.objects.prefetch_related("refunds", "lines__order_line"):
        worth = sum(
            line.received_quantity * line.order_line.unit_price
            for line in ret.lines.all()
        )
        refunds = ret.refunds.all()
        went = sum(paid[f"refund:{refund.number}"] for refund in refunds)
        live = [r for r in refunds if r.status not in {"denied", "failed"}]
        if went > worth or len(live) > 1:
            found.append((ret.pk, went, worth, len(live)))
    return found


def _torn() -> list[int]:
    """Refunds that do not say what became of their parts."""
    rows = Refund.objects.prefetch_related("parts__request")
    return [row.pk for row in rows if not _says_so(row)]


def _says_so(refund: Refund) -> bool:
    parts = refund.parts.all()
    statuses = {part.request and part.request.status for part in parts}
    if sum(part.amount for part in parts) != refund.amount:
        return False
    if refund.status in {"denied", "requested"}:
        return statuses == {None}
    return (refund.status, statuses == {"succeeded"}) in {
        ("succeeded", True),
        ("failed", False),
    }


def _lost() -> list[int]:
    """Requests that failed at last and of which nobody hears, or without evidence: the
    ledger has every end, and the gateway's books say the same (see `differ`)."""
    items = WorkItem.objects.filter(status="open", kind__in=HEARD)
    heard = set(items.filter(subject_type="payment").values_list("subject_id", "kind"))
    rows = PaymentRequest.objects.order_by("pk")
    last = {base_of(row.idempotency_key): row for row in rows}
    ends = set(PaymentTransaction.objects.values_list("idempotency_key", flat=True))
    return [
        row.pk
        for row in last.values()
        if row.status == "failed"
        and (
            (row.payment_id, "refund_failed") not in heard
            or row.idempotency_key not in ends
        )
    ]


def _open() -> list[int]:
    """Requests without an end. The storm waits until all of them have one."""
    rows = PaymentRequest.objects.filter(status__in=PaymentRequest.OPEN)
    return list(rows.values_list("pk", flat=True))
