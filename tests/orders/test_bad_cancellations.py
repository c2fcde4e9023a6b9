"""Bad input to confirming and cancelling: refused with a text, nothing changed."""

from decimal import Decimal

import pytest

from inventory.models import StockLevel
from oms.core.models import Event
from orders.models import Order, OrderLine
from orders.services import cancellation, confirmation
from tests import shop
from tests.snapshot import reasons, tables

pytestmark = pytest.mark.django_db
MISSING = 999_999_999


def cancel(orders, **options):
    given = {"reason": "changed mind", "actor": "t"} | options
    return cancellation.cancel_orders(orders, **given)


def cut(pieces, **options):
    given = {"reason": "changed mind", "actor": "t"} | options
    return cancellation.cancel_lines(pieces, **given)


@pytest.mark.parametrize("pk", [MISSING, 2**70])
def test_unknown_orders_are_refused(world, pk):
    before = tables()

    outcomes = [
        cancel([Order(pk=pk)]),
        confirmation.confirm_orders([Order(pk=pk)], actor="t"),
    ]

    assert [list(out.refused) for out in outcomes] == [[pk], [pk]]
    assert tables() == before


@pytest.mark.parametrize("reason", ["", "  "])
def test_a_cancellation_without_a_reason_is_refused(world, reason):
    [order] = shop.place_orders(world.channel)
    line = order.lines.get()
    before = tables()

    texts = reasons(cancel([order], reason=reason)) + reasons(
        cut({line.pk: 1}, reason=reason)
    )

    assert (
        texts
        == [f"{order}: a cancellation needs a reason in plain text. Write why."] * 2
    )
    assert tables() == before


@pytest.mark.parametrize("count", [0, -1, 4, 1.5, "1", None, True, 2**70])
def test_bad_counts_of_pieces_are_refused(world, count):
    [order] = shop.place_orders(world.channel, lines=[("SHIRT", 3)])
    line = order.lines.get()
    before = tables()

    out = cut({line.pk: count})

    assert list(out.refused) == [line.pk]
    assert tables() == before


def test_a_nul_in_the_reason_is_refused(world):
    [order] = shop.place_orders(world.channel)
    before = tables()

    out = cancel([order], reason="a\x00b")

    assert list(out.refused) == [order.pk]
    assert tables() == before


def test_cancelling_twice_is_refused(world):
    [order] = shop.place_orders(world.channel)
    cancel([order]).one()
    before = tables()

    out = cancel([order])

    assert list(out.refused) == [order.pk]
    assert tables() == before


def test_confirming_twice_is_refused(world):
    [order] = shop.place_orders(world.channel)
    before = tables()

    out = confirmation.confirm_orders([order], actor="t")

    assert reasons(out) == [
        f"{order}: cannot confirm: it is confirmed; only pending can go on."
    ]
    assert tables() == before


def test_the_good_order_of_a_set_with_bad_ones_is_cancelled(world):
    good, bad = shop.place_orders(world.channel, 2)
    shop.advance([bad], to="shipped")

    out = cancel([good, bad, Order(pk=MISSING)])

    assert [order.pk for order in out.done] == [good.pk]
    assert set(out.refused) == {bad.pk, MISSING}


def test_picking_that_has_begun_stops_a_cancellation_but_by_force(world):
    [order] = shop.place_orders(world.channel)
    shop.advance([order], to="packed")
    [parcel] = shop.parcels_of([order])
    before = tables()

    refused = cancel([order])
    unchanged = tables() == before
    forced = cancel([order], force=True).one()

    parcel.refresh_from_db()
    assert "picking has begun" in reasons(refused)[0]
    assert unchanged
    assert (forced.status, parcel.status) == ("cancelled", "voided")
    assert not StockLevel.objects.filter(allocated__gt=0).exists()


def test_a_partial_cancellation_prices_to_the_cent(world):
    from channels.messages import IncomingLine

    said = IncomingLine("SHIRT", 3, Decimal("3.33"), discount_amount=Decimal("1.00"))
    [order] = shop.place_orders(world.channel, lines=[said])
    line = order.lines.get()

    cut({line.pk: 1})
    line.refresh_from_db()
    order.refresh_from_db()

    # 1.00 over 2 kept and 1 cut: 0.67 and 0.33
    assert (line.cancelled_quantity, line.discount_amount) == (1, Decimal("0.67"))
    assert (line.total_amount, order.total_amount) == (Decimal("5.99"),) * 2


def test_defect_17_shipped_pieces_are_never_cancelled(world):
    [order] = shop.place_orders(world.channel, lines=[("SHIRT", 2), ("POSTER", 3)])
    shop.advance([order], to="shipped")
    shirt, poster = order.lines.order_by("position")
    before = tables()

    refused = cut({shirt.pk: 1, poster.pk: 1})
    unchanged = tables() == before
    cut({poster.pk: 3}).one()

    order.refresh_from_db()
    assert set(refused.refused) == {shirt.pk, poster.pk}
    assert unchanged
    assert (order.status, order.phase) == ("completed", "shipped")


def test_defect_3_cancelling_what_only_waits_gives_no_stock_back(world):
    [order] = shop.place_orders(world.channel, lines=[("POSTER", 2)])

    cancel([order]).one()

    assert not StockLevel.objects.filter(product=world.poster).exists()
    assert OrderLine.objects.get(order=order).cancelled_quantity == 2
    assert Event.objects.filter(action="order.cancelled", root_id=order.pk).count() == 1
