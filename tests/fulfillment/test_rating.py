"""What services cost, when they arrive and which one is taken: pure."""

from datetime import date
from decimal import Decimal

import pytest

from fulfillment.rates.choosing import choose, chosen
from fulfillment.rates.rating import Destination, Offer, Tariff, Zone, offers

FRIDAY = date(2026, 5, 8)
BERLIN = Destination("DE", "10969", 600.0)


def tariff(*zones, service="standard", **fields):
    steps = {z.zone: [(5_000, Decimal(9)), (1_000, Decimal(5))] for z in zones}
    given = {"currency": "EUR", "steps": steps} | fields
    return Tariff("house", service, zones=zones, **given)


def offer(price, days, service="standard", **fields):
    given = {"currency": "EUR", "zone": "1"} | fields
    return Offer("house", service, service, Decimal(price), transit_days=days, **given)


@pytest.mark.parametrize(
    ("to", "zone"),
    [
        (Destination("DE", "10969"), "berlin centre"),
        (Destination("DE", "10 9-69"), "berlin centre"),
        (Destination("DE", "10115"), "berlin"),
        (Destination("de", "80331"), "germany"),
        (Destination("FR", "75001", 900.0), "near"),
        (Destination("FR", "75001", 901.0), "far"),
        (Destination("AT", "10969", 1.0), "near"),
        (Destination("US", "10969", 6_000.0), None),
        (Destination("US", "10969", None), None),
    ],
)
def test_the_longest_prefix_wins_then_the_country_then_the_shortest_distance(to, zone):
    table = tariff(
        Zone("far", 5, max_distance_km=2_000),
        Zone("near", 3, max_distance_km=900),
        Zone("germany", 2, "DE"),
        Zone("berlin", 1, "DE", "10"),
        Zone("berlin centre", 1, "DE", "1096"),
    )

    found = table.zone_of(to)

    assert (found and found.zone) == zone


@pytest.mark.parametrize(
    ("grams", "price"), [(0, 5), (1_000, 5), (1_001, 9), (5_000, 9), (5_001, None)]
)
def test_a_parcel_costs_the_first_step_that_holds_it(grams, price):
    found = offers([tariff(Zone("1", 2, "DE"))], BERLIN, grams)

    assert [each.price for each in found] == ([] if price is None else [price])


def test_no_table_and_no_zone_make_no_offer():
    assert offers([], BERLIN, 100) == []
    assert offers([tariff(Zone("1", 2, "FR"))], BERLIN, 100) == []


def test_the_cheapest_stands_first_and_other_currencies_last():
    tables = [
        tariff(Zone("1", 2, "DE"), service="b"),
        tariff(Zone("1", 1, "DE"), service="a"),
        tariff(Zone("1", 1, "DE"), service="c", currency="JPY"),
    ]

    assert [each.service for each in offers(tables, BERLIN, 1)] == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("ready", "days", "saturday", "arrives"),
    [
        (date(2026, 5, 4), 2, False, date(2026, 5, 6)),
        (FRIDAY, 1, False, date(2026, 5, 11)),
        (FRIDAY, 1, True, date(2026, 5, 9)),
        (FRIDAY, 2, True, date(2026, 5, 11)),
        (date(2026, 5, 10), 1, True, date(2026, 5, 12)),
        (date(2026, 5, 10), 0, False, date(2026, 5, 11)),
    ],
)
def test_carriers_rest_on_sundays_and_mostly_on_saturdays(
    ready, days, saturday, arrives
):
    assert offer(1, days, delivers_on_saturday=saturday).arrives_on(ready) == arrives


def test_the_cheapest_that_keeps_the_promise_is_taken():
    slow, fast, faster = offer(5, 3, "slow"), offer(8, 1, "fast"), offer(9, 1, "air")

    quotes = choose([slow, fast, faster], date(2026, 5, 4), promised=date(2026, 5, 5))

    assert [quote.late for quote in quotes] == [True, False, False]
    assert chosen(quotes).offer is fast
    assert chosen(quotes).reason == "The cheapest that keeps the promise of 5 May 2026."


def test_without_a_promise_the_cheapest_is_taken():
    quotes = choose([offer(5, 3, "slow"), offer(8, 1, "fast")], FRIDAY)

    assert chosen(quotes).offer.service == "slow"


def test_when_none_keeps_the_promise_the_fastest_is_taken():
    quotes = choose([offer(5, 3, "slow"), offer(8, 1, "fast")], FRIDAY, promised=FRIDAY)

    assert chosen(quotes).offer.service == "fast"
    assert "No service keeps the promise" in chosen(quotes).reason


def test_what_the_customer_chose_is_taken_late_or_not():
    found = [offer(5, 3, "slow"), offer(8, 1, "fast")]

    assert (
        chosen(choose(found, FRIDAY, promised=FRIDAY, service="slow")).offer.price == 5
    )
    assert chosen(choose(found, FRIDAY, service="rocket")) is None
    assert chosen(choose([], FRIDAY)) is None
