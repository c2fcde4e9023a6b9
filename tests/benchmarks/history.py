"""Orders of the past, filled in by SQL: what a shop has stored when it has grown."""

from collections.abc import Iterable

from django.db import connection, models, transaction

from fulfillment.models import FulfillmentOrder, RoutingDecision
from orders.models import Order, OrderLine, Payment, PaymentTransaction

FILLED = (
    *(Order, OrderLine, Payment, PaymentTransaction),
    *(FulfillmentOrder, RoutingDecision),
)

FILLED_BY_THE_SHOP = (
    "inventory_product, inventory_location, inventory_stocklevel,"
    " inventory_stockmovement, orders_customer"
)
# Shipped orders of three lines with message, payment, work, decision, ledger, events,
# as intake and shipping would have left them, but for their parcels.
STEPS = [
    """INSERT INTO channels_inboundmessage (created_at, updated_at, channel_id, kind,
         external_id, payload, status, error, received_at, processed_at)
       SELECT now(), now(), %(channel)s, 'order', 'old-' || n,
         jsonb_build_object('external_id', 'old-' || n, 'currency', 'EUR'),
         'processed', '', now(), now() FROM generate_series(1, %(number)s) n""",
    """INSERT INTO orders_order (created_at, updated_at, number, status, channel_id,
         external_id, inbound_message_id, customer_id, priority, placed_at,
         confirmed_at, completed_at, currency, prices_include_tax, shipping_amount,
         shipping_tax_amount, fee_amount, total_amount, payment_status,
         fulfillment_status, phase, ship_to_name, ship_to_company, ship_to_street,
         ship_to_street2, ship_to_city, ship_to_region, ship_to_postal_code,
         ship_to_country, ship_to_phone)
       SELECT now(), now(), 'OLD' || m.id, 'completed', m.channel_id, m.external_id,
         m.id, c.first + m.id %% 10000, 0, now() - m.id * interval '30 seconds', now(),
         now(), 'EUR', true, 0, 0, 0, 59.94, 'paid', 'fulfilled', 'shipped',
         'Kim Beispiel', '', 'Hauptstr. 1', '', 'Musterstadt', '', '12345', 'DE', ''
       FROM channels_inboundmessage m,
         (SELECT min(id) AS first FROM orders_customer) c ORDER BY m.id""",
    """INSERT INTO orders_orderline (created_at, updated_at, order_id, position,
         product_id, sku, name, quantity, cancelled_quantity, allocated_quantity,
         shipped_quantity, delivered_quantity, returned_quantity, unit_price,
         discount_amount, tax_amount, total_amount)
       SELECT now(), now(), o.id, p, q.id, q.sku, q.name, 2, 0, 0, 2, 0, 0, 9.99, 0, 0,
         19.98 FROM orders_order o CROSS JOIN generate_series(1, 3) p
       JOIN inventory_product q ON q.id = (SELECT min(id) FROM inventory_product)
         + (o.id * 7 + p * 131) %% %(products)s ORDER BY o.id, p""",
    """INSERT INTO orders_payment (created_at, updated_at, order_id, gateway, currency,
         authorized_amount, captured_amount, refunded_amount)
       SELECT now(), now(), id, 'channel', 'EUR', 59.94, 59.94, 0 FROM orders_order
       ORDER BY id""",
    """INSERT INTO orders_paymenttransaction (payment_id, kind, status, amount,
         currency, idempotency_key, actor, at)
       SELECT id, 'capture', 'succeeded', 59.94, 'EUR', 'capture:' || id, 'history',
         now() FROM orders_payment ORDER BY id""",
    """INSERT INTO fulfillment_fulfillmentorder (created_at, updated_at, number,
         order_id, location_id, status, assigned_at, fulfilled_at)
       SELECT now(), now(), 'OLDF' || o.id, o.id, l.id, 'fulfilled', now(), now()
       FROM orders_order o, (SELECT min(id) AS id FROM inventory_location) l
       ORDER BY o.id""",
    """INSERT INTO fulfillment_fulfillmentorderline (created_at, updated_at,
         fulfillment_order_id, order_line_id, stock_level_id, quantity,
         picked_quantity, shipped_quantity, released_quantity)
       SELECT now(), now(), f.id, l.id, s.id, 2, 2, 2, 0
       FROM fulfillment_fulfillmentorder f JOIN orders_orderline l USING (order_id)
       JOIN inventory_stocklevel s ON (s.product_id, s.location_id, s.condition)
         = (l.product_id, f.location_id, 'sellable') ORDER BY f.id, l.id""",
    """INSERT INTO fulfillment_routingdecision (order_id, mode, candidates, lines,
         splits, at)
       SELECT id, 'ranked', '{"HAM": {"distance_km": 12.5}}', '[{"position": 1}]', 1,
         now() FROM orders_order ORDER BY id""",
    """INSERT INTO inventory_stockmovement (stock_level_id, kind, on_hand_delta,
         allocated_delta, ref_type, ref_id, actor, reason, at)
       SELECT f.stock_level_id, k.kind, k.hand, k.held, 'fulfillmentorderline', f.id,
         'history', '', now()
       FROM fulfillment_fulfillmentorderline f CROSS JOIN (VALUES
         ('received', 2, 0), ('allocated', 0, 2), ('shipped', -2, -2))
         AS k (kind, hand, held) ORDER BY f.id""",
    """INSERT INTO core_event (subject_type, subject_id, root_type, root_id, action,
         from_status, to_status, actor, data, at, dispatched_at)
       SELECT 'order', o.id, 'order', o.id, a.action, a.old, a.new, 'history', '{}',
         now(), now() FROM orders_order o CROSS JOIN (VALUES
         ('order.captured', '', 'pending'), ('order.confirmed', 'pending', 'confirmed'),
         ('order.processing_started', 'confirmed', 'processing'),
         ('order.completed', 'processing', 'completed')) AS a (action, old, new)
       ORDER BY o.id""",
]


def fill(orders: int, products: int, channel: int) -> None:
    """Store so many old orders, then let the planner know what there is.

    Tables without a row are left alone: once analyzed as empty, each backend would plan
    its foreign key checks as scans of the whole table and keep those plans.
    """
    facts = {"number": orders, "products": products, "channel": channel}
    with transaction.atomic(), connection.cursor() as cursor:
        if orders:
            know_defaults(cursor, FILLED)
            for step in STEPS:
                cursor.execute(step, facts)
    with connection.cursor() as cursor:
        cursor.execute(f"VACUUM ANALYZE {'' if orders else FILLED_BY_THE_SHOP}")


def know_defaults(cursor, filled: Iterable[type[models.Model]]) -> None:
    """The steps name the columns that matter; the others get what the models say."""
    for model in filled:
        for field in model._meta.concrete_fields:
            plain = isinstance(field, models.CharField) and field.empty_strings_allowed
            if field.null or field.generated or not (field.has_default() or plain):
                continue
            value = field.get_db_prep_save(field.get_default(), connection)
            cursor.execute(
                f"ALTER TABLE {model._meta.db_table} ALTER COLUMN {field.column}"
                " SET DEFAULT " + connection.ops.compose_sql("%s", [value])
            )
