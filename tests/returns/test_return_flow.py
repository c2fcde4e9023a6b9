"""From the request to the money: goods and money come back exactly."""

from decimal import Decimal

import pytest

from returns.models import Refund, Return
from returns.services import goodwill, inspecting, refunding, requesting
from returns.services.inspecting import Decision
from returns.services.requesting import NewReturn
from tests import shop
from tests.returns.desk import asked, came, items, levels, sent

pytestmark = pytest.mark.django_db


def test_goods_and_money_come_back(world):
    order = sent(world)
    place = shop.works_of([order])[0].location
    before = levels(world.shirt, place)["sellable"]
    ret = asked(order, {"SHIRT": 2})

    came(ret, world.shirt, 2, place)
    assert levels(world.shirt, place) == {"sellable": before, "quarantine": 2}
    [item] = items(ret)
    inspecting.dispose([Decision(item.pk, "restock", 2)], actor="user:walter").one()
    refund = refunding.refund_returns([ret], actor="user:mia").one()

    assert levels(world.shirt, place) == {"sellable": before + 2, "quarantine": 0}
    refund.refresh_from_db()
    assert (refund.status, refund.amount) == ("succeeded", Decimal(20))
    line = order.lines.get()
    assert line.returned_quantity == 2
    order.refresh_from_db()
    assert order.payment_status == "partially_refunded"
    inspecting.close_returns([ret], actor="user:mia").one()


def test_no_more_comes_back_than_has_shipped(world):
    order = sent(world)
    asked(order, {"SHIRT": 2})
    line = order.lines.get()

    out = requesting.request_returns([NewReturn(order.pk, {line.pk: 2})], actor="t")

    assert "1 have shipped" in out.refused[0][0]


def test_a_line_is_refunded_to_the_cent_however_it_comes_back(world):
    order = sent(world, [("SHIRT", 3, "3.33")], discount_amount=Decimal("0.10"))
    place = world.ber

    paid = []
    for _ in range(3):
        ret = asked(order, {"SHIRT": 1})
        came(ret, world.shirt, 1, place)
        paid.append(refunding.refund_returns([ret], actor="t").one().amount)

    assert sum(paid) == order.total_amount == Decimal("9.89")


def test_goodwill_needs_no_goods(world):
    order = sent(world)

    wish = goodwill.Goodwill(order.pk, Decimal("5.00"), "late parcel")
    refund = goodwill.refund_goodwill([wish], actor="user:mia").one()

    refund.refresh_from_db()
    assert (refund.status, refund.kind) == ("succeeded", "goodwill")
    assert not Return.objects.exists()


def test_goodwill_is_bounded_by_what_was_paid(world):
    order = sent(world)

    wish = goodwill.Goodwill(order.pk, Decimal("30.01"), "late parcel")
    out = goodwill.refund_goodwill([wish], actor="user:mia")

    assert "at most 30.00" in out.refused[0][0]
    assert not Refund.objects.exists()
