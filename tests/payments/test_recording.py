"""Money that comes is recorded once, and the order goes on (F9)."""

from decimal import Decimal

import pytest

from channels.messages import IncomingPayment
from channels.models import InboundMessage
from fulfillment.services import work
from oms.core.models import WorkItem
from orders.models import Payment
from orders.services import confirmation, intake, payments
from orders.services.payments import Authorized, Received
from tests import shop
from tests.payments.conftest import soon

pytestmark = pytest.mark.django_db


def test_an_unpaid_order_is_not_released_and_goes_on_when_it_is_paid(
    world, later, drain_queue
):
    [order] = shop.place_orders(later)
    works = shop.works_of([order])

    refused = work.release_work(works, actor="t").refused
    why = confirmation.confirm_orders([order], actor="t").refused[order.pk]

    assert "its order is not paid; record the payment first" in refused[works[0].pk][0]
    assert "0.00 of 10.00 EUR are secured; record the payment first" in why[0]
    assert WorkItem.objects.get().kind == "unpaid"

    out = payments.record_payments(
        [Received(order.pk, Decimal("10.00"), "bank 42")], actor="user:ann"
    )
    assert not out.refused
    drain_queue()

    order.refresh_from_db()
    assert (order.status, order.payment_status) == ("confirmed", "paid")
    assert WorkItem.objects.get().status == "resolved"
    shop.advance([order], to="shipped")


def test_part_of_the_money_is_not_enough(world, later, drain_queue):
    [order] = shop.place_orders(later)

    payments.record_payments([Received(order.pk, Decimal("9.99"), "a")], actor="t")
    drain_queue()

    order.refresh_from_db()
    assert (order.status, order.payment_status) == ("pending", "partially_paid")


def test_an_authorization_is_enough(world, later, drain_queue, card):
    [order] = shop.place_orders(later)
    held = card("10.00")

    out = payments.record_authorizations(
        [Authorized(order.pk, held.amount, held.reference, "sandbox", soon(days=7))],
        actor="t",
    )
    drain_queue()

    order.refresh_from_db()
    assert not out.refused
    assert (order.status, order.payment_status) == ("confirmed", "authorized")


def test_a_reference_is_recorded_once(world, later):
    first, second = shop.place_orders(later, 2)
    receipt = Received(first.pk, Decimal("10.00"), "bank 42")

    out = payments.record_payments(
        [receipt, receipt, receipt._replace(order_id=second.pk)], actor="t"
    )
    again = payments.record_payments([receipt], actor="t")

    assert len(out.done) == 1
    assert set(out.refused) == {1, 2}
    assert "recorded already" in again.refused[0][0]
    assert Payment.objects.count() == 1


def test_too_much_money_is_a_work_item(world, later, drain_queue):
    [order] = shop.place_orders(later)

    payments.record_payments([Received(order.pk, Decimal("11.00"), "a")], actor="t")
    drain_queue()

    order.refresh_from_db()
    assert order.payment_status == "overpaid"
    assert WorkItem.objects.get(kind="overpaid").status == "open"


BAD = [
    {"amount": amount}
    for amount in (None, True, 10.0, "10", Decimal("NaN"), Decimal("-1"), Decimal(0))
]
BAD += [{"amount": Decimal(text)} for text in ("1e30", "0.001", "Infinity")]
BAD += [
    {"reference": text} for text in (None, 5, "", "  ", "a\x00", "x" * 65, "\ud800")
]
BAD += [{"order_id": pk} for pk in (None, True, "1", 1.0, 10**30, [1], -1)]
BAD += [{"gateway": code} for code in (None, "", "paypal", ["manual"], "manual\x00")]


@pytest.mark.parametrize("change", BAD, ids=str)
@pytest.mark.parametrize("service", ["record_payments", "record_authorizations"])
def test_nonsense_is_refused_in_words_and_the_rest_is_done(
    world, later, change, service
):
    [order] = shop.place_orders(later)
    shape = {"record_payments": Received, "record_authorizations": Authorized}[service]
    good = shape(order.pk, Decimal("10.00"), "good", "sandbox")

    out = getattr(payments, service)([good._replace(**change), good], actor="t")

    [text] = out.refused[0]
    assert text.endswith(".")
    assert len(out.done) == 1


@pytest.mark.parametrize("junk", [None, 7, "x", (), {"order_id": 1}])
def test_what_is_no_payment_is_refused(world, junk):
    out = payments.record_payments([junk], actor="t")

    assert "A payment is expected" in out.refused[0][0]


def test_an_end_without_its_zone_is_refused(world, later):
    [order] = shop.place_orders(later)
    ends = soon(days=1).replace(tzinfo=None)

    out = payments.record_authorizations(
        [Authorized(order.pk, Decimal("1.00"), "a", "sandbox", ends)], actor="t"
    )

    assert "no time with its zone" in out.refused[0][0]


# --- Messages -------------------------------------------------------------------------


def test_a_message_tells_of_its_payments(world, later, card):
    [order] = shop.place_orders(
        later, payments=(card("6.00", expires_at=soon(days=7)), card("4.00"))
    )

    assert (order.status, order.payment_status) == ("confirmed", "authorized")
    first, second = Payment.objects.order_by("pk")
    assert first.expires_at is not None
    assert (first.authorized_amount, second.authorized_amount) == (6, 4)


def test_a_message_that_repeats_a_payment_is_refused(world, later, card):
    held = card("10.00")
    orders = [shop.incoming(payments=(held,)) for _ in range(2)]
    keys = shop.send(later, [*orders, shop.incoming(payments=(held, held))])

    out = intake.take_in(keys, actor="t")
    again = intake.take_in(
        shop.send(later, [shop.incoming(payments=(held,))]), actor="t"
    )

    assert len(out.done) == 1
    assert set(out.refused) == set(keys[1:])
    [[text]] = again.refused.values()
    assert "is recorded already; one payment pays one order" in text


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"gateway": "paypal"}, "unknown; use one of: channel, manual, sandbox"),
        ({"gateway": None}, "not empty"),
        ({"amount": "0"}, "above 0"),
        ({"amount": "-5"}, "above 0"),
        ({"amount": 1.5}, "amount as text"),
        ({"amount": "1.001"}, "more digits than EUR"),
        ({"status": "maybe"}, "one of: authorized, captured"),
        ({"status": None}, "one of: authorized, captured"),
        ({"reference": ""}, "not empty"),
        ({"reference": "x" * 65}, "at most 64"),
        ({"expires_at": "tomorrow"}, "a time with its zone"),
    ],
    ids=str,
)
def test_a_payment_that_cannot_be_read_is_refused_in_words(world, later, change, words):
    payment = {"gateway": "sandbox", "amount": "10.00", "status": "authorized"}
    payload = shop.incoming().to_payload()
    payload["payments"] = [payment | {"reference": "au_1"} | change]
    message = InboundMessage.objects.create(
        channel=later,
        kind="order",
        external_id=payload["external_id"],
        payload=payload,
        received_at=soon(),
    )

    [[text]] = intake.take_in([message.pk], actor="t").refused.values()

    assert text.startswith("payments[0]")
    assert words in text


@pytest.mark.parametrize("value", ["x", 5, {"a": 1}, ["no object"]])
def test_payments_that_are_no_list_are_refused(world, later, value):
    payload = shop.incoming().to_payload() | {"payments": value}
    message = InboundMessage.objects.create(
        channel=later,
        kind="order",
        external_id="x",
        payload=payload,
        received_at=soon(),
    )

    [[text]] = intake.take_in([message.pk], actor="t").refused.values()

    assert "payments" in text


def test_a_message_with_payments_survives_the_inbox(card):
    order = shop.incoming(
        payments=(card("1.00", expires_at=soon(days=1)),), payment_terms="cod"
    )

    assert type(order).from_payload(order.to_payload()) == order


def test_recording_takes_as_many_statements_for_100_orders(world, later, statements):
    def prepare(count):
        orders = shop.place_orders(later, count)
        good = [Received(o.pk, Decimal("10.00"), f"r{o.pk}") for o in orders]
        return [*good, good[0], None, good[0]._replace(order_id=9**9)]

    counts = statements.by_size(
        prepare, lambda received: payments.record_payments(received, actor="t")
    )

    assert counts[1] == counts[100], statements.last
    assert counts[1] <= 15


def test_taking_in_authorized_orders_takes_as_many_statements(world, later, statements):
    numbers = iter(range(10**6))

    def prepare(count):
        held = [
            IncomingPayment(
                "sandbox", Decimal("10.00"), "authorized", f"n{next(numbers)}"
            )
            for _ in range(count)
        ]
        return shop.send(later, [shop.incoming(payments=(each,)) for each in held])

    counts = statements.by_size(prepare, lambda keys: intake.take_in(keys, actor="t"))

    assert counts[1] == counts[100], statements.last
