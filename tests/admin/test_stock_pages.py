"""Stock for daily use: the page by location, and what explains its numbers."""

import re

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from inventory.models import StockLevel, StockMovement
from inventory.services import conditions, safety
from tests import factories, shop
from tests.admin.stock_sheets import ADJUST, LIST, RECEIVE, on_hand, sheet_of


def page(browser, url, **given) -> str:
    answer = browser.get(url, given)
    assert answer.status_code == 200
    return answer.content.decode()


def test_f19_a_free_number_opens_the_sum_that_makes_it(office, world):
    [order] = shop.place_orders(world.channel, lines=[("MUG", 5)])
    level = world.mug.stock_levels.get(location=world.ber)
    row = safety.SafetyStock(world.mug.pk, world.ber.pk, 10)
    safety.set_safety_stock([row], actor="t").one()
    wet = conditions.ConditionChange(
        world.mug.pk, world.ber.pk, 4, "sellable", "quarantine", "wet"
    )
    conditions.change_condition([wet], actor="t").one()
    free = f'href="?why={level.pk}#why"'

    closed = page(office, LIST)
    opened = page(office, LIST, why=level.pk)

    assert f"{free}>81</a>" in closed
    assert "Why 81" not in closed
    sums = re.findall(r'<dd class="num">(?:<b>)?([−0-9]+)', opened)
    assert sums == ["96", "−5", "91", "−10", "81"]
    assert "4 · Quarantine" in opened
    assert f">{order.number}</a>" in opened  # who holds it, and the ledger's cause
    assert "Allocated to" in opened
    assert "Waiting for it" in opened


@pytest.mark.parametrize("why", ["0", "x", "9" * 30, "-1", "١"])
def test_a_sum_that_there_is_not_stays_closed(office, world, why):
    assert 'id="why"' not in page(office, LIST, why=why)


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ({}, {"MUG", "POSTER", "SHIRT"}),
        ({"q": "mug"}, {"MUG"}),
        ({"q": "4006381333931"}, {"SHIRT"}),
        ({"q": "product"}, {"MUG", "POSTER", "SHIRT"}),
        ({"q": "hir"}, {"SHIRT"}),
        ({"q": "nothing"}, set()),
        ({"q": "a\0b"}, set()),
        ({"low": "yes"}, {"MUG"}),
        ({"show": "low", "location": "NYC"}, set()),
        ({"show": "aside"}, {"SHIRT"}),
        ({"location": "nowhere"}, {"MUG", "POSTER", "SHIRT"}),
        ({"p": "many"}, {"MUG", "POSTER", "SHIRT"}),
    ],
)
def test_products_are_found_exactly_first(office, world, given, found):
    world.shirt.barcodes.create(code="4006381333931")
    row = safety.SafetyStock(world.mug.pk, world.ber.pk, 200)
    safety.set_safety_stock([row], actor="t").one()
    wet = conditions.ConditionChange(
        world.shirt.pk, world.ber.pk, 1, "sellable", "damaged", "wet"
    )
    conditions.change_condition([wet], actor="t").one()

    answer = office.get(LIST, given)

    assert {row.product.sku for row in answer.context["rows"]} == found


def test_closed_and_further_places_are_folded(office, world):
    world.store.is_active = False
    world.store.save()

    answer = office.get(LIST)
    chosen = office.get(LIST, {"location": "HAM"})

    assert [place.code for place in answer.context["columns"]] == ["BER", "NYC"]
    [shirt] = [r for r in answer.context["rows"] if r.product == world.shirt]
    assert (shirt.free, shirt.elsewhere) == (200, 10)
    assert [place.code for place in chosen.context["columns"]] == ["HAM"]


def test_the_page_stays_small_and_asks_little(office, world, statements):
    for number in range(60):
        product = factories.ProductFactory(sku=f"SKU-{number:03}", name="N" * 60)
        for place in world.locations.values():
            shop.receive(place, {product.sku: 5})
    level = StockLevel.objects.last()

    answer, asked = statements(office.get, LIST, {"why": level.pk, "p": "2"})

    assert answer.status_code == 200
    assert asked <= 12
    assert len(office.get(LIST).content) <= 100_000


def test_staff_of_a_place_see_its_stock_alone(client, world):
    names = ["view_stocklevel", "adjust_stocklevel", "view_stockmovement"]
    world.walter.user_permissions.add(*Permission.objects.filter(codename__in=names))
    client.force_login(world.walter)
    there = world.mug.stock_levels.get(location=world.nyc)

    assert [p.code for p in client.get(LIST).context["places"]] == ["BER"]
    assert 'id="why"' not in page(client, LIST, why=there.pk)
    assert client.get(ADJUST, {"location": "NYC"}).status_code == 404
    elsewhere = sheet_of(world, MUG="1") | {"location": "NYC"}
    assert client.post(ADJUST, elsewhere).status_code == 404
    assert client.post(f"{LIST}{there.pk}/tool/count/").status_code == 404
    assert client.get(RECEIVE).status_code == 403
    assert on_hand(world.mug, world.nyc) == 100


def test_low_stock_on_today_is_as_many_as_its_page_shows(office, world):
    rows = [safety.SafetyStock(world.mug.pk, p.pk, 200) for p in (world.ber, world.nyc)]
    safety.set_safety_stock(rows, actor="t")

    today = office.get("/admin/").context["today"]
    [low] = [c for c in today.counters if str(c.label) == "Low stock"]

    assert low.number == 1
    assert [row.product for row in office.get(low.url).context["rows"]] == [world.mug]


def test_who_may_not_open_a_product_gets_no_link_to_it(client, world):
    permission = Permission.objects.get(codename="view_stocklevel")
    world.anna.user_permissions.add(permission)
    client.force_login(world.anna)
    level = world.mug.stock_levels.get(location=world.ber)

    text = page(client, LIST, why=level.pk)

    assert "/admin/inventory/product/" not in text
    assert "/admin/inventory/stockmovement/" not in text


def test_nobody_deletes_a_movement(office, world):
    movement = StockMovement.objects.first()
    url = reverse("admin:inventory_stockmovement_delete", args=[movement.pk])

    assert office.post(url, {"post": "yes"}).status_code == 403
    listed = office.get(reverse("admin:inventory_stockmovement_changelist"))
    assert "delete_selected" not in listed.content.decode()


def test_the_ledger_links_what_moved_the_goods(office, world):
    [order] = shop.place_orders(world.channel, lines=[("MUG", 2)])
    shop.advance([order], to="shipped")
    [work], [parcel] = shop.works_of([order]), shop.parcels_of([order])
    level = world.mug.stock_levels.get(location=world.ber)

    pages = [
        page(office, f"{LIST}{level.pk}/change/"),
        page(office, reverse("admin:inventory_stockmovement_changelist")),
    ]

    for text in pages:
        for row in (order, work, parcel):
            assert f">{row.number}</a>" in text
