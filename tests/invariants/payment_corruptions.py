"""The corruptions of payments that tests plant: see corruptions.py."""

PAY = (
    "INSERT INTO orders_paymenttransaction (payment_id, kind, status, amount,"
    " currency, reference, idempotency_key, reason, actor, at)"
    " SELECT id, '{0}', '{1}', {2}, '{3}', {4}, gen_random_uuid(), '', 'x', now()"
    " FROM orders_payment WHERE order_id = {{delivered}}"
)
# what was asked under the key of the payment's first entry in the ledger, or another
ASKED = (
    "INSERT INTO orders_paymentrequest (created_at, updated_at, payment_id, kind,"
    " status, amount, idempotency_key, reason, attempts, next_attempt_at, error,"
    " actor, finished_at) SELECT now(), now(), t.payment_id, '{0}', '{1}', 1,"
    " t.idempotency_key || '{2}', '', 0, now(), '', 'x', {3}"
    " FROM orders_paymenttransaction t JOIN orders_payment p ON p.id = t.payment_id"
    " WHERE p.order_id = {{delivered}}"
)
USD = "UPDATE orders_order SET currency = 'USD' WHERE id = {delivered}"


def payment(change: str) -> str:
    return f"UPDATE orders_payment SET {change} WHERE order_id = {{delivered}}"


PLANTED = [
    ("P3", ASKED.format("capture", "waiting", "", "NULL")),
    ("P3", ASKED.format("capture", "failed", "x", "now()")),
    ("P3", ASKED.format("refund", "succeeded", "x", "now()")),
    ("P4", USD),
    ("P4", payment("currency = 'USD'")),
    ("P4", PAY.format("capture", "failed", 1, "USD", "NULL")),
    ("P6", payment("captured_amount = captured_amount - 1")),
    ("P6", payment("authorized_amount = authorized_amount + 1")),
    ("P6", payment("refunded_amount = 1")),
    ("P6", payment("refunding_amount = 1")),
    (
        "P6",
        payment("authorized_amount = authorized_amount + 1, capturing_amount = 1"),
    ),
    ("P6", payment("authorized_amount = authorized_amount + 1, voided_amount = 1")),
    ("P6", payment("authorized_amount = authorized_amount + 1, voiding_amount = 1")),
    ("P6", ASKED.format("capture", "waiting", "x", "NULL")),
    ("P6", PAY.format("capture", "succeeded", 1, "EUR", "NULL")),
    ("P6", PAY.format("void", "succeeded", 1, "EUR", "NULL")),
    ("P6", PAY.format("authorize", "succeeded", 1, "EUR", "NULL")),
    ("P6", "DELETE FROM orders_paymenttransaction"),
]

SAME_REFERENCE = PAY.format("capture", "succeeded", 1, "EUR", "'ch_1'")
REFUSED = [
    ("P5", "paymenttransaction_reference_once", f"{SAME_REFERENCE}; {SAME_REFERENCE}"),
    ("P1", "payment_refunded_within_captured", payment("refunded_amount = 999")),
    ("P1", "payment_refunded_within_captured", payment("refunding_amount = 999")),
    *(
        ("P2", "payment_captured_within_authorized", payment(f"{name} = {name} + 1"))
        for name in (
            "captured_amount",
            "capturing_amount",
            "voided_amount",
            "voiding_amount",
        )
    ),
]
