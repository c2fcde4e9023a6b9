"""What an order would get, asked before it is one."""

from datetime import date, time

import pytest
from django.apps import apps
from django.db import connection

from channels.models import Listing
from inventory.models import BundleComponent, Product
from tests import factories, shop
from tests.api.partner import SHIP_TO, Partner, new_order, order_line, wrongs
from tests.factories.rates import make_service

pytestmark = pytest.mark.django_db
THERE = SHIP_TO | {"lat": 52.5, "lon": 13.4}
# what asking leaves behind anyway
NOTED = "core_apiuse", "core_apikey", "core_apirequest"


def wish(*lines, **fields) -> dict:
    rows = [{"sku": sku, "quantity": pieces} for sku, pieces in lines]
    return {"lines": rows, "ship_to": THERE} | fields


def ask(partner: Partner, *lines, **fields) -> dict:
    answer = partner.post("promises/", wish(*lines, **fields), key="")
    assert answer.status_code == 200, answer.json()
    return answer.json()


def everything() -> dict[str, list]:
    """All rows of all tables, and how far the sequences are."""
    found = {}
    with connection.cursor() as cursor:
        for model in apps.get_models(include_auto_created=True):
            table = model._meta.db_table
            if table not in NOTED and model._meta.managed:
                cursor.execute(f'SELECT t::text FROM "{table}" t')
                found[table] = sorted(cursor.fetchall())
        cursor.execute("SELECT sequencename, last_value FROM pg_sequences")
        rows = [row for row in cursor.fetchall() if not row[0].startswith(NOTED)]
        found["sequences"] = sorted(rows)
    return found


@pytest.fixture
def rated(world):
    make_service("standard")
    world.ber.cut_off, world.ber.handling_days = time(15, 0), 1
    world.ber.closed_weekdays = [5, 6]
    world.ber.save()
    return world


def test_it_says_from_where_when_and_for_how_much(rated, acme):
    said = ask(acme, ("SHIRT", 2))

    [parcel] = said["parcels"]
    assert (said["is_complete"], said["splits"], said["waiting"]) == (True, False, [])
    assert (parcel["location"], parcel["service"]) == ("BER", "standard")
    assert (said["cost"], said["currency"]) == ("5.0000", "EUR")
    assert parcel["lines"] == [{"position": 1, "sku": "SHIRT", "quantity": 2}]
    assert said["arrives_on"] == parcel["arrives_on"] > parcel["leaves_by"][:10]


def test_without_rate_tables_days_and_costs_are_not_known(world, acme):
    said = ask(acme, ("SHIRT", 2))

    assert (said["arrives_on"], said["cost"], said["currency"]) == (None, None, "")
    assert said["parcels"][0]["location"] == "BER"


def test_it_says_what_splits_and_what_waits(world, acme):
    shop.receive(world.nyc, {"POSTER": 1})
    day = date(2099, 1, 31)
    Product.objects.filter(sku="MUG").update(available_from=day)

    said = ask(acme, ("SHIRT", 150), ("POSTER", 3), ("MUG", 1))

    assert (said["is_complete"], said["splits"]) == (False, True)
    assert {p["location"] for p in said["parcels"]} == {"BER", "NYC"}
    told = [
        (w["position"], w["quantity"], w["available_from"]) for w in said["waiting"]
    ]
    assert told == [(2, 2, None), (3, 1, "2099-01-31")]
    assert said["arrives_on"] is None


def test_bundles_are_promised_as_their_components(world, acme):
    made = factories.ProductFactory(sku="SET", is_bundle=True, tracks_stock=False)
    factories.ProductFactory(sku="NONE", is_bundle=True, tracks_stock=False)
    BundleComponent.objects.create(bundle=made, component=world.mug, quantity=2)

    said = ask(acme, ("SET", 3), ("SHIRT", 1), ("NONE", 1))

    [parcel] = said["parcels"]
    assert [tuple(line.values()) for line in parcel["lines"]] == [
        (1, "MUG", 6),
        (2, "SHIRT", 1),
    ]
    assert [w["sku"] for w in said["waiting"]] == ["NONE"]


def test_what_the_channel_calls_a_product_is_understood(world, acme):
    Listing.objects.create(channel=world.channel, sku="A-17", product=world.shirt)

    said = ask(acme, ("A-17", 1))

    assert said["parcels"][0]["lines"][0]["sku"] == "SHIRT"


LINES = {
    "one": [("SHIRT", 2)],
    "two": [("SHIRT", 2), ("MUG", 1)],
    "heavy": [("SHIRT", 30)],
    "split": [("SHIRT", 150)],
    "some wait": [("SHIRT", 1), ("POSTER", 3)],
    "too many": [("SHIRT", 500)],
    "nothing to count": [("GIFTCARD", 1), ("MUG", 1)],
    "a bundle": [("SET", 2)],
}


@pytest.mark.parametrize("lines", LINES.values(), ids=LINES.keys())
@pytest.mark.parametrize("complete", [False, True], ids=["parts", "whole"])
def test_the_order_then_gets_what_was_promised(rated, acme, lines, complete):
    made = factories.ProductFactory(sku="SET", is_bundle=True, tracks_stock=False)
    BundleComponent.objects.create(bundle=made, component=rated.mug, quantity=2)
    rated.channel.ship_complete = complete
    rated.channel.save()
    said = ask(acme, *lines)
    rows = [order_line(sku=sku, quantity=pieces) for sku, pieces in lines]

    answer = acme.post("orders/", new_order(lines=rows, ship_to=THERE))

    order = acme.get(f"orders/{answer.json()['number']}/").json()
    works = shop.works_of([type("Row", (), {"pk": _pk(order["number"])})])
    got = {
        work.location.code: (
            {
                (line.order_line.sku, line.quantity)
                for line in work.lines.select_related("order_line")
            },
            work.service,
            work.promised_at and work.promised_at.isoformat(),
        )
        for work in works
    }
    told = {
        parcel["location"]: (
            {(line["sku"], line["quantity"]) for line in parcel["lines"]},
            parcel["service"],
            parcel["arrives_on"],
        )
        for parcel in said["parcels"]
    }
    assert told == got
    waits = {
        line["sku"]: line["waiting_quantity"]
        for line in order["lines"]
        if line["waiting_quantity"] and not line["is_bundle"]
    }
    assert waits == {each["sku"]: each["quantity"] for each in said["waiting"]}
    if said["arrives_on"]:
        assert order["promised_at"] == said["arrives_on"]


def _pk(number: str) -> int:
    from orders.models import Order

    return Order.objects.get(number=number).pk


def test_asking_writes_nothing_and_locks_nothing(rated, acme, statements):
    rated.nyc.daily_capacity = 5
    rated.nyc.save()
    acme.post("promises/", wish(("SHIRT", 1)), key="")
    before = everything()

    statements(ask, acme, ("SHIRT", 150), ("POSTER", 1))

    assert everything() == before
    said = " ".join(statements.last)
    assert "FOR NO KEY UPDATE" not in said
    assert "FOR UPDATE" not in said
    assert "oms.capacity" not in said.replace("fulfillment.", "oms.")


def test_many_lines_take_as_many_statements_as_one(rated, acme, statements):
    skus = [factories.ProductFactory().sku for _ in range(100)]
    shop.receive(rated.ber, dict.fromkeys(skus, 9))
    ask(acme, ("SHIRT", 1))

    counts = statements.by_size(
        lambda n: [(sku, 1) for sku in skus[:n]], lambda said: ask(acme, *said)
    )

    assert counts[1] == counts[100]


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        (wish(), ("/lines", "empty")),
        (wish(("NOTHING", 1)), ("/lines/0/sku", "unknown_sku")),
        (wish(("SHIRT", 0)), ("/lines/0/quantity", "min_value")),
        (wish(("SHIRT", "1")), ("/lines/0/quantity", "kind")),
        (wish(("SHIRT", 1), channel="other"), ("/channel", "unknown_channel")),
        (
            wish(("SHIRT", 1), ship_to={"land": "DE"}),
            ("/ship_to/land", "unknown_field"),
        ),
        (wish(("SHIRT", 1), price=1), ("/price", "unknown_field")),
        (wish(*[("SHIRT", 1)] * 201), ("/lines", "max_length")),
    ],
)
def test_what_cannot_be_asked_is_refused(world, body, wrong):
    factories.ChannelFactory(code="other")
    partner = Partner(channels=["shop"], scopes=["stock:read"])

    answer = partner.post("promises/", body, key="")

    assert answer.status_code == 400, answer.json()
    assert [w[1:] for w in wrongs(answer)] == [wrong]
