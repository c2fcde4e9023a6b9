"""Bundles: sold as one line with the price, sent as the lines of its components.

The composition is frozen when an order is taken in. From then on the bundle's line only
follows: it is where all of its components are.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from django.db import connection

from inventory.models import BundleComponent
from oms.core.sets import assign_ids, insert_rows, preload
from orders.models import Order, OrderLine

MOST_PIECES = 2_147_483_647  # what an integer column holds

FOLLOW = """
    UPDATE orders_orderline b
    SET shipped_quantity = c.shipped, delivered_quantity = c.delivered,
        allocated_quantity = c.placed - c.shipped,
        updated_at = statement_timestamp()
    FROM (
        SELECT parent_id, min(shipped_quantity / pieces_per_bundle) AS shipped,
               min((shipped_quantity + allocated_quantity) / pieces_per_bundle)
                   AS placed,
               min(delivered_quantity / pieces_per_bundle) AS delivered
        FROM orders_orderline
        WHERE parent_id = ANY(%s) AND order_id IN (
            SELECT order_id FROM orders_orderline WHERE id = ANY(%s))
        GROUP BY 1) c
    WHERE b.id = c.parent_id"""


def explode(groups: Sequence[list[OrderLine]]) -> list[OrderLine]:
    """Put components into the lines of orders, in memory; return the new lines, which
    still need keys and then `tie`.

    `groups`: the lines of each order, by position. Components of a new order follow
    their bundle, those of a saved one its last line: a position once given stays. What
    cannot be taken apart is left alone, and the guard `skus_are_known` names it. One
    statement, and none where no bundle is to be taken apart.
    """
    waiting = [_whole_bundles(lines) for lines in groups]
    products = {line.product_id for some in waiting for line in some}
    if not products:
        return []
    parts: dict[int, list[BundleComponent]] = defaultdict(list)
    rows = BundleComponent.objects.filter(bundle__in=products)
    for part in rows.select_related("component").order_by("pk"):
        parts[part.bundle_id].append(part)
    made = []
    for lines, bundles in zip(groups, waiting, strict=True):
        for bundle in bundles:
            made += _insert(lines, bundle, parts[bundle.product_id])
    return made


def _whole_bundles(lines: Sequence[OrderLine]) -> list[OrderLine]:
    """Bundles without their components."""
    bundles = [line for line in lines if line.is_bundle]
    if not bundles:
        return bundles
    apart = {line.parent_id for line in lines}
    return [line for line in bundles if line.pk is None or line.pk not in apart]


def _insert(
    lines: list[OrderLine], bundle: OrderLine, parts: Sequence[BundleComponent]
) -> list[OrderLine]:
    if any(
        part.component.is_bundle or bundle.quantity * part.quantity > MOST_PIECES
        for part in parts
    ):
        return []
    made = [
        OrderLine(
            parent=bundle,
            pieces_per_bundle=part.quantity,
            product=part.component,
            sku=part.component.sku,
            name=part.component.name,
            quantity=bundle.quantity * part.quantity,
            cancelled_quantity=bundle.cancelled_quantity * part.quantity,
            unit_price=0,
            total_amount=0,
        )
        for part in parts
    ]
    if bundle._state.adding:
        at = lines.index(bundle) + 1
        lines[at:at] = made
        for position, line in enumerate(lines, start=1):
            line.position = position
    else:
        last = max(line.position for line in lines)
        for position, line in enumerate(made, start=last + 1):
            line.position = position
        lines += made
    return made


def tie(components: Iterable[OrderLine]) -> None:
    """Name the bundles of components, whose keys were not known when they were made."""
    for line in components:
        line.parent_id = line.parent.pk


def explode_saved(orders: Sequence[Order]) -> None:
    """Take bundles apart that became known, or whose composition was mended, after
    their orders had been taken in. Needs their lock and their lines; `lines` are loaded
    with the components afterwards."""
    groups = [
        sorted(order.lines.all(), key=lambda line: line.position) for order in orders
    ]
    made = explode(groups)
    if not made:
        return
    assign_ids(made)
    tie(made)
    for order, lines in zip(orders, groups, strict=True):
        for line in lines:
            line.order = order
        preload(order, lines=lines)
    insert_rows(made)


def settle(lines: Iterable[OrderLine]) -> None:
    """Let the bundles among the loaded lines of an order follow their components."""
    parts: dict[int, list[OrderLine]] = defaultdict(list)
    for line in lines:
        if line.parent_id:
            parts[line.parent_id].append(line)
    if not parts:
        return
    for line in lines:
        if line.pk in parts:
            _settle(line, parts[line.pk])


def _settle(bundle: OrderLine, parts: Sequence[OrderLine]) -> None:
    bundle.shipped_quantity = min(
        part.shipped_quantity // part.pieces_per_bundle for part in parts
    )
    placed = min(
        (part.shipped_quantity + part.allocated_quantity) // part.pieces_per_bundle
        for part in parts
    )
    bundle.allocated_quantity = placed - bundle.shipped_quantity
    bundle.delivered_quantity = min(
        part.delivered_quantity // part.pieces_per_bundle for part in parts
    )


def follow(bundles: Iterable[int]) -> None:
    """The same in the table, for these lines: their components were written."""
    pks = sorted(set(bundles))
    if pks:
        with connection.cursor() as cursor:
            cursor.execute(FOLLOW, [pks, pks])


def with_components(
    lines: Iterable[OrderLine], pieces: Mapping[int, int]
) -> dict[int, int]:
    """{line: pieces} with the components of the bundles among them."""
    whole = dict(pieces)
    for line in lines:
        if line.parent_id in pieces:
            whole[line.pk] = pieces[line.parent_id] * line.pieces_per_bundle
    return whole


def without(
    lines: Iterable[OrderLine], pieces: Mapping[int, int], kept: Mapping[int, int]
) -> dict[int, int]:
    """{line: pieces} less those that are `kept`: a bundle stays where a part of it
    stays."""
    left = {pk: n - kept.get(pk, 0) for pk, n in pieces.items()}
    parts = [line for line in lines if line.parent_id in pieces]
    for part in parts:
        bundles = -(-kept.get(part.pk, 0) // part.pieces_per_bundle)
        free = pieces[part.parent_id] - bundles
        left[part.parent_id] = min(left[part.parent_id], free)
    for part in parts:
        left[part.pk] = left[part.parent_id] * part.pieces_per_bundle
    return {pk: n for pk, n in left.items() if n}
