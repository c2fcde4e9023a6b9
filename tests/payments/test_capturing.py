"""Money is captured by the parcel, never above the authorization."""

from decimal import Decimal

import pytest

from channels.messages import IncomingPayment
from oms.core.models import WorkItem
from orders.models import PaymentRequest
from orders.services import asking, cancellation, payments
from orders.services.asking import Wanted
from tests import factories, shop
from tests.payments.conftest import entries_of, payment_of, requests_of, settle, ship

pytestmark = pytest.mark.django_db


def test_the_first_parcel_takes_its_share_and_the_last_the_exact_rest(halves, sandbox):
    ship(halves, "STICKER")
    settle()

    halves.refresh_from_db()
    assert entries_of(halves, "capture") == [Decimal("13.32")]  # with the shipping
    assert halves.payment_status == "partially_paid"

    ship(halves, "POSTER")
    settle()

    halves.refresh_from_db()
    assert sum(entries_of(halves, "capture")) == halves.total_amount
    assert halves.payment_status == "paid"
    done = sandbox.ledger("gateway", "capture")
    assert [call["body"]["amount"] for call in done] == ["13.32", "20.01"]


def test_the_task_is_queued_with_the_parcel(halves, drain_queue):
    ship(halves, "STICKER")

    assert "settle_payments" in drain_queue()
    assert len(entries_of(halves, "capture")) == 1


def test_two_parcels_of_one_set_are_two_captures(halves, sandbox):
    shop._ship([halves])
    settle()

    assert sum(entries_of(halves, "capture")) == Decimal("33.33")
    assert len(sandbox.ledger("gateway", "capture")) == 2


def test_a_third_of_a_line_is_captured_to_the_cent(world, later, card):
    lines = [("SHIRT", 120, "0.3333")]
    [order] = shop.place_orders(later, lines=lines, payments=(card("40.00"),))
    shop.advance([order], to="packed")
    parcels = shop.parcels_of([order])
    assert len(parcels) == 2

    shop._ship([order])
    settle()

    assert sum(entries_of(order, "capture")) == order.total_amount


def test_what_the_channel_collected_asks_nothing(world, statements):
    orders = shop.place_orders(world.channel, 2)
    shop.advance(orders, to="shipped")

    assert not PaymentRequest.objects.exists()


@pytest.mark.parametrize("terms", ["cod", "invoice"])
def test_on_terms_goods_go_before_the_money(world, terms):
    channel = factories.ChannelFactory(payment="later", payment_terms=terms)
    [order] = shop.place_orders(channel)

    shop.advance([order], to="delivered")

    order.refresh_from_db()
    assert (order.status, order.payment_status) == ("completed", "unpaid")
    assert not PaymentRequest.objects.exists()
    receipt = payments.Received(order.pk, order.total_amount, "cash 1")
    payments.record_payments([receipt], actor="t")
    order.refresh_from_db()
    assert order.payment_status == "paid"


def test_terms_of_a_message_win(world, later):
    [order] = shop.place_orders(later, payment_terms="invoice")

    assert (order.payment_terms, order.status) == ("invoice", "confirmed")


def test_what_was_captured_before_is_not_captured_again(world, later, sandbox):
    reference = sandbox.authorize("a", "10.00")
    body = {"authorization": reference, "amount": "10.00", "currency": "EUR"}
    sandbox.do("gateway", "capture", key="theirs", **body)
    paid = IncomingPayment("sandbox", Decimal("10.00"), "captured", reference)
    [order] = shop.place_orders(later, payments=(paid,))

    shop.advance([order], to="shipped")
    settle()

    assert order.payment_status == "paid"
    assert len(sandbox.ledger("gateway", "capture")) == 1


def test_never_more_than_is_authorized(world, later, card):
    [order] = shop.place_orders(later, payments=(card("10.00"),))

    out = asking.request_captures([Wanted(order.pk, Decimal("10.01"))], actor="t")

    assert not out.done
    [text] = out.refused[0]
    assert "10.01 asked, at most 10.00 EUR" in text


def test_what_is_authorized_locally_is_captured_with_the_parcel(world, later):
    held = IncomingPayment("channel", Decimal("10.00"), "authorized", "theirs")
    [order] = shop.place_orders(later, payments=(held,))

    shop.advance([order], to="shipped")

    order.refresh_from_db()
    assert order.payment_status == "paid"
    assert entries_of(order, "capture") == [10]


def test_terms_ask_for_what_is_authorized_and_nothing_more(world, later, card):
    [order] = shop.place_orders(
        later, payments=(card("4.00"),), payment_terms="invoice"
    )

    shop.advance([order], to="shipped")

    assert [row.amount for row in requests_of(order)] == [4]
    assert not WorkItem.objects.exists()


def test_shipping_authorized_orders_takes_as_many_statements(world, later, statements):
    for place in (world.ber, world.nyc):
        shop.receive(place, {"SHIRT": 500})
    numbers = iter(range(10**6))

    def prepare(count):
        orders = []
        for _ in range(count):
            reference = f"s{next(numbers)}"
            held = IncomingPayment("sandbox", Decimal("10"), "authorized", reference)
            orders += shop.place_orders(later, payments=(held,))
        shop.advance(orders, to="packed")
        return orders

    counts = statements.by_size(prepare, shop._ship, sizes=(1, 30))

    assert counts[1] == counts[30], statements.last
    assert PaymentRequest.objects.count() == 31


def test_the_same_cause_asks_once(world, later, card):
    [order] = shop.place_orders(later, payments=(card("10.00"),))
    wanted = Wanted(order.pk, Decimal("4.00"), cause="phone call")

    out = asking.request_captures([wanted, wanted], actor="t")
    again = asking.request_captures([wanted], actor="t")

    assert len(out.done) == 1
    assert "asked for already" in out.refused[1][0]
    assert "asked for already" in again.refused[0][0]
    assert payment_of(order).capturing_amount == 4


def test_two_payments_of_one_order_are_used_one_after_the_other(world, later, card):
    [order] = shop.place_orders(later, payments=(card("6.00"), card("4.00")))

    shop.advance([order], to="shipped")
    settle()

    assert entries_of(order, "capture") == [Decimal("6.00"), Decimal("4.00")]


def test_a_parcel_that_no_authorization_covers_becomes_a_work_item(
    world, later, card, drain_queue
):
    [order] = shop.place_orders(later, payments=(card("10.00"),))
    shop.advance([order], to="packed")
    asking.request_voids([Wanted(order.pk, Decimal("4.00"))], actor="t")

    shop._ship([order])
    drain_queue()

    assert entries_of(order, "capture") == [Decimal("6.00")]
    item = WorkItem.objects.get(kind="uncollected")
    assert "4.00 EUR of it are not authorized" in item.title
    payments.record_payments(
        [payments.Received(order.pk, Decimal("4.00"), "bank 1")], actor="t"
    )
    item.refresh_from_db()
    assert item.status == "resolved"


def test_a_cancelled_order_gives_its_authorization_up(world, later, card, sandbox):
    [order] = shop.place_orders(later, payments=(card("10.00"),))

    cancellation.cancel_orders([order], reason="mind changed", actor="t")
    settle()

    order.refresh_from_db()
    assert order.payment_status == "voided"
    assert len(sandbox.ledger("gateway", "void")) == 1


def test_cancelled_pieces_give_their_part_up(halves, sandbox):
    [line] = halves.lines.filter(sku="POSTER")
    out = cancellation.cancel_lines({line.pk: 1}, reason="r", actor="t", force=True)
    assert not out.refused

    ship(halves, "STICKER")
    settle()

    payment = payment_of(halves)
    assert (payment.voided_amount, payment.captured_amount) == (
        20,
        Decimal("13.32"),
    )  # BER keeps 0.01


def test_a_paid_order_that_is_cancelled_voids_nothing(world):
    [order] = shop.place_orders(world.channel)

    cancellation.cancel_orders([order], reason="r", actor="t")

    assert not PaymentRequest.objects.exists()


def test_defect_18_refunds_stay_within_what_was_captured(world, drain_queue):
    [order] = shop.place_orders(world.channel)

    out = asking.request_refunds(
        [Wanted(order.pk, Decimal("7.00")), Wanted(order.pk, Decimal("3.01"))],
        actor="t",
    )

    assert entries_of(order, "refund") == [7]
    assert "at most 3.00 EUR" in out.refused[1][0]
    assert [row.status for row in requests_of(order)] == ["succeeded"]
    order.refresh_from_db()
    assert order.payment_status == "partially_refunded"


def test_asking_takes_as_many_statements_for_100_orders(world, statements, later, card):
    def prepare(count):
        orders = shop.place_orders(world.channel, count)
        return [*(Wanted(o.pk, Decimal("1.00"), "mind") for o in orders), Wanted(9**9)]

    counts = statements.by_size(
        prepare, lambda wanted: asking.request_refunds(wanted, actor="t")
    )

    assert counts[1] == counts[100], statements.last
    assert counts[1] <= 15
