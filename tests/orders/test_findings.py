"""Findings: what is wrong with an order, each of its own kind and with its own way
out."""

from decimal import Decimal

import pytest

from channels.messages import IncomingCustomer
from channels.models import Channel
from oms.core.models import Event, WorkItem
from orders.models import Order
from orders.services import addresses, cancellation, confirmation
from orders.services.acceptance import accept_findings
from tests import shop

pytestmark = pytest.mark.django_db
EVE = IncomingCustomer(email="eve@example.org", name="Eve")


def to(postal_code, country="DE", region="", city="Berlin"):
    return shop.IncomingAddress(
        name="Eve",
        street="Lindenstraße 1",
        city=city,
        region=region,
        postal_code=postal_code,
        country=country,
    )


@pytest.fixture
def careful(world):
    """Its channel checks all that can be checked."""
    Channel.objects.update(
        address_checked=True, duplicate_hours=24, price_tolerance=Decimal(5)
    )
    world.channel.refresh_from_db()
    world.mug.list_price, world.mug.list_currency = Decimal(10), "EUR"
    world.mug.save()
    return world


def kinds(order):
    items = WorkItem.objects.filter(subject_id=order.pk).exclude(status="resolved")
    return list(items.order_by("kind").values_list("kind", flat=True))


def item(order, kind):
    return WorkItem.objects.get(subject_id=order.pk, kind=kind)


def accept(order, *found, reason="asked the customer"):
    return accept_findings({order.pk: found}, reason=reason, actor="user:anna")


def test_f6_five_broken_orders_have_five_kinds_of_findings(careful):
    place = careful.channel
    shop.place_orders(place, customer=EVE)
    broken = [
        *shop.place_orders(place, 1, [("NO-SUCH", 1)]),
        *shop.place_orders(place, 1, [("MUG", 1, "5.00")]),
        *shop.place_orders(place, ship_to=to("1096")),
        *shop.place_orders(place, customer=EVE),
        *shop.place_orders(place, total_amount=Decimal(11)),
    ]

    assert [kinds(order) for order in broken] == [
        ["unknown_sku"],
        ["price_differs"],
        ["bad_address"],
        ["duplicate"],
        ["totals_differ"],
    ]
    assert {order.status for order in broken} == {"pending"}
    assert item(broken[0], "unknown_sku").data == {"skus": ["NO-SUCH"]}
    assert (
        "costs 5.00, the list says 10.00 EUR" in item(broken[1], "price_differs").title
    )
    assert "does not fit DE" in item(broken[2], "bad_address").title


def test_f7_in_bulk_the_fixed_go_on_and_the_invalid_stay_and_say_why(careful):
    place = careful.channel
    [prefix, region, hopeless] = [
        *shop.place_orders(place, ship_to=to("D-10969")),
        *shop.place_orders(place, ship_to=to("94105", "US", city="San Francisco")),
        *shop.place_orders(place, ship_to=to("1096")),
    ]
    suggested = {"suggestion": {"ship_to_postal_code": "10969"}}
    assert item(prefix, "bad_address").data == suggested

    out = addresses.apply_suggestions([prefix, region, hopeless], actor="user:anna")

    assert [(o.pk, o.status) for o in out.done] == [
        (prefix.pk, "confirmed"),
        (region.pk, "confirmed"),
    ]
    [reason] = out.refused[hopeless.pk]
    assert "postal code 1096 does not fit DE" in reason
    assert [kinds(order) for order in (prefix, region, hopeless)] == [
        [],
        [],
        ["bad_address"],
    ]
    region.refresh_from_db()
    assert region.ship_to_region == "CA"


def test_a_typed_correction_goes_on_and_is_on_the_timeline(careful):
    [order] = shop.place_orders(careful.channel, ship_to=to("1096"))

    out = addresses.correct_addresses(
        {order.pk: {"ship_to_postal_code": " 10965 "}}, actor="user:anna"
    )

    assert out.one().status == "confirmed"
    event = Event.objects.get(action="order.address_corrected")
    assert event.data == {
        "before": {"ship_to_postal_code": "1096"},
        "after": {"ship_to_postal_code": "10965"},
    }


def test_a_correction_to_another_place_drops_its_coordinates(world):
    [order] = shop.place_orders(world.channel)

    changes = {order.pk: {"ship_to_city": "Hamburg"}}
    addresses.correct_addresses(changes, actor="user:anna").one()

    order.refresh_from_db()
    assert (order.ship_to_city, order.ship_to_lat) == ("Hamburg", None)


def test_a_correction_that_does_not_help_says_what_is_wrong_now(careful):
    [order] = shop.place_orders(careful.channel, ship_to=to("1096"))

    changes = {order.pk: {"ship_to_postal_code": "96"}}
    out = addresses.correct_addresses(changes, actor="user:anna")

    assert out.one().status == "pending"
    assert "postal code 96 does not fit" in item(order, "bad_address").title


def test_an_address_stays_once_work_is_released(world):
    [order] = shop.place_orders(world.channel)
    shop.advance([order], to="released")

    changes = {order.pk: {"ship_to_city": "Hamburg"}}
    out = addresses.correct_addresses(changes, actor="user:anna")

    [reason] = out.refused[order.pk]
    assert "is processing: its address stays" in reason


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("price_differs", {"lines": [("MUG", 1, "5.00")]}),
        ("totals_differ", {"total_amount": Decimal(9)}),
        ("duplicate", {"customer": EVE}),
        ("bad_address", {"ship_to": to("1096")}),
    ],
)
def test_an_accepted_finding_holds_nothing_up(careful, kind, fields):
    shop.place_orders(careful.channel, customer=EVE)
    Channel.objects.update(payment_terms="invoice")
    careful.channel.refresh_from_db()
    [order] = shop.place_orders(careful.channel, **fields)
    assert kinds(order) == [kind]

    out = accept(order, kind)

    assert out.one().status == "confirmed"
    assert kinds(order) == []
    event = Event.objects.get(action="order.finding_accepted")
    assert event.data["reason"] == "asked the customer"
    assert list(event.data["findings"]) == [kind]


def test_what_lacks_a_street_cannot_be_accepted(careful):
    half = shop.IncomingAddress(name="Eve", city="Berlin")
    [order] = shop.place_orders(careful.channel, ship_to=half)

    out = accept(order, "bad_address")

    assert "its address lacks: street" in out.refused[order.pk][0]
    order.refresh_from_db()
    assert order.accepted_findings == []


def test_an_accepted_address_is_checked_again_after_a_correction(careful):
    [order] = shop.place_orders(
        careful.channel, 1, [("NO-SUCH", 1)], ship_to=to("1096")
    )
    accept(order, "bad_address")
    assert kinds(order) == ["unknown_sku"]

    changes = {order.pk: {"ship_to_postal_code": "96"}}
    addresses.correct_addresses(changes, actor="user:anna")

    assert kinds(order) == ["bad_address", "unknown_sku"]


def test_a_duplicate_is_one_only_in_its_window_and_while_the_other_lives(careful):
    [first] = shop.place_orders(careful.channel, customer=EVE)
    [second] = shop.place_orders(careful.channel, customer=EVE)
    assert kinds(second) == ["duplicate"]

    cancellation.cancel_orders([first], reason="mind", actor="t").one()
    confirmation.confirm_orders([second], actor="t").one()

    assert kinds(second) == []


def test_two_of_a_kind_in_one_set_are_told_apart(careful):
    [first, second] = shop.place_orders(careful.channel, 2, customer=EVE)

    assert (first.status, second.status) == ("confirmed", "pending")
    assert first.number in item(second, "duplicate").title


def test_prices_within_the_tolerance_go_on(careful):
    [order] = shop.place_orders(careful.channel, 1, [("MUG", 1, "10.50")])
    [dear] = shop.place_orders(careful.channel, 1, [("MUG", 1, "10.51")])

    assert (order.status, dear.status) == ("confirmed", "pending")


def test_cancelling_closes_all_findings(careful):
    [order] = shop.place_orders(
        careful.channel, 1, [("MUG", 9, "1.00")], ship_to=to("1")
    )

    cancellation.cancel_orders([order], reason="mind", actor="t").one()

    assert kinds(order) == ["overpaid"]


def test_a_careful_channel_takes_orders_in_with_as_many_statements(careful, statements):
    from orders.services import intake

    def prepare(count):
        lines = [("MUG", 1, "5.00"), ("SHIRT", 1)]
        orders = [shop.incoming(lines, ship_to=to("1")) for _ in range(count)]
        return shop.send(careful.channel, orders)

    def take(keys):
        return intake.take_in(keys, actor="t").done

    taking = statements.by_size(prepare, take)
    confirming = statements.by_size(
        lambda n: take(prepare(n)),
        lambda orders: confirmation.confirm_orders(orders, actor="t"),
    )
    correcting = statements.by_size(
        lambda n: {o.pk: {"ship_to_postal_code": "10969"} for o in take(prepare(n))},
        lambda changes: addresses.correct_addresses(changes, actor="t"),
    )
    accepting = statements.by_size(
        lambda n: {o.pk: ["price_differs"] for o in take(prepare(n))},
        lambda found: accept_findings(found, reason="r", actor="t"),
    )

    for counts in (taking, confirming, correcting, accepting):
        assert counts[1] == counts[100]
    assert (taking[1], confirming[1], correcting[1], accepting[1]) == (16, 7, 13, 14)
    assert Order.objects.filter(status="confirmed").count() == 0
