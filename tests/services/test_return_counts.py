"""Returns take the same number of statements for 1 order and for 10: five lines and a
bundle, repeated SKUs, and refusals in the same set."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from orders.models import OrderLine, Payment, PaymentRequest
from returns.models import Refund, Return, ReturnItem, ReturnPolicy
from returns.services import (
    approving,
    blind,
    closing,
    goodwill,
    inspecting,
    receiving,
    refunding,
    requesting,
)
from returns.services.requesting import NewReturn
from tests import factories, shop

pytestmark = pytest.mark.django_db

LINES = [("SHIRT", 2), ("MUG", 2), ("SHIRT", 1), ("GIFTCARD", 1), ("KIT", 2)]
MISSING = 999_999_999
MUCH_LATER = datetime(2099, 1, 1, tzinfo=UTC)


@pytest.fixture
def stocked(world):
    kit = factories.ProductFactory(sku="KIT", is_bundle=True, tracks_stock=False)
    kit.components.create(component=world.mug)
    kit.components.create(component=world.giftcard, quantity=2)
    for place in (world.ber, world.nyc, world.store):
        shop.receive(place, {"SHIRT": 5000, "MUG": 5000, "POSTER": 1})
    goods = world.shirt, world.mug, world.poster
    parcels = [blind.Parcel(world.ber.pk, product.pk, 1) for product in goods]
    blind.receive_blind(parcels, actor="t")  # these levels exist from now on
    ReturnPolicy.objects.create(fee_percent=5).final_sale.add(world.poster)
    return world


def wishes(world, count, **fields):
    """One of everything of each order; of two orders more than was sent."""
    orders = shop.place_orders(world.channel, count + 2, LINES)
    shop.advance(orders)
    goods = OrderLine.objects.filter(order__in=orders, is_bundle=False)
    pieces = {order.pk: {} for order in orders}
    for line in goods:
        pieces[line.order_id][line.pk] = 1 if line.order_id != orders[-1].pk else 9
    fields.setdefault("location_id", world.ber.pk)
    made = [NewReturn(pk, some, **fields) for pk, some in pieces.items()]
    return [*made, NewReturn(MISSING)]


def asked(world, count):
    out = requesting.request_returns(wishes(world, count), actor="t")
    assert len(out.done) == count + 1
    assert len(out.refused) == 2
    return [*out.done[:count], *declined(out.done[count:]), Return(pk=MISSING)]


def declined(returns):
    return requesting.decline_returns(returns, reason="no", actor="t").done


def approved(world, count):
    found = asked(world, count)
    out = requesting.approve_returns(found, actor="t")
    assert len(out.refused) == 2
    return [*out.done, *found[count:]]


def arrivals(world, count):
    found = approved(world, count)
    products = world.shirt.pk, world.shirt.pk, world.mug.pk, world.poster.pk
    return [
        receiving.Arrival(ret.pk, product, pieces)
        for ret in found
        for product in products
        for pieces in (2, 0)
    ]


def received(world, count):
    return receiving.receive_returns(arrivals(world, count), actor="t").done


def decisions(world, count):
    rows = ReturnItem.objects.filter(line__ret__in=received(world, count))
    made = [inspecting.Decision(row.pk, "restock", 1, world.nyc.pk) for row in rows]
    made += [
        inspecting.Decision(row.pk, "scrap", row.quantity - 1)
        for row in rows
        if row.quantity > 1
    ]
    return [*made, made[0], inspecting.Decision(MISSING, "scrap", 1)]


def inspected(world, count):
    found = inspecting.dispose(decisions(world, count), actor="t").done
    assert {ret.status for ret in found} == {"inspected"}
    return found


def refundable(world, count):
    return [*inspected(world, count), *asked(world, 1)]


def waiting(world, count):
    ReturnPolicy.objects.update(approval_above=1)
    out = refunding.refund_returns(refundable(world, count), actor="t")
    assert {refund.status for refund in out.done} == {"requested"}
    assert len(out.done) == count
    return [*out.done, Refund(pk=MISSING)]


def known(world, count):
    """{unknown parcel: order}."""
    parcels = blind.receive_blind(unknown(world, count), actor="t").done
    orders = shop.place_orders(world.channel, count, LINES)
    shop.advance(orders)
    pairs = zip(parcels, orders, strict=True)
    return {ret.pk: order.pk for ret, order in pairs} | {MISSING: orders[0].pk}


def unknown(world, count):
    good = [blind.Parcel(world.ber.pk, world.shirt.pk, 1)] * count
    return [*good, blind.Parcel(world.ber.pk, MISSING, 1)]


def gifts(world, count):
    orders = shop.place_orders(world.channel, count, LINES)
    made = [goodwill.Goodwill(order.pk, Decimal(1), "sorry") for order in orders]
    return [*made, goodwill.Goodwill(MISSING, Decimal(1), "sorry")]


def by_reason(service):
    return lambda rows, actor: service(rows, reason="r", actor=actor)


def keys_of(prepare):
    return lambda world, count: [row.pk for row in prepare(world, count)]


def settled(world, count):
    refunding.refund_returns(found := inspected(world, count), actor="t")
    return found


def answered(world, count):
    """Refunds whose gateway has paid a half of them and refused the others."""
    found = inspected(world, 2 * count)
    Payment.objects.update(gateway="sandbox")
    refunds = refunding.refund_returns(found, actor="t").done
    Payment.objects.update(gateway="channel")
    assert {refund.status for refund in refunds} == {"submitted"}
    requests = PaymentRequest.objects.filter(refund_part__refund__in=refunds)
    requests.update(status="succeeded", finished_at=MUCH_LATER)
    bad = PaymentRequest.objects.filter(refund_part__refund__in=refunds[:count])
    bad.update(status="failed")
    return [*[refund.pk for refund in refunds], MISSING]


def late(service):
    return lambda rows, actor: service(rows, actor=actor, at=MUCH_LATER)


CASES = {
    "request": (requesting.request_returns, wishes, 16),
    "approve": (requesting.approve_returns, asked, 13),
    "decline": (by_reason(requesting.decline_returns), asked, 9),
    "cancel": (by_reason(requesting.cancel_returns), approved, 9),
    "receive": (receiving.receive_returns, arrivals, 31),
    "dispose": (inspecting.dispose, decisions, 25),
    "refund": (refunding.refund_returns, refundable, 35),
    "deny money": (by_reason(inspecting.deny_money), refundable, 8),
    "close": (inspecting.close_returns, settled, 9),
    "close settled": (closing.close_settled, keys_of(settled), 6),
    "expire": (late(closing.expire_returns), keys_of(approved), 9),
    "approve refund": (
        lambda rows, actor: approving.approve_refunds(rows, actor="anna"),
        waiting,
        25,
    ),
    "settle": (approving.settle_refunds, answered, 20),
    "deny refund": (by_reason(approving.deny_refunds), waiting, 13),
    "blind": (blind.receive_blind, unknown, 14),
    "match": (blind.match_returns, known, 16),
    "goodwill": (goodwill.refund_goodwill, gifts, 25),
}


@pytest.mark.parametrize(("service", "prepare", "number"), CASES.values(), ids=CASES)
def test_as_many_statements_for_ten(stocked, statements, service, prepare, number):
    counts = statements.by_size(
        lambda count: prepare(stocked, count),
        lambda rows: service(rows, actor="t"),
        sizes=(1, 10),
    )

    assert counts == {1: number, 10: number}
