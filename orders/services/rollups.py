"""The derived words of an order: payment status, fulfillment status, phase.

The only writer of these columns. One UPDATE from the rows they are derived from, made
by the service that opened the transaction, last.
"""

from collections.abc import Iterable, Sequence

from django.db import connection

from oms.core.sets import update_rows
from orders.models import Order

FACTS = """
    SELECT o.id, o.status, o.total_amount AS total, o.payment_terms AS terms,
           jsonb_array_length(o.active_holds) AS holds,
           l.open, l.allocated, l.waiting, l.shipped, l.delivered,
           p.authorized, p.captured, p.refunded, p.voided
    FROM orders_order o
    CROSS JOIN LATERAL (
        SELECT coalesce(sum(quantity - cancelled_quantity - shipped_quantity), 0) AS
        open, coalesce(sum(allocated_quantity), 0) AS allocated,
        coalesce(sum(waiting_quantity), 0) AS waiting, coalesce(sum(shipped_quantity),
        0) AS shipped, coalesce(sum(delivered_quantity), 0) AS delivered FROM
        orders_orderline WHERE order_id = o.id) l
    CROSS JOIN LATERAL (
        SELECT coalesce(sum(authorized_amount - voided_amount), 0) AS authorized,
               coalesce(sum(voided_amount), 0) AS voided,
               coalesce(sum(captured_amount), 0) AS captured,
               coalesce(sum(refunded_amount), 0) AS refunded
        FROM orders_payment WHERE order_id = o.id) p
    WHERE o.id = ANY(%s)"""

WORDS = """
    SELECT id,
      CASE WHEN refunded > 0 AND refunded >= captured THEN 'refunded'
           WHEN refunded > 0 THEN 'partially_refunded'
           WHEN captured > total THEN 'overpaid'
           WHEN captured = total AND (captured > 0 OR status <> 'cancelled')
                THEN 'paid'
           WHEN captured > 0 THEN 'partially_paid'
           WHEN authorized > 0 AND authorized >= total THEN 'authorized'
           WHEN authorized > 0 THEN 'partially_authorized'
           WHEN voided > 0 THEN 'voided'
           ELSE 'unpaid' END AS payment_status,
      CASE WHEN delivered > 0 AND delivered = shipped AND open = 0 THEN 'delivered'
           WHEN delivered > 0 THEN 'partially_delivered'
           WHEN shipped > 0 AND open = 0 THEN 'fulfilled'
           WHEN shipped > 0 THEN 'partially_fulfilled'
           WHEN holds > 0 AND status IN ('confirmed', 'processing') THEN 'on_hold'
           WHEN allocated > 0 AND status <> 'pending' THEN 'in_progress'
           ELSE 'unfulfilled' END AS fulfillment_status,
      CASE WHEN status = 'cancelled' THEN 'cancelled'
           WHEN shipped > 0 AND delivered = shipped AND open = 0 THEN 'delivered'
           WHEN shipped > 0 AND open = 0 THEN 'shipped'
           WHEN holds > 0 AND status IN ('pending', 'confirmed', 'processing')
                THEN 'on_hold'
           WHEN status = 'pending' AND captured < total AND authorized < total
                AND terms = '' THEN 'awaiting_payment'
           WHEN status IN ('confirmed', 'processing') AND waiting > 0
                THEN 'awaiting_stock'
           WHEN status IN ('confirmed', 'processing') THEN 'in_fulfillment'
           ELSE 'new' END AS phase
    FROM facts"""

REFRESH = f"""
    WITH facts AS ({FACTS}), words AS ({WORDS})
    UPDATE orders_order o
    SET payment_status = w.payment_status, fulfillment_status = w.fulfillment_status,
        phase = w.phase, updated_at = statement_timestamp()
    FROM words w WHERE w.id = o.id
    RETURNING o.id, o.payment_status, o.fulfillment_status, o.phase, o.updated_at"""  # noqa: S608


def refresh(orders: Sequence[Order]) -> None:
    """Derive and write the words of these orders, and stamp them; the caller holds
    their lock. The instances get the new values too."""
    by_pk = {order.pk: order for order in orders}
    if not by_pk:
        return
    with connection.cursor() as cursor:
        cursor.execute(REFRESH, [sorted(by_pk)])
        for pk, *words in cursor.fetchall():
            order = by_pk[pk]
            (
                order.payment_status,
                order.fulfillment_status,
                order.phase,
                order.updated_at,
            ) = words


def touch(order_pks: Iterable[int]) -> None:
    """Stamp orders whose words stay as they are, though something that belongs to them
    has changed; the caller holds their lock."""
    update_rows(Order, dict.fromkeys(order_pks, ()), [])
