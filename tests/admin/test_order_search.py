"""The search of the list of orders: it opens what it finds exactly."""

import dataclasses

import pytest
from django.urls import reverse
from django.utils import timezone

from channels.messages import IncomingCustomer
from returns.services import requesting
from tests import company, shop
from tests.admin.order_list import LIST, one_in_each_queue, rows, said
from tests.factories import UserFactory
from tests.recording import recorded

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(admin_client):
    admin_client.get(LIST)
    return admin_client


busy_rows = recorded(lambda: one_in_each_queue(company.make().channel))


@pytest.fixture
def busy(db, busy_rows):
    """Instead of `world`: an order in each queue."""
    return busy_rows.play()


@pytest.fixture
def one(world):
    """An order that has every identifier there is, among others."""
    shop.place_orders(world.channel, 3, lines=[("MUG", 1)])
    to = dataclasses.replace(
        shop.BERLIN, phone="+49 (30) 123-4567", name="Zoë Ćwik-Adler"
    )
    buyer = IncomingCustomer(email="Zoe@Example.org", name="Zoë")
    [order] = shop.place_orders(
        world.channel, ship_to=to, customer=buyer, external_id="#EXT:9 a"
    )
    shop.advance([order], to="delivered")
    return order


def identifiers(order) -> dict[str, str]:
    wish = requesting.NewReturn(order.pk, {order.lines.get().pk: 1})
    requesting.request_returns([wish], actor="test").one()
    [parcel] = shop.parcels_of([order])
    page = reverse("admin:orders_order_change", args=[order.pk])
    return {
        "number": order.number,
        "number with a sign": f" #{order.number} ",
        "channel's id": order.external_id,
        "tracking number": parcel.tracking_number.lower(),
        "parcel": parcel.number,
        "work": shop.works_of([order])[0].number,
        "e-mail": "zoe@EXAMPLE.org",
        "phone": "0049 30 1234567",
        "SKU": "shirt",
        "return": order.returns.get().number.lower(),
        "pasted address": f"https://shop.example.org{page}?x=1#timeline",
        "pasted path": page,
    }


def test_what_names_one_order_opens_it(office, one):
    known = identifiers(one)
    page = reverse("admin:orders_order_change", args=[one.pk])

    opened = {
        name: getattr(office.get(LIST, {"q": text}), "url", None)
        for name, text in known.items()
    }

    assert opened == dict.fromkeys(known, page)


def test_what_names_several_orders_lists_them(office, one, world):
    [other] = shop.place_orders(world.channel, external_id=one.number)

    assert set(rows(office.get(LIST, {"q": one.number}))) == {one.number, other.number}
    assert set(rows(office.get(LIST, {"q": "SHIRT"}))) == {one.number, other.number}


@pytest.mark.parametrize("text", ["zoë", "ćwik", "adl zo", "ZOË ĆWIK-ADLER"])
def test_a_name_is_found_by_the_beginnings_of_its_words(office, one, text):
    assert rows(office.get(LIST, {"q": text})) == [one.number]


def test_words_narrow_the_list(office, busy):
    day = f"{timezone.localdate():%Y-%m-%d}"
    found = {
        text: len(rows(office.get(LIST, {"q": text})))
        for text in (
            *("sku:poster", "sku:POSTER,NO-SUCH", "sku:poster sku:no-such"),
            *("status:cancelled", "phase:on-hold", "phase:DELIVERED", "late"),
            *("channel:shop", "location:ber", "location:nyc", "erika late"),
            *(f"before:{day}", f"after:{day}", "channel:shop sku:POSTER erika"),
            *("before:0001-01-01", "after:9999-12-31"),
        )
    }

    assert found == {
        "sku:poster": 1,
        "sku:POSTER,NO-SUCH": 2,
        "sku:poster sku:no-such": 0,
        "status:cancelled": 0,
        "phase:on-hold": 1,
        "phase:DELIVERED": 2,
        "late": 1,
        "channel:shop": 10,
        "location:ber": 4 + 1,
        "location:nyc": 0,
        "erika late": 1,
        f"before:{day}": 0,
        f"after:{day}": 10,
        "channel:shop sku:POSTER erika": 1,
        "before:0001-01-01": 0,
        "after:9999-12-31": 0,
    }


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("colour:red", "There is no search word “colour:”. There are: "),
        ("sku:", "Write what to look for behind “sku:”, as in sku:SHIRT,MUG."),
        ("status:odd", "“status:odd” means nothing here. There are: cancelled, "),
        ("phase:odd", "“phase:odd” means nothing here. There are: awaiting_payment"),
        ("channel:moon", "“channel:moon” means nothing here. There are: shop."),
        ("location:MOON", "“location:MOON” means nothing here. There are: "),
        ("before:soon", "“before:soon” is no date; write it as in before:2026-09-25."),
        ("after:2026-02-30", "“after:2026-02-30” is no date"),
        ("https://example.org/", "This is not the address of an order's page"),
        ("/admin/orders/order/99999999999999999999/change/", "This is not the address"),
        ("/admin/orders/order/x/change/", "This is not the address"),
        ("http://[broken", "This is not the address"),
        ("x" * 201, "Search for at most 200 letters: this text has 201."),
    ],
)
def test_what_makes_no_sense_is_refused_with_a_sentence(office, busy, text, sentence):
    answer = office.get(LIST, {"q": text})

    assert answer.status_code == 200
    assert sentence in said(answer)
    assert rows(answer) == []


@pytest.mark.parametrize(
    "text", ["nobody", "%", "'", "\\", "!!!", ":", "&|!", "_", "()", "@", "--"]
)
def test_odd_texts_are_answered(office, busy, text):
    answer = office.get(LIST, {"q": text})

    assert answer.status_code == 200
    assert rows(answer) == []


def test_a_text_with_a_null_character_is_no_search(office, busy):
    answer = office.get(LIST, {"q": "a\0b"})

    assert answer.status_code == 200
    assert "Null characters are not allowed" in said(answer)


def test_search_stays_behind_its_permission(client, world, one):
    client.force_login(UserFactory(is_staff=True))

    assert client.get(LIST, {"q": one.number}).status_code == 403
