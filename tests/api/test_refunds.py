"""Money that goes back through the API (73, 75, 76)."""

from decimal import Decimal

import pytest

from oms.core.api import pages
from orders.models import Order, Payment
from returns.models import Refund, ReturnPolicy
from tests import factories
from tests.api.partner import Partner
from tests.api.returning import delivered, received

pytestmark = pytest.mark.django_db


def give(partner: Partner, order: Order, amount: str, **fields):
    body = {
        "order": order.number,
        "amount": amount,
        "currency": "EUR",
        "reason": "Sorry",
    }
    return partner.post("refunds/", body | fields)


def test_money_is_given_without_goods(acme):
    order = acme.create()

    answer = give(acme, order, "4.50")

    said = answer.json()
    assert (answer.status_code, said["status"]) == (201, "succeeded")
    assert (said["amount"], said["kind"]) == ("4.5000", "goodwill")
    assert said["return_number"] is None
    assert answer["Location"].endswith(f"refunds/{said['number']}/")
    assert Payment.objects.get().refunded_amount == Decimal("4.5")


@pytest.mark.parametrize(
    ("amount", "status"),
    [
        ("0", 400),
        ("0.00", 400),
        ("-1.00", 400),
        ("1e1", 400),
        ("NaN", 400),
        ("1.005", 409),
        ("10.01", 409),
        ("9999999999.00", 409),
    ],
)
def test_76_a_sum_that_is_none_or_too_much_is_not_paid(acme, amount, status):
    order = acme.create()

    answer = give(acme, order, amount)

    assert answer.status_code == status, answer.json()
    assert not Refund.objects.exists()
    assert Payment.objects.get().refunded_amount == 0


def test_76_no_more_than_is_left_and_in_no_other_currency(acme):
    order = acme.create()
    give(acme, order, "9.00")

    more, other = give(acme, order, "1.01"), give(acme, order, "1.00", currency="USD")
    number = acme.post("refunds/", {"order": order.number, "amount": 1})

    assert (more.status_code, other.status_code, number.status_code) == (409, 409, 400)
    assert "refund" in more.json()["allowed_actions"]
    assert Payment.objects.get().refunded_amount == 9


def test_75_an_order_that_is_not_paid_is_not_refunded(world, acme):
    world.channel.payment = "later"
    world.channel.save()
    order = acme.create()

    answer = give(acme, order, "1.00")

    said = answer.json()
    assert answer.status_code == 409
    assert "refund" not in said["allowed_actions"]
    assert "cancel" in said["allowed_actions"]


def test_a_refund_above_the_limit_waits_for_a_second_person(acme):
    ReturnPolicy.objects.create(approval_above=5)
    order = acme.create()

    answers = [give(acme, order, amount) for amount in ("4.00", "5.50", "1.00")]

    assert [a.status_code for a in answers] == [201, 201, 409]
    said = [a.json()["status"] for a in answers[:2]]
    assert said == ["succeeded", "requested"]
    assert Payment.objects.get().refunded_amount == 4


def test_a_return_is_refunded_by_another_sum_in_its_currency_only(acme):
    path = received(acme, delivered(acme))

    answers = [
        acme.post(f"{path}refund/", {"amount": "5.00"}),
        acme.post(f"{path}refund/", {"amount": "5.00", "currency": "USD"}),
        acme.post(f"{path}refund/", {"amount": "0.001", "currency": "EUR"}),
        acme.post(f"{path}refund/", {"amount": "5.00", "currency": "EUR"}),
        acme.post(f"{path}refund/"),
    ]

    assert [a.status_code for a in answers] == [400, 409, 409, 200, 409]
    assert Refund.objects.get().amount == 5
    assert "refund" not in answers[-1].json()["allowed_actions"]


def test_a_repeated_request_gives_money_once(acme):
    order = acme.create()
    body = {"order": order.number, "amount": "2.00", "currency": "EUR", "reason": "x"}

    first, again = (acme.post("refunds/", body, key="same") for _ in range(2))

    assert first.json() == again.json()
    assert Payment.objects.get().refunded_amount == 2


def test_73_the_money_of_other_channels_does_not_exist(acme):
    order = acme.create()
    give(acme, order, "1.00")
    factories.ChannelFactory(code="other", name="Other")
    other = Partner(name="other", channels=["other"])

    assert give(other, order, "1.00").status_code == 400
    assert other.get(f"refunds/?order={order.number}").json()["results"] == []
    assert Refund.objects.count() == 1


@pytest.mark.parametrize("resource", ["returns", "refunds"])
def test_pages_cost_as_many_statements_for_many_as_for_one(
    acme, statements, monkeypatch, resource
):
    monkeypatch.setattr(pages, "LATE", -pages.LATE)
    for _ in range(4):
        acme.post(f"{received(acme, delivered(acme))}refund/")
    acme.get(f"{resource}/")

    counts = statements.by_size(
        lambda size: size, lambda size: acme.get(f"{resource}/?limit={size}"), (1, 4)
    )

    assert counts[1] == counts[4]
