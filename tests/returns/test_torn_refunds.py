"""One tender has paid its part of a refund, another has declined: what was paid counts
for the pieces that it was paid for, and to the cent."""

from decimal import Decimal

import pytest

from channels.messages import IncomingPayment
from orders.models import PaymentRequest
from orders.services import settling
from returns import tasks
from returns.models import Refund, RefundLine
from returns.services import money
from tests import factories, shop
from tests.returns import desk

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def torn(world, sandbox):
    """A function: a return of these pieces of an order of these lines, paid from two
    cards, of which the first has paid and the second has declined its refund."""

    def make(lines, pieces, *amounts):
        channel = factories.ChannelFactory(code="card", payment="later")
        cards = tuple(
            IncomingPayment(
                "sandbox",
                Decimal(amount),
                "authorized",
                sandbox.authorize(f"card-{position}", amount),
            )
            for position, amount in enumerate(amounts)
        )
        [order] = shop.place_orders(channel, 1, lines, payments=cards)
        shop.advance([order])
        settling.settle_requests(actor="t")
        ret = back(world, order, pieces)
        desk.refunded(ret)
        first, _second = PaymentRequest.objects.filter(kind="refund").order_by("pk")
        settling.settle_requests([first.pk], actor="t")
        sandbox.behave("gateway", "refund", "decline")
        settle()
        assert ret.refunds.get().status == "failed"
        return ret

    return make


def back(world, order, pieces):
    ret = desk.asked(order, pieces)
    for sku, count in pieces.items():
        desk.came(ret, world.products[sku], count, world.ber)
    return ret


def settle():
    settling.settle_requests(actor="t")
    tasks.settle_refunds()


def test_what_was_paid_for_one_return_is_not_taken_off_another(torn, world):
    ret = torn([("SHIRT", 3)], {"SHIRT": 2}, "12.00", "18.00")

    other = back(world, ret.order, {"SHIRT": 1})
    its_own = desk.refunded(other)
    rest = desk.refunded(ret)

    assert (its_own.amount, its_own.goods_amount) == (10, 10)
    assert rest.amount == 8


def test_what_was_paid_is_shared_out_to_the_cent(torn):
    lines = [("SHIRT", 1, "3.33"), ("MUG", 1, "3.33"), ("GIFTCARD", 1, "3.34")]
    pieces = {"SHIRT": 1, "MUG": 1, "GIFTCARD": 1}

    ret = torn(lines, pieces, "5.00", "5.00")

    assert desk.refunded(ret).amount == 5


def test_a_line_that_is_worth_less_than_nothing_keeps_the_sum():
    """A cent below it, where pieces were cut after an earlier refund."""
    refund = Refund(order_id=1, currency="EUR", shipping_amount=Decimal(0))
    amounts = {1: Decimal("10.00"), 2: Decimal("-0.01")}
    lines = [RefundLine(return_line_id=pk, amount=n) for pk, n in amounts.items()]
    ledger = money.Ledger()

    money._count_torn(ledger, refund, lines, Decimal(1))

    shared = {pk: torn.amount for pk, torn in ledger.torn.items()}
    assert shared == {1: Decimal("9.99"), 2: Decimal(0)}
