"""What is due, shown before it is paid: F55, F56, and defects 16 to 19 of others."""

from decimal import Decimal

import pytest

from channels.messages import IncomingLine, IncomingPayment
from inventory.models import StockMovement
from oms.core.models import WorkItem
from orders.models import PaymentTransaction
from orders.services import cancellation, payments
from returns.models import Refund, ReturnPolicy
from returns.selectors import preview_refund
from returns.services import approving, blind, goodwill, refunding, requesting
from returns.services.goodwill import Goodwill
from returns.services.requesting import NewReturn
from tests import shop
from tests.returns import desk
from tests.snapshot import tables

pytestmark = pytest.mark.django_db


def two_tenders(world, first="12.00", second="18.00"):
    """An order of three SHIRTs, 30.00, paid from two cards."""
    told = tuple(
        IncomingPayment("channel", Decimal(amount), "captured", reference)
        for amount, reference in ((first, "one"), (second, "two"))
    )
    return desk.sent(world, [("SHIRT", 3)], payments=told)


def parts(refund) -> list[tuple[str, Decimal]]:
    rows = refund.parts.order_by("payment")
    return [(part.payment.reference, part.amount) for part in rows]


def test_f55_30_percent_of_a_line_with_tax_to_the_cent(world):
    said = IncomingLine("SHIRT", 10, Decimal("9.99"), tax_amount=Decimal("15.95"))
    order = desk.sent(world, [said], prices_include_tax=True)
    ret = desk.asked(order, {"SHIRT": 3})
    desk.came(ret, world.shirt, 3, world.ber)

    refund = desk.refunded(ret)

    # 99.90 and 15.95 × 3 / 10, half up
    assert (refund.amount, refund.tax_amount) == (Decimal("29.97"), Decimal("4.79"))
    rest = desk.asked(order, {"SHIRT": 7})
    desk.came(rest, world.shirt, 7, world.ber)
    second = desk.refunded(rest)
    assert refund.amount + second.amount == Decimal("99.90")
    assert refund.tax_amount + second.tax_amount == Decimal("15.95")


def test_f55_tenders_pay_in_the_chosen_order_and_spill_over(world):
    order = two_tenders(world)
    first, second = order.payments.order_by("pk")
    assert (first.reference, second.reference) == ("one", "two")
    ret = desk.asked(order, {"SHIRT": 2})
    desk.came(ret, world.shirt, 2, world.ber)

    refund = desk.refunded(ret, tenders={ret.pk: [second.pk]})

    assert parts(refund) == [("one", Decimal(2)), ("two", Decimal(18))]


def test_f55_a_second_refund_is_capped_by_what_is_left(world):
    order = two_tenders(world)
    gift = Goodwill(order.pk, Decimal("25.00"), "sorry")
    goodwill.refund_goodwill([gift], actor="t").one()
    ret = desk.asked(order, {"SHIRT": 2})
    desk.came(ret, world.shirt, 2, world.ber)

    refund = desk.refunded(ret)

    assert (refund.amount, refund.uncovered_amount) == (Decimal(5), Decimal(15))
    assert parts(refund) == [("two", Decimal(5))]


def test_what_waits_for_approval_is_spoken_for(world):
    ReturnPolicy.objects.create(approval_above=15)
    ret = desk.back(world)
    assert desk.refunded(ret).status == "requested"

    gift = Goodwill(ret.order_id, Decimal("10.01"), "sorry")
    out = goodwill.refund_goodwill([gift], actor="t")

    assert "at most 10.00 EUR is left" in out.refused[0][0]


def test_a_denied_refund_leaves_its_pieces_to_another_decision(world):
    ReturnPolicy.objects.create(approval_above=15)
    ret = desk.back(world)
    refund = desk.refunded(ret)

    approving.deny_refunds([refund], reason="too much", actor="user:anna").one()

    ret.refresh_from_db()
    assert ret.money == "pending"
    less = desk.refunded(ret, amounts={ret.pk: Decimal("12.00")})
    assert (less.amount, less.status) == (12, "succeeded")


def test_parts_sum_to_the_line_though_one_of_them_is_denied(world):
    ReturnPolicy.objects.create(approval_above=0)
    order = desk.sent(world, [("SHIRT", 3, "3.33")], discount_amount=Decimal("0.10"))
    refunds = []
    for _ in range(3):
        ret = desk.asked(order, {"SHIRT": 1})
        desk.came(ret, world.shirt, 1, world.ber)
        refunds.append(desk.refunded(ret))

    approving.deny_refunds(refunds[:1], reason="no", actor="user:anna").one()
    again = desk.refunded(refunds[0].ret)

    assert again.amount + refunds[1].amount + refunds[2].amount == Decimal("9.89")


def test_f56_goodwill_moves_no_stock_and_shows_its_own_reason(world):
    order = desk.sent(world)
    moved = StockMovement.objects.count()

    gift = Goodwill(order.pk, Decimal("5.00"), "the parcel came late")
    refund = goodwill.refund_goodwill([gift], actor="user:mia").one()

    assert StockMovement.objects.count() == moved
    assert Refund.objects.get(kind="goodwill", reason="the parcel came late") == refund
    entry = PaymentTransaction.objects.get(kind="refund")
    assert (entry.amount, entry.reason) == (5, "the parcel came late")
    order.refresh_from_db()
    assert order.payment_status == "partially_refunded"
    assert order.lines.get().returned_quantity == 0


def test_the_item_of_an_overpaid_order_is_closed_by_the_money_that_goes_back(world):
    order = desk.sent(world)
    received = payments.Received(order.pk, Decimal("7.00"), "transfer 2")
    payments.record_payments([received], actor="t").one()
    [item] = WorkItem.objects.filter(kind="overpaid", status="open")

    back = Goodwill(order.pk, Decimal("7.00"), "paid twice", kind="overpaid")
    goodwill.refund_goodwill([back], actor="t").one()

    item.refresh_from_db()
    assert item.status == "resolved"


def test_f52_an_unknown_parcel_needs_three_inputs(world):
    parcel = blind.Parcel(world.ber.pk, world.shirt.pk, 1)

    ret = blind.receive_blind([parcel], actor="user:walter").one()

    assert (ret.source, ret.status, ret.location) == ("blind", "received", world.ber)
    assert desk.levels(world.shirt, world.ber)["quarantine"] == 1


def test_f50_on_day_31_a_customer_reads_the_rule_and_a_clerk_gives_a_reason(world):
    from tests.returns.test_return_rules import ask

    order = desk.sent(world)

    [text] = ask(order, source="customer").refused[0]
    ret = ask(order, source="staff", note="a good customer").one()

    assert "cannot be returned: the 30 days to return it ended on" in text
    assert "the 30 days to return it ended on" in ret.advice


def test_defect_16_a_preview_has_no_side_effects_and_is_what_happens(world):
    ReturnPolicy.objects.create(fee_percent=10, approval_above=5)
    order = two_tenders(world)
    second = order.payments.order_by("pk")[1]
    ret = desk.asked(order, {"SHIRT": 2}, reason="changed_mind")
    desk.came(ret, world.shirt, 2, world.ber)
    before = tables()

    said = preview_refund(ret, tenders=[second.pk])

    assert tables() == before
    assert (said.due.goods, said.due.fee, said.amount) == (20, 2, 18)
    assert [(p.reference, amount) for p, amount in said.parts] == [("two", 18)]
    assert (said.waits, said.why_not) == (True, "")
    refund = desk.refunded(ret, tenders={ret.pk: [second.pk]})
    assert (refund.amount, refund.status) == (said.amount, "requested")
    assert "nothing is due any more" in preview_refund(ret).why_not


def test_defect_16_asking_for_a_return_changes_no_stock_and_no_delivery(world):
    order = desk.sent(world)
    before = {k: v for k, v in tables().items() if k.startswith(("Stock", "Ship"))}

    ret = desk.asked(order, {"SHIRT": 2})
    requesting.cancel_returns([ret], reason="kept", actor="t").one()

    after = {k: v for k, v in tables().items() if k in before}
    assert after == before
    assert desk.asked(order, {"SHIRT": 3})


def test_defect_17_pieces_that_come_back_in_parts_are_counted_by_line(world):
    order = desk.sent(world, [("SHIRT", 2), ("MUG", 3)])
    ret = desk.asked(order, {"SHIRT": 2, "MUG": 2})

    desk.came(ret, world.mug, 1, world.ber)
    desk.came(ret, world.shirt, 2, world.ber)
    desk.came(ret, world.mug, 1, world.nyc)

    back = {line.sku: line.returned_quantity for line in order.lines.all()}
    assert back == {"SHIRT": 2, "MUG": 2}
    mug = order.lines.get(sku="MUG").pk
    wish = NewReturn(order.pk, {mug: 2})
    out = requesting.request_returns([wish], actor="t")
    assert "1 have shipped and are in no return" in out.refused[0][0]


def test_defect_18_nothing_due_is_refused_and_more_spills_to_the_next_payment(world):
    order = two_tenders(world, "5.00", "25.00")
    ret = desk.asked(order, {"SHIRT": 3})
    desk.came(ret, world.shirt, 1, world.ber)
    first = desk.refunded(ret)
    desk.came(ret, world.shirt, 2, world.ber)
    second = desk.refunded(ret)

    assert parts(first) == [("one", Decimal(5)), ("two", Decimal(5))]
    assert parts(second) == [("two", Decimal(20))]
    assert ret.pk in refunding.refund_returns([ret], actor="t").refused
    order.refresh_from_db()
    assert order.payment_status == "refunded"


def test_defect_18_a_second_partial_cancellation_is_given_back_too(world):
    cards = (("12.00", "one"), ("18.00", "two"))
    told = tuple(
        IncomingPayment("channel", Decimal(amount), "captured", reference)
        for amount, reference in cards
    )
    [order] = shop.place_orders(world.channel, 1, [("SHIRT", 3)], payments=told)
    line = order.lines.get()
    given = []
    for _time in range(2):
        cancellation.cancel_lines({line.pk: 1}, reason="less", actor="t").one()
        back = Goodwill(order.pk, Decimal("10.00"), "cancelled", kind="overpaid")
        given.append(goodwill.refund_goodwill([back], actor="t").one())

    assert [parts(refund) for refund in given] == [
        [("one", Decimal(10))],
        [("one", Decimal(2)), ("two", Decimal(8))],
    ]
    order.refresh_from_db()
    assert (order.total_amount, order.payment_status) == (10, "partially_refunded")
    assert not WorkItem.objects.filter(kind="overpaid", status="open").exists()


def test_defect_19_a_partial_return_is_not_refunded_at_list_price(world):
    said = IncomingLine("SHIRT", 3, Decimal("10.00"), discount_amount=Decimal("6.00"))
    order = desk.sent(world, [said], discount_amount=Decimal("3.00"))
    ret = desk.asked(order, {"SHIRT": 1})
    desk.came(ret, world.shirt, 1, world.ber)

    assert desk.refunded(ret).amount == Decimal("7.00")


def test_the_last_piece_brings_the_shipping_back(world):
    order = desk.sent(
        world,
        shipping_amount=Decimal("4.90"),
        shipping_tax_amount=Decimal("0.93"),
    )
    amounts = []
    for pieces in (2, 1):
        ret = desk.asked(order, {"SHIRT": pieces})
        desk.came(ret, world.shirt, pieces, world.ber)
        amounts.append(desk.refunded(ret).amount)

    assert amounts == [Decimal("20.00"), Decimal("15.83")]
    assert sum(amounts) == order.total_amount
