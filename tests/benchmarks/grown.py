"""A shop of two years, filled in by SQL for those who only read: orders in every state,
with lines, payment, work, parcels, events, holds, returns and work items.

Of a hundred orders of the newest 2 % some are unpaid, held, waiting for stock,
assigned, picked, packed; the 5 % before them are on their way; the rest are done, 4 %
of them cancelled. Of what was sent some comes back, the oldest long ago. Numbers are
keys, so that parts find each other without looking.
"""

import sys
import time

from django.db import connection, models, transaction

from fulfillment.models import (
    FulfillmentOrder,
    FulfillmentOrderLine,
    RoutingDecision,
    Shipment,
)
from fulfillment.models.shipments import ShipmentLine
from inventory.models import StockMovement
from oms.core.models import Event, WorkItem
from orders.models import Customer, Hold, Order, OrderLine, Payment
from returns.models import Return, ReturnLine
from tests.benchmarks import history, shop

SKUS = 5_000
FILLED = (
    *(Customer, Order, OrderLine, Payment, Hold, FulfillmentOrder, WorkItem, Event),
    *(FulfillmentOrderLine, Shipment, ShipmentLine, RoutingDecision, StockMovement),
    *(Return, ReturnLine),
)
# what becomes of an order: how old it is (0 oldest, 1 newest), and its place in a row
# of a hundred
SPREAD = """
    CREATE TEMPORARY TABLE spread AS
    SELECT n, now() - (%(orders)s - n) * (interval '730 days' / %(orders)s) AS at,
      CASE WHEN n > %(orders)s * 0.98 THEN CASE
             WHEN n %% 100 < 5 THEN 'unpaid' WHEN n %% 100 < 8 THEN 'held'
             WHEN n %% 100 < 13 THEN 'waiting' WHEN n %% 100 < 38 THEN 'assigned'
             WHEN n %% 100 < 53 THEN 'picking' WHEN n %% 100 < 60 THEN 'packed'
             WHEN n %% 100 < 98 THEN 'shipped' ELSE 'cancelled' END
           WHEN n > %(orders)s * 0.93 AND n %% 10 < 6 THEN 'shipped'
           WHEN n %% 100 < 4 THEN 'cancelled' ELSE 'delivered' END AS became,
      (ARRAY['Anna','Ben','Clara','David','Emma','Finn','Greta','Hugo','Ida','Jonas',
        'Kim','Lea','Max','Nora','Otto','Paula','Rosa','Sven','Tom','Vera'])
        [(1 + n * 7919 %% 20)::int] || ' ' || initcap(
      (ARRAY['ba','de','fi','go','hu','ka','le','mi','no','pu','ra','se','ti','vo','wa'])
        [(1 + n * 104729 %% 15)::int] ||
      (ARRAY['ber','den','fels','ger','hof','kamp','lin','mann','nau','rich','sen','tal'])
        [(1 + n / 15 * 1299709 %% 12)::int] ||
      (ARRAY['er','ing','ke','le','ow','ski','son','stein'])
        [(1 + n / 180 * 15485863 %% 8)::int]) AS name
    FROM generate_series(1::bigint, %(orders)s) n"""
STEPS = [
    """INSERT INTO orders_customer (id, created_at, updated_at, key, name, email,
         is_active) SELECT k, now(), now(), 'email:c' || k || '@example.org',
         'Customer ' || k, 'c' || k || '@example.org', true
       FROM generate_series(%(known)s + 1, %(customers)s) k""",
    """INSERT INTO orders_order (id, created_at, updated_at, number, status, channel_id,
         external_id, customer_id, placed_at, confirmed_at, completed_at, cancelled_at,
         ship_by, currency, prices_include_tax, total_amount, payment_status,
         fulfillment_status, phase, active_holds, ship_to_name, ship_to_street,
         ship_to_city, ship_to_postal_code, ship_to_country, ship_to_phone)
       SELECT n, at, at, n::text,
         CASE became WHEN 'unpaid' THEN 'pending' WHEN 'picking' THEN 'processing'
           WHEN 'packed' THEN 'processing' WHEN 'cancelled' THEN 'cancelled'
           WHEN 'shipped' THEN 'completed' WHEN 'delivered' THEN 'completed'
           ELSE 'confirmed' END,
         %(channel)s, 'WEB-' || n, 1 + (n * 7919) %% %(customers)s, at,
         CASE WHEN became <> 'unpaid' THEN at END,
         CASE WHEN became IN ('shipped', 'delivered') THEN at + interval '1 day' END,
         CASE WHEN became = 'cancelled' THEN at + interval '1 hour' END,
         at + interval '8 days', 'EUR', true, 59.94,
         CASE WHEN became IN ('unpaid', 'cancelled') THEN 'unpaid' ELSE 'paid' END,
         CASE became WHEN 'held' THEN 'on_hold' WHEN 'assigned' THEN 'in_progress'
           WHEN 'picking' THEN 'in_progress' WHEN 'packed' THEN 'in_progress'
           WHEN 'shipped' THEN 'fulfilled' WHEN 'delivered' THEN 'delivered'
           ELSE 'unfulfilled' END,
         CASE became WHEN 'unpaid' THEN 'awaiting_payment' WHEN 'held' THEN 'on_hold'
           WHEN 'waiting' THEN 'awaiting_stock' WHEN 'shipped' THEN 'shipped'
           WHEN 'delivered' THEN 'delivered' WHEN 'cancelled' THEN 'cancelled'
           ELSE 'in_fulfillment' END,
         CASE WHEN became = 'held' THEN '[{"text": "Customer request",
           "blocks": ["release", "ship"], "handle": "h", "source": "staff",
           "reason": "customer_request"}]'::jsonb ELSE '[]' END,
         name, 'Hauptstr. ' || n %% 200, 'Musterstadt',
         lpad((n %% 99999)::text, 5, '0'), 'DE',
         CASE WHEN n %% 3 = 0 THEN '+49 30 ' || 1000000 + n ELSE '' END
       FROM spread""",
    """INSERT INTO orders_orderline (created_at, updated_at, order_id, position,
         product_id, sku, name, quantity, cancelled_quantity, allocated_quantity,
         shipped_quantity, delivered_quantity, unit_price, total_amount)
       SELECT at, at, n, p, q.id, q.sku, q.name, 2, 2 * (became = 'cancelled')::int,
         2 * (became IN ('held', 'assigned', 'picking', 'packed'))::int,
         2 * (became IN ('shipped', 'delivered'))::int, 2 * (became = 'delivered')::int,
         9.99, 19.98
       FROM spread CROSS JOIN generate_series(1, 4) p JOIN inventory_product q
         ON q.id = 1 + floor(%(products)s *
              power((n * 7919 + p * 104729) %% 100003 / 100003.0, 2))
       WHERE p <= 1 + n %% 4 ORDER BY n, p""",
    """INSERT INTO orders_payment (id, created_at, updated_at, order_id, gateway,
         currency, authorized_amount, captured_amount)
       SELECT n, at, at, n, 'channel', 'EUR', 59.94, 59.94 FROM spread
       WHERE became NOT IN ('unpaid', 'cancelled')""",
    """INSERT INTO orders_hold (created_at, updated_at, order_id, reason, blocks,
         source, handle, placed_by, placed_at)
       SELECT at, at, n, 'customer_request', '{release,ship}', 'staff', 'h',
         'history', at FROM spread WHERE became = 'held'""",
    """INSERT INTO fulfillment_fulfillmentorder (id, created_at, updated_at, number,
         order_id, location_id, status, assigned_at, fulfilled_at, work_on)
       SELECT n, at, at, 'F' || n, n, 1 + n %% 3,
         CASE became WHEN 'held' THEN 'assigned' WHEN 'shipped' THEN 'fulfilled'
           WHEN 'delivered' THEN 'fulfilled' WHEN 'picking' THEN
           (ARRAY['released', 'picking'])[(1 + n %% 2)::int] ELSE became END,
         at, CASE WHEN became IN ('shipped', 'delivered')
           THEN at + interval '1 day' END, at::date
       FROM spread WHERE became NOT IN ('unpaid', 'waiting', 'cancelled')""",
    """INSERT INTO fulfillment_fulfillmentorderline (id, created_at, updated_at,
         fulfillment_order_id, order_line_id, stock_level_id, quantity, picked_quantity,
         shipped_quantity, released_quantity)
       SELECT l.id, l.created_at, l.created_at, l.order_id, l.id, s.id, 2,
         l.shipped_quantity, l.shipped_quantity, 0
       FROM orders_orderline l JOIN inventory_stocklevel s
         ON (s.product_id, s.location_id, s.condition)
          = (l.product_id, 1 + l.order_id %% 3, 'sellable')
       WHERE l.shipped_quantity + l.allocated_quantity > 0""",
    """INSERT INTO fulfillment_routingdecision (order_id, mode, candidates, lines,
         splits, at)
       SELECT n, 'ranked', '[{"code": "HAM", "distance_km": 12.5},
         {"code": "MUC", "distance_km": 612.5, "outranked": ["nearest", 600.0]}]',
         '[{"position": 1, "wanted": 2, "granted": {"HAM": 2},
           "available": {"HAM": 5, "MUC": 7}}]', 1, at
       FROM spread WHERE became NOT IN ('unpaid', 'cancelled')""",
    """INSERT INTO fulfillment_shipment (id, created_at, updated_at, number, order_id,
         fulfillment_order_id, status, carrier, tracking_number, tracking_status,
         shipped_at, delivered_at, last_event_at)
       SELECT n, at, at, 'S' || n, n, n,
         CASE became WHEN 'packed' THEN 'draft' ELSE became END, 'dhl',
         CASE became WHEN 'packed' THEN '' ELSE '00340' || 100000000 + n END,
         CASE became WHEN 'shipped' THEN 'in_transit' WHEN 'delivered' THEN 'delivered'
           ELSE 'unknown' END, CASE WHEN became <> 'packed' THEN at END,
         CASE WHEN became = 'delivered' THEN at + interval '3 days' END, now()
       FROM spread WHERE became IN ('packed', 'shipped', 'delivered')""",
    """INSERT INTO fulfillment_shipmentline (shipment_id, fulfillment_line_id,
         order_line_id, quantity)
       SELECT order_id, id, id, 2 FROM orders_orderline WHERE shipped_quantity > 0""",
    """INSERT INTO inventory_stockmovement (stock_level_id, kind, on_hand_delta,
         allocated_delta, ref_type, ref_id, actor, at)
       SELECT f.stock_level_id, 'shipped', -2, -2, 'shipmentline', s.id, 'history',
         f.created_at FROM fulfillment_fulfillmentorderline f
       JOIN fulfillment_shipmentline s ON s.fulfillment_line_id = f.id
       WHERE f.fulfillment_order_id > %(orders)s * 0.9""",
    """INSERT INTO core_event (subject_type, subject_id, root_type, root_id, action,
         from_status, to_status, actor, data, at, dispatched_at)
       SELECT 'order', n, 'order', n, a.action, a.old, a.new, 'history', '{}', at, at
       FROM spread CROSS JOIN (VALUES ('order.captured', '', 'pending'),
         ('order.confirmed', 'pending', 'confirmed'),
         ('order.completed', 'processing', 'completed')) AS a (action, old, new)""",
    """INSERT INTO returns_return (id, created_at, updated_at, number, order_id, status,
         closed_at, source, reason, money, requested_at, location_id)
       SELECT n, at, at, 'R' || n, n,
         CASE WHEN n > %(orders)s * 0.9 THEN 'requested' ELSE 'closed' END,
         CASE WHEN n > %(orders)s * 0.9 THEN NULL ELSE at END,
         'staff', 'other', 'not_due', at, 1
       FROM spread WHERE became = 'delivered' AND n %% 40 = 5""",
    """INSERT INTO returns_returnline (created_at, updated_at, ret_id, order_line_id,
         product_id, sku, authorized_quantity)
       SELECT r.created_at, r.created_at, r.id, l.id, l.product_id, l.sku, 1
       FROM returns_return r JOIN orders_orderline l
         ON l.order_id = r.order_id AND l.position = 1""",
    """INSERT INTO core_workitem (created_at, updated_at, kind, subject_type,
         subject_id, title, status, opened_at, resolved_at)
       SELECT at, at, k.kind, 'order', n, n || ': needs somebody',
         CASE WHEN became = 'delivered' THEN 'resolved' ELSE 'open' END, at,
         CASE WHEN became = 'delivered' THEN at END
       FROM spread JOIN LATERAL (SELECT (ARRAY['bad_address', 'unpaid', 'overpaid',
         'promise_late', 'unknown_sku'])[(1 + n / 7 %% 5)::int] AS kind) k ON true
       WHERE became = 'delivered' AND n %% 50 = 7
          OR became IN ('unpaid', 'assigned') AND n %% 100 IN (3, 17)""",
]
INDEXES = """
    SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index i
    WHERE indrelid = ANY(%s::regclass[]) AND NOT indisunique"""


def fill(orders: int) -> None:
    """Fill the empty database of this process; say how long each table took."""
    tables = [model._meta.db_table for model in FILLED]
    with transaction.atomic(), connection.cursor() as cursor:
        channel = shop.fill(SKUS, 1_000)
        facts = {"orders": orders, "products": SKUS, "channel": channel.pk}
        facts["known"] = shop.KNOWN_CUSTOMERS
        facts["customers"] = max(shop.KNOWN_CUSTOMERS, orders // 3)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # before indexes are dropped
        cursor.execute("SET LOCAL session_replication_role = replica")  # keys are right
        history.know_defaults(cursor, FILLED)
        cursor.execute(INDEXES, [tables])
        indexes = cursor.fetchall()
        for name, _statement in indexes:
            cursor.execute(f"DROP INDEX {name}")
        for statement in [SPREAD, *STEPS]:
            _timed(cursor, statement, facts)
        for _name, statement in indexes:
            _timed(cursor, statement)
        for model in FILLED:
            _go_on(cursor, model)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def _timed(cursor, statement: str, facts: dict | None = None) -> None:
    began = time.perf_counter()
    cursor.execute(statement, facts)
    seconds = time.perf_counter() - began
    if seconds > 5:
        sys.stderr.write(f"{seconds:5.0f} s  {' '.join(statement.split())[:60]}\n")


def _go_on(cursor, model: type[models.Model]) -> None:
    """The table's next key is a free one."""
    table = model._meta.db_table
    cursor.execute(
        f"SELECT setval(pg_get_serial_sequence('{table}', 'id'),"
        f" (SELECT coalesce(max(id), 1) FROM {table}))"
    )
