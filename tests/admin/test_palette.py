"""The search box: what it names while somebody types, and for whom."""

from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.models import Permission

from oms.core import navigation
from oms.roles import sync
from tests import factories, shop

SEARCH = "/admin/search/"


def hits(browser, text) -> list[dict]:
    answer = browser.get(SEARCH, {"q": text})
    assert answer.status_code == 200
    return answer.json()["hits"]


def labels(browser, text) -> list[str]:
    return [hit["label"] for hit in hits(browser, text)]


@pytest.fixture
def order(world):
    [order] = shop.place_orders(world.channel, external_id="EU-7", lines=[("MUG", 1)])
    shop.advance([order], to="shipped")
    shop.place_orders(world.channel, lines=[("SHIRT", 1)])
    return order


def test_each_kind_of_identifier_names_the_order(office, order):
    [work], [parcel] = shop.works_of([order]), shop.parcels_of([order])
    texts = [order.number, f"#{order.number}", "EU-7", order.customer.email.upper()]
    texts += [work.number, parcel.number.lower(), f" {parcel.tracking_number} "]

    for text in texts:
        [hit] = hits(office, text)
        assert hit["label"] == order.number, text
        assert hit["url"] == f"/admin/orders/order/{order.pk}/change/"
        assert "Erika Muster · Berlin · Shop" in hit["note"]


def test_a_sku_names_its_orders_and_its_stock(office, order):
    found = hits(office, "mug")

    assert [hit["label"] for hit in found] == [order.number, "MUG"]
    assert found[1]["url"] == "/admin/inventory/stocklevel/?q=MUG"


def test_the_beginning_of_a_name_names_a_few(office, world):
    shop.place_orders(world.channel, 12)

    assert len(hits(office, "must eri")) == navigation.MOST_HITS
    assert hits(office, "uster") == []


@pytest.mark.parametrize(
    "text", ["", " ", "\0", "x" * 5000, "'", "%", "nobody", "F", "#", "a:b", "\ud800"]
)
def test_what_names_nothing_finds_nothing(office, order, text):
    answer = office.get(SEARCH, {"q": text.encode("utf-8", "replace").decode()})

    assert (answer.status_code, answer.json()["hits"]) == (200, [])


def test_it_names_only_what_the_person_may_see(client, order, world):
    client.force_login(world.anna)
    assert hits(client, order.number) == hits(client, "MUG") == []

    permission = Permission.objects.get(codename="view_stocklevel")
    world.anna.user_permissions.add(permission)
    assert labels(client, "MUG") == ["MUG"]
    assert hits(client, order.number) == []


def test_strangers_find_nothing(client, order):
    answer = client.get(SEARCH, {"q": order.number})

    assert answer.status_code == 302
    assert answer.url.startswith("/admin/login/")


def test_every_role_gets_an_answer(client, order):
    for role in sync():
        client.force_login(factories.UserFactory(groups=[role]))
        assert client.get(SEARCH, {"q": order.number}).status_code == 200
        assert "palette" in client.get("/admin/").content.decode()


def test_looking_is_all_it_does(office, order, statements):
    for text in (order.number, "must", "MUG"):
        _answer, asked = statements(office.get, SEARCH, {"q": text})
        assert asked <= 7
        assert all(s.startswith(("SELECT", "(SELECT")) for s in statements.last)
    assert office.post(SEARCH, {"q": "1"}).status_code == 405


def test_without_script_it_is_a_form_that_opens_the_order(office, order):
    page = office.get("/admin/").content.decode()
    assert 'action="/admin/orders/order/" role="search"' in page

    answer = office.get("/admin/orders/order/", {"q": order.number})

    assert answer.url == f"/admin/orders/order/{order.pk}/change/"


def test_the_script_stays_small():
    path = Path(settings.BASE_DIR, "oms/core/static/core/house.js")

    assert path.stat().st_size < 15_000
