"""Money in the back office: looked at, recorded, tried again."""

from decimal import Decimal

import pytest
from django.urls import reverse

from channels.messages import IncomingPayment
from orders.models import Order, Payment, PaymentRequest
from orders.services import asking, payments
from tests import factories, shop


def url(model, page, *args):
    meta = model._meta
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_{page}", args=args)


@pytest.fixture
def order(world):
    channel = factories.ChannelFactory(code="later", payment="later")
    held = IncomingPayment("sandbox", Decimal("4.00"), "authorized", "au_77")
    return shop.place_orders(channel, payments=(held,))[0]


def test_staff_record_a_payment_once(office, order):
    page = url(Order, "record_payment", order.pk)
    said = {"amount": "6.00", "reference": "bank 7"}

    shown = office.get(page).content.decode()
    first = office.post(page, said, follow=True).content.decode()
    again = office.post(page, said, follow=True).content.decode()

    assert "costs 10.00\xa0EUR: record a payment" in shown
    assert "The payment is recorded." in first
    assert "bank 7 of manual is recorded already" in again
    assert Payment.objects.filter(order=order).count() == 2


@pytest.mark.parametrize("amount", ["", "0", "-1", "1.001", "x", "1e30"])
def test_an_amount_that_is_none_is_refused_on_the_page(office, order, amount):
    said = {"amount": amount, "reference": "r"}

    answer = office.post(url(Order, "record_payment", order.pk), said)

    assert answer.status_code == 200
    assert answer.context["form"].errors


def test_who_may_not_record_is_turned_away(client, world, order):
    client.force_login(world.walter)

    assert client.get(url(Order, "record_payment", order.pk)).status_code == 403


def test_no_order_no_page(office, order):
    assert office.get(url(Order, "record_payment", 10**9)).status_code == 404


def test_a_request_is_tried_again_from_its_list(office, order):
    wanted = asking.Wanted(order.pk, Decimal("1.00"))
    [row] = asking.request_captures([wanted], actor="t").done
    PaymentRequest.objects.update(next_attempt_at="2099-01-01T00:00Z")
    chosen = {"action": "try_again", "_selected_action": [row.pk]}

    page = office.post(url(PaymentRequest, "changelist"), chosen, follow=True)

    assert "1 request is on its way." in page.content.decode()
    before = row.next_attempt_at.year
    row.refresh_from_db()
    assert row.next_attempt_at.year == before


def test_the_pages_show_ledger_and_requests(office, order):
    asking.request_captures([asking.Wanted(order.pk, Decimal("1.00"))], actor="t")
    received = payments.Received(order.pk, Decimal("1.00"), "cash")
    payments.record_payments([received], actor="t")
    payment = order.payments.first()

    page = office.get(url(Payment, "change", payment.pk)).content.decode()
    of_order = office.get(url(Order, "change", order.pk)).content.decode()

    assert "au_77" in page
    assert "Asked of the gateway" in page
    assert "Record payment…" in of_order
    assert "Payment received" in of_order
