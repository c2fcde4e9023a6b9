"""150 orders made by dice, with everything that may become of them: the cents agree.
And the books that say so would find a wrong one (see `tests.generated`)."""

import pytest
from django.db import connection, transaction

from oms.core.registry import registered
from oms.invariants import violations
from tests import factories
from tests.generated import books, company
from tests.generated.life import Life
from tests.generated.messages import Messages

HAPPENED = (
    "cancelled orders",
    "orders with cancelled pieces",
    "parcels",
    "served later",
    "returns counted",
    "returns declined",
    "blind returns matched",
    "pieces decided",
    "refunds",
    "refunds denied",
    "refunds approved",
    "goodwill",
    "asked of the gateway",
    "returns closed",
)
WRONG = {  # what is planted: the words with which the books find it
    "UPDATE orders_orderline SET total_amount = total_amount + 0.01": "a line costs",
    "UPDATE orders_orderline SET discount_amount = discount_amount + 0.01": (
        "the discounts of the lines"
    ),
    "UPDATE orders_order SET total_amount = total_amount + 0.01": "sum to the order",
    "UPDATE orders_order SET shipping_amount = shipping_amount + 0.01": (
        "shipping comes back"
    ),
    "UPDATE orders_payment SET captured_amount = captured_amount + 1,"
    " authorized_amount = authorized_amount + 1": "no tender gives back more",
    "UPDATE returns_returnitem SET quantity = quantity + 1": "is all in items",
    "UPDATE returns_returnline SET received_quantity = received_quantity + 1"
    " WHERE order_line_id IS NULL": "is all in items",
    "UPDATE returns_refundpart SET amount = amount + 0.01": "the parts of a refund",
    "UPDATE returns_refund SET fee_amount = fee_amount + 0.01": "less the fee",
    "UPDATE returns_refund SET uncovered_amount = uncovered_amount + 0.01": (
        "paid back to the cent"
    ),
    "UPDATE returns_refundline SET amount = amount - 0.01": "refunded to the cent",
    "UPDATE returns_refundline SET tax_amount = tax_amount + 0.01": (
        "refunded to the cent"
    ),
    "UPDATE returns_refundline SET amount = amount * 3 + 1": "beyond what it costs",
    "UPDATE returns_refundline SET quantity = quantity + 1": "or twice",
    "UPDATE inventory_stocklevel SET on_hand = on_hand + 1": "levels sum their ledger",
}


@pytest.fixture
def moody(settings):
    """The gateway of the generated orders is set up."""
    settings.OMS_GATEWAYS = [*settings.OMS_GATEWAYS, company.GATEWAY]
    registered.cache_clear()
    yield
    registered.cache_clear()


@pytest.mark.django_db
def test_the_same_seed_tells_the_same_orders():
    channel = factories.ChannelFactory(payment="later")
    one, same, other = (Messages(seed).order(channel) for seed in (1, 1, 2))

    assert one.lines == same.lines != other.lines
    assert one.payments == same.payments


@pytest.mark.django_db
def test_the_cents_agree_and_a_wrong_one_would_be_found(moody):
    """One test: the orders are played once."""
    life = Life(company.make(), seed=1)

    life.play(150)

    assert [name for name in HAPPENED if life.counts[name] < 2] == []
    assert books.differences(life.received) == []
    assert violations() == []
    told = {sql: found(sql, life.received) for sql in WRONG}
    assert [sql for sql in WRONG if not named(WRONG[sql], told[sql])] == []
    [sku, *_others] = life.received
    lacking = books.differences(life.received | {sku: life.received[sku] + 1})
    assert named(sku, lacking)


def found(sql: str, received) -> list[str]:
    """The differences, were this done; it is undone."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
        assert cursor.rowcount > 0
        differences = books.differences(received)
        transaction.set_rollback(True)
    return differences


def named(words: str, differences: list[str]) -> bool:
    return any(words in each for each in differences)
