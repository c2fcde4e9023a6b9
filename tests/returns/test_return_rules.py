"""The rules of returns: the policy, surplus and unknown parcels, decisions that can be
made again, refunds that need a second person or a gateway's evidence."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from channels.messages import IncomingPayment
from inventory.models import StockLevel
from oms.core.models import WorkItem
from orders.services import settling
from returns import tasks
from returns.models import ReturnPolicy
from returns.services import approving, blind, inspecting, refunding, requesting
from returns.services.inspecting import Decision
from returns.services.requesting import NewReturn
from tests import factories, shop
from tests.returns.desk import asked, came, items, sent

pytestmark = pytest.mark.django_db


def ask(order, **fields):
    wish = NewReturn(order.pk, {order.lines.get().pk: 1}, **fields)
    later = timezone.now() + timedelta(days=31)
    return requesting.request_returns([wish], actor="user:mia", at=later)


def test_f50_after_the_window_a_customer_is_refused_and_a_clerk_writes_why(world):
    order = sent(world)

    assert (
        "the 30 days to return it ended" in ask(order, source="customer").refused[0][0]
    )
    assert "Write a note" in ask(order).refused[0][0]
    ret = ask(order, note="a good customer").one()
    assert "ended on" in ret.advice


def test_f50_a_final_sale_does_not_come_back(world):
    ReturnPolicy.objects.create().final_sale.add(world.shirt)
    order = sent(world)

    wish = NewReturn(order.pk, {order.lines.get().pk: 1}, source="customer")
    out = requesting.request_returns([wish], actor="t")

    assert "SHIRT is a final sale" in out.refused[0][0]


def test_a_fee_is_kept_unless_the_goods_were_at_fault(world):
    ReturnPolicy.objects.create(fee_percent=10, refunds_shipping=False)
    order = sent(world)

    amounts = []
    for reason in ("changed_mind", "faulty"):
        ret = asked(order, {"SHIRT": 1}, reason=reason)
        came(ret, world.shirt, 1, world.ber)
        amounts.append(refunding.refund_returns([ret], actor="t").one().amount)

    assert amounts == [Decimal(9), Decimal(10)]


def test_more_than_agreed_is_kept_with_a_work_item(world):
    order = sent(world)
    ret = asked(order, {"SHIRT": 1})

    came(ret, world.shirt, 3, world.ber)

    assert [line.received_quantity for line in ret.lines.order_by("pk")] == [1, 2]
    assert WorkItem.objects.filter(kind="return_surplus", subject_id=ret.pk).exists()
    assert order.lines.get().returned_quantity == 1


def test_f52_an_unknown_parcel_is_matched_and_refunded(world):
    order = sent(world)
    parcel = blind.Parcel(world.ber.pk, world.shirt.pk, 2)
    ret = blind.receive_blind([parcel], actor="user:walter").one()
    assert (
        "nobody knows its order"
        in (refunding.refund_returns([ret], actor="t").refused[ret.pk][0])
    )

    blind.match_returns({ret.pk: order.pk}, actor="user:mia").one()

    refund = refunding.refund_returns([ret], actor="t").one()
    assert refund.amount == Decimal(20)
    assert order.lines.get().returned_quantity == 2


def test_defect_20_quarantine_can_be_decided_again(world):
    order = sent(world)
    ret = asked(order, {"SHIRT": 2})
    came(ret, world.shirt, 2, world.ber)
    [item] = items(ret)

    inspecting.dispose([Decision(item.pk, "quarantine", 2)], actor="t").one()
    inspecting.dispose([Decision(item.pk, "restock", 1, world.nyc.pk)], actor="t").one()
    out = inspecting.dispose([Decision(item.pk, "scrap", 1)], actor="t")

    assert not out.refused
    assert sorted(i.disposition for i in items(ret)) == ["restock", "scrap"]
    levels = StockLevel.objects.filter(product=world.shirt, condition="quarantine")
    assert sum(level.on_hand for level in levels) == 0
    again = inspecting.dispose([Decision(item.pk, "restock", 1)], actor="t")
    assert "is final" in again.refused[0][0]


def test_a_large_refund_waits_for_somebody_else(world):
    ReturnPolicy.objects.create(approval_above=15)
    order = sent(world)
    ret = asked(order, {"SHIRT": 2})
    came(ret, world.shirt, 2, world.ber)

    refund = refunding.refund_returns([ret], actor="user:mia").one()

    assert refund.status == "requested"
    own = approving.approve_refunds([refund], actor="user:mia")
    assert "somebody else approves it" in own.refused[refund.pk][0]
    approving.approve_refunds([refund], actor="user:anna").one()
    refund.refresh_from_db()
    assert (refund.status, refund.approved_by) == ("succeeded", "user:anna")


def test_defect_18_nothing_is_refunded_twice(world):
    order = sent(world)
    ret = asked(order, {"SHIRT": 2})
    came(ret, world.shirt, 2, world.ber)
    refunding.refund_returns([ret], actor="t").one()

    out = refunding.refund_returns([ret], actor="t")

    assert "nothing is due any more" in out.refused[ret.pk][0]


@pytest.mark.django_db(transaction=True)
def test_a_gateway_s_evidence_ends_a_refund(world, sandbox, settings, drain_queue):
    settings.SANDBOX_URL = sandbox.url
    channel = factories.ChannelFactory(code="card", payment="later")
    reference = sandbox.authorize("return-1", Decimal(30))
    paid = IncomingPayment("sandbox", Decimal(30), "authorized", reference)
    [order] = shop.place_orders(channel, lines=[("SHIRT", 3)], payments=(paid,))
    shop.advance([order], to="delivered")
    drain_queue()
    ret = asked(order, {"SHIRT": 1})
    came(ret, world.shirt, 1, world.ber)

    refund = refunding.refund_returns([ret], actor="user:mia").one()
    assert refund.status == "submitted"
    settling.settle_requests(actor="worker")
    tasks.settle_refunds()

    refund.refresh_from_db()
    assert refund.status == "succeeded"
    [call] = sandbox.ledger("gateway", "refund")
    assert Decimal(call["body"]["amount"]) == 10
