"""What must hold of payments, their ledger and what was asked of gateways."""

from django.utils.translation import gettext_lazy as _

from oms.core.invariants import Invariant

LEDGER = """
    SELECT payment_id,
           coalesce(sum(amount) FILTER (WHERE kind = 'authorize'), 0) AS authorized,
           coalesce(sum(amount) FILTER (WHERE kind = 'capture'), 0) AS captured,
           coalesce(sum(amount) FILTER (WHERE kind = 'void'), 0) AS voided,
           coalesce(sum(amount) FILTER (WHERE kind = 'refund'), 0) AS refunded,
           bool_or(kind = 'authorize') AS has_authorization
    FROM orders_paymenttransaction WHERE status = 'succeeded' GROUP BY 1"""

ASKED = """
    SELECT payment_id,
           coalesce(sum(amount) FILTER (WHERE kind = 'capture'), 0) AS capturing,
           coalesce(sum(amount) FILTER (WHERE kind = 'void'), 0) AS voiding,
           coalesce(sum(amount) FILTER (WHERE kind = 'refund'), 0) AS refunding
    FROM orders_paymentrequest WHERE status IN ('waiting', 'unknown') GROUP BY 1"""

PAYMENTS = [
    Invariant(
        "P1",
        _("No payment gives back, or is asked to, more than it has captured"),
        """
        SELECT id, captured_amount, refunded_amount, refunding_amount
        FROM orders_payment
        WHERE refunded_amount + refunding_amount > captured_amount
           OR least(refunded_amount, refunding_amount, captured_amount) < 0
        """,
    ),
    Invariant(
        "P2",
        _("No payment captures, or is asked to, more than is authorized and not void"),
        """
        SELECT id, authorized_amount, captured_amount, capturing_amount,
               voided_amount, voiding_amount
        FROM orders_payment
        WHERE captured_amount + capturing_amount
            > authorized_amount - voided_amount - voiding_amount
           OR least(capturing_amount, voided_amount, voiding_amount) < 0
        """,
    ),
    Invariant(
        "P3",
        _("What was asked has ended exactly if the ledger has it under its key"),
        """
        SELECT r.id, r.idempotency_key, r.kind, r.status, r.amount,
               t.kind AS of_entry, t.status AS entry_is, t.amount AS entry_amount
        FROM orders_paymentrequest r LEFT JOIN orders_paymenttransaction t
            ON t.idempotency_key = r.idempotency_key
        WHERE (r.status IN ('succeeded', 'failed')) <> (t.id IS NOT NULL)
           OR (t.id IS NOT NULL AND (t.payment_id, t.kind, t.status, t.amount)
               <> (r.payment_id, r.kind, r.status, r.amount))
        """,
    ),
    Invariant(
        "P4",
        _("One currency for an order, its payments and their transactions"),
        """
        SELECT p.id, o.currency AS of_order, p.currency, t.currency AS of_transaction
        FROM orders_payment p JOIN orders_order o ON o.id = p.order_id
        LEFT JOIN orders_paymenttransaction t
            ON t.payment_id = p.id AND t.currency <> p.currency
        WHERE p.currency <> o.currency OR t.id IS NOT NULL
        """,
    ),
    Invariant(
        "P5",
        _("A provider's reference is recorded once"),
        """
        SELECT min(id) AS id, payment_id, kind, reference, count(*)
        FROM orders_paymenttransaction WHERE reference IS NOT NULL
        GROUP BY 2, 3, 4 HAVING count(*) > 1
        """,
    ),
    Invariant(
        "P6",
        _("The amounts of a payment are the sums of its ledger and of what is asked"),
        f"""
        SELECT p.id, p.authorized_amount, p.captured_amount, p.voided_amount,
               p.refunded_amount, t.authorized, t.captured, t.voided, t.refunded,
               p.capturing_amount, p.voiding_amount, p.refunding_amount,
               r.capturing, r.voiding, r.refunding
        FROM orders_payment p
        LEFT JOIN ({LEDGER}) t ON t.payment_id = p.id
        LEFT JOIN ({ASKED}) r ON r.payment_id = p.id
        WHERE p.captured_amount <> coalesce(t.captured, 0)
           OR p.voided_amount <> coalesce(t.voided, 0)
           OR p.refunded_amount <> coalesce(t.refunded, 0)
           OR p.capturing_amount <> coalesce(r.capturing, 0)
           OR p.voiding_amount <> coalesce(r.voiding, 0)
           OR p.refunding_amount <> coalesce(r.refunding, 0)
           OR p.authorized_amount <> CASE WHEN t.has_authorization THEN t.authorized
                                          ELSE coalesce(t.captured, 0) END
        """,  # noqa: S608
    ),
]
