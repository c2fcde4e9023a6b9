"""The money of returns: what was refunded before, what is due now, and its word."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import NamedTuple

from django.db import connection
from django.db.models import Sum

from oms.core.money import ZERO, rounded, split
from orders.models import Order, PaymentRequest, PaymentTransaction
from orders.services.paymentitems import base_of
from returns.models import Refund, RefundLine, Return, ReturnLine, ReturnPolicy
from returns.proration import line_amounts, share


class Due(NamedTuple):
    """amount = goods + shipping − fee; tax is within goods and shipping."""

    goods: Decimal = ZERO
    shipping: Decimal = ZERO
    fee: Decimal = ZERO
    tax: Decimal = ZERO

    @property
    def amount(self) -> Decimal:
        return self.goods + self.shipping - self.fee


class Worth(NamedTuple):
    """What pieces of one line are worth; tax is within the amount."""

    pieces: int
    amount: Decimal
    tax: Decimal


Pieces = Mapping[ReturnLine, Worth]


class Ledger:
    """What has been refunded of some orders: pieces and their worth by order line,
    pieces by return line, shipping by order. `torn` by return line: what failed refunds
    have paid all the same; no other line's pieces are worth less by that."""

    def __init__(self):
        self.pieces: dict[int, int] = defaultdict(int)
        self.amounts: dict[int, Decimal] = defaultdict(Decimal)
        self.taxes: dict[int, Decimal] = defaultdict(Decimal)
        self.of_returns: dict[int, int] = defaultdict(int)
        self.shipping: dict[int, Decimal] = defaultdict(Decimal)
        self.torn: dict[int, Worth] = {}

    def count(self, ret: Return, pieces: Pieces, sums: Due) -> None:
        """What one refund takes, for the next one of the same set."""
        for line, worth in pieces.items():
            self.add(line.order_line_id, line.pk, worth)
            if torn := self.torn.pop(line.pk, None):
                self.add(line.order_line_id, line.pk, torn)
        self.shipping[ret.order_id] += sums.shipping

    def add(self, order_line: int, return_line: int, worth: Worth) -> None:
        self.pieces[order_line] += worth.pieces
        self.of_returns[return_line] += worth.pieces
        self.amounts[order_line] += worth.amount
        self.taxes[order_line] += worth.tax


def refunded_before(orders: Iterable[Order]) -> Ledger:
    """Two statements, and one more where a refund has failed. Refunds that wait or are
    under way count, denied ones do not. A failed one has refunded no pieces, but what
    some of its tenders have paid counts towards the worth of its own."""
    refunds = {
        refund.pk: refund
        for refund in Refund.objects.filter(order__in=list(orders)).exclude(
            status=Refund.Status.DENIED
        )
    }
    lines: dict[int, list[RefundLine]] = defaultdict(list)
    rows = RefundLine.objects.filter(refund__in=refunds).select_related("return_line")
    for row in rows.order_by("pk"):
        lines[row.refund_id].append(row)
    failed = [r for r in refunds.values() if r.status == Refund.Status.FAILED]
    ledger, paid = Ledger(), _paid_of(failed)
    for refund in sorted(refunds.values(), key=lambda each: each.pk):
        mine = lines[refund.pk]
        if refund in failed:
            _count_torn(ledger, refund, mine, paid[refund.number])
            continue
        ledger.shipping[refund.order_id] += refund.shipping_amount
        for row in mine:
            line, mine_pk = row.return_line.order_line_id, row.return_line_id
            ledger.add(line, mine_pk, Worth(row.quantity, row.amount, row.tax_amount))
            if torn := ledger.torn.pop(mine_pk, None):  # it has taken that into account
                ledger.add(line, mine_pk, torn)
    return ledger


def _count_torn(
    ledger: Ledger, refund: Refund, lines: list[RefundLine], part: Decimal
) -> None:
    """Share out, to the cent, what some tenders have paid of a failed refund. A line
    may have a cent less than nothing where pieces were cut after an earlier refund: it
    gets no part, and the others have that cent less between them."""
    weights = [max(row.amount, ZERO) for row in lines] + [refund.shipping_amount]
    worth = sum((row.amount for row in lines), refund.shipping_amount)
    gross = rounded(worth * part, refund.currency)
    *amounts, shipping = split(gross, weights, refund.currency)
    ledger.shipping[refund.order_id] += shipping
    for row, amount in zip(lines, amounts, strict=True):
        before = ledger.torn.get(row.return_line_id, Worth(0, ZERO, ZERO))
        ledger.torn[row.return_line_id] = Worth(
            0,
            before.amount + amount,
            before.tax + rounded(row.tax_amount * part, refund.currency),
        )


def refunded_pieces(lines: Iterable[ReturnLine]) -> dict[int, int]:
    """{return line: pieces that are refunded, or are to be}."""
    dead = [Refund.Status.DENIED, Refund.Status.FAILED]
    rows = RefundLine.objects.filter(return_line__in={line.pk for line in lines})
    rows = rows.exclude(refund__status__in=dead).values_list("return_line")
    return dict(rows.annotate(Sum("quantity")))


def _paid_of(failed: list[Refund]) -> dict[str, Decimal]:
    """{number of a failed refund: the part of it that tenders have paid, or may have}.
    What staff tried again counts too."""
    if not failed:
        return {}
    rows = PaymentRequest.objects.filter(
        payment__order__in={refund.order_id for refund in failed},
        kind=PaymentTransaction.Kind.REFUND,
    ).exclude(status=PaymentRequest.Status.FAILED)
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for key, amount in rows.values_list("idempotency_key", "amount"):
        sums[base_of(key).rpartition(":")[0]] += amount
    return {
        refund.number: sums[f"refund:{refund.number}"]
        / (refund.amount + refund.uncovered_amount)
        for refund in failed
    }


def due(ret: Return, policy: ReturnPolicy, before: Ledger) -> tuple[Due, Pieces]:
    """What is due for the accepted pieces of a return that were not refunded yet, and
    what these are worth. Needs its order with lines, and its lines."""
    order = ret.order
    lines = list(order.lines.all())
    amounts = line_amounts(lines)
    by_pk = {line.pk: line for line in lines}
    counted = {}
    for mine in ret.lines.all():
        pieces = mine.accepted_quantity - before.of_returns[mine.pk]
        if mine.order_line_id not in amounts or pieces <= 0:
            continue
        line = by_pk[mine.order_line_id]
        kept = line.quantity - line.cancelled_quantity
        upto = before.pieces[line.pk] + pieces
        total, tax = (
            share(amount, kept, 0, upto, order.currency) for amount in amounts[line.pk]
        )
        torn = before.torn.get(mine.pk, Worth(0, ZERO, ZERO))
        counted[mine] = Worth(
            pieces,
            total - before.amounts[line.pk] - torn.amount,
            tax - before.taxes[line.pk] - torn.tax,
        )
    goods = sum((worth.amount for worth in counted.values()), ZERO)
    tax = sum((worth.tax for worth in counted.values()), ZERO)
    shipping = ZERO
    if counted and policy.refunds_shipping and _everything(lines, counted, before):
        full = order.shipping_amount + order.shipping_tax_amount
        shipping = full - before.shipping[order.pk]
        if full:
            share_of_tax = order.shipping_tax_amount * shipping / full
            tax += rounded(share_of_tax, order.currency)
    fee = share(goods, 100, 0, ret.fee_percent, order.currency)
    return Due(goods, shipping, fee, tax), counted


def _everything(lines: list, counted: Pieces, before: Ledger) -> bool:
    """Whether, with these pieces, all that was kept of the order has been refunded."""
    now = {mine.order_line_id: worth.pieces for mine, worth in counted.items()}
    return all(
        before.pieces[line.pk] + now.get(line.pk, 0)
        >= line.quantity - line.cancelled_quantity
        for line in lines
        if not line.is_bundle
    )


WORD = """
    SELECT r.id, CASE
        WHEN EXISTS (SELECT FROM returns_refund f WHERE f.ret_id = r.id
                     AND f.status IN ('requested', 'submitted')) THEN 'asked'
        WHEN r.money = 'denied' THEN 'denied'
        WHEN EXISTS (
            SELECT FROM returns_returnline l WHERE l.ret_id = r.id
            AND l.order_line_id IS NOT NULL
            AND l.received_quantity - l.rejected_quantity > (
                SELECT coalesce(sum(x.quantity), 0) FROM returns_refundline x
                JOIN returns_refund f ON f.id = x.refund_id
                WHERE x.return_line_id = l.id AND f.status NOT IN ('denied', 'failed'))
            ) THEN 'pending'
        WHEN EXISTS (SELECT FROM returns_refund f WHERE f.ret_id = r.id
                     AND f.status = 'succeeded') THEN 'refunded'
        WHEN r.order_id IS NULL OR r.status IN ('inspected', 'closed') THEN 'not_due'
        ELSE 'pending' END AS money
    FROM returns_return r WHERE r.id = ANY(%s)"""

REFRESH = f"""
    WITH words AS ({WORD})
    UPDATE returns_return r SET money = w.money, updated_at = statement_timestamp()
    FROM words w WHERE w.id = r.id RETURNING r.id, r.money"""  # noqa: S608


def refresh_money(returns: Iterable[Return]) -> None:
    """Derive and write the word of the money of these locked returns, last: asked while
    a refund is open, pending while accepted pieces are not refunded. What was denied
    stays so. The instances get the new word too."""
    by_pk = {ret.pk: ret for ret in returns}
    if not by_pk:
        return
    with connection.cursor() as cursor:
        cursor.execute(REFRESH, [sorted(by_pk)])
        for pk, money in cursor.fetchall():
            by_pk[pk].money = money
