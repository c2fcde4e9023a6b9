"""The exceptions page: what waits by reason, and its ways out, one at a time."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from oms.core import workitems
from oms.core.models import Event, WorkItem
from orders.models import Order
from orders.services.acceptance import accept_findings
from tests import shop
from tests.admin.exception_desk import (
    URL,
    focus,
    groups,
    item_of,
    person,
    press,
    said,
    to,
)

pytestmark = pytest.mark.django_db
SEES_PARCELS = "fulfillment.view_shipment"
CORRECTS = ("orders.correct_order", "orders.view_order")


# --- Looking -------------------------------------------------------------------------


def test_items_stand_by_reason_oldest_first(office, doubts, careful):
    shop.place_orders(careful.channel, 2, [("NO-SUCH", 1)])

    answer = office.get(URL)

    assert groups(answer) == {"bad_address": 4, "unknown_sku": 2}
    [first, _other] = answer.context["board"].groups
    assert [row.item.subject_id for row in first.rows] == [o.pk for o in doubts]
    assert focus(answer) == item_of(doubts[0])
    page = answer.content.decode()
    assert "Address in doubt" in page
    assert "<del>D-10969</del>" in page
    assert "<ins>10969</ins>" in page
    assert page.count("Accept suggestion</button>") == 3  # the hopeless has none
    assert f"Order {doubts[0].number}: " in page
    assert "Eve" in page


def test_nobody_is_told_of_what_is_not_theirs(client, world):
    """A packer hears nothing of refunds: neither the number nor the amount."""
    person(client, "pat", "core.change_workitem", SEES_PARCELS)
    items = [
        WorkItem(kind=kind, subject_type=subject, subject_id=1, title=title)
        for kind, subject, title in (
            ("refund_approval", "refund", "Refund of 212.80 EUR"),
            ("parcel_silent", "shipment", "Parcel silent"),
        )
    ]
    workitems.open_items(items, at=timezone.now())

    assert groups(client.get(URL)) == {"parcel_silent": 1}
    for url in ("/admin/", "/admin/core/workitem/"):
        page = client.get(url).content.decode()
        assert "Parcel" in page
        assert "Refund" not in page


def test_an_empty_queue_says_so(office, world):
    assert "Nothing waits for a person" in office.get(URL).content.decode()


def test_the_page_is_small_and_asks_little(client, careful, statements):
    lead = person(client, "lead", "core.change_workitem", *CORRECTS)
    client.get(URL)  # what is kept in memory after the first request
    shop.place_orders(careful.channel, 2, ship_to=to("D-10969"))
    shop.place_orders(careful.channel, 2, [("MUG", 1)])
    few = statements(client.get, URL)[1]
    shop.place_orders(careful.channel, 130, ship_to=to("D-10969"))
    shop.place_orders(careful.channel, 40, [("NO-SUCH", 1)])
    shop.place_orders(careful.channel, 30, [("MUG", 1)])
    WorkItem.objects.filter(kind="unknown_sku").update(owner=lead)

    answer, many = statements(client.get, URL)
    chosen, of_one = statements(client.get, URL, {"kind": "bad_address"})

    assert groups(answer) == {
        "bad_address": 132,
        "unknown_sku": 40,
        "price_differs": 32,
    }
    assert (few, many, of_one) == (many, many, many)
    assert many <= 12, statements.last
    assert len(answer.content) < 100_000
    assert len(chosen.content) < 100_000
    assert "Show 127 more" in answer.content.decode()
    assert "82 more come after these" in chosen.content.decode()


@pytest.mark.parametrize(
    "query",
    [
        {"view": "nonsense"},
        {"kind": "nonsense\x00"},
        {"place": "x", "item": "-3"},
        {"place": "9" * 30, "item": "9" * 30},
        {"item": "999999"},
        {"kind": "bad_address", "item": "١"},
    ],
)
def test_a_bad_address_of_the_page_shows_everything(office, doubts, query):
    answer = office.get(URL, query)

    assert answer.status_code == 200
    assert focus(answer) == item_of(doubts[0])


def test_tabs_and_places(office, admin_user, doubts, world):
    mine, nobodys, rests, _last = map(item_of, doubts)
    workitems.assign_items([mine.pk], admin_user, actor="test")
    tomorrow = timezone.now() + timedelta(days=1)
    workitems.snooze_items([rests.pk], tomorrow, actor="test")

    assert office.get(URL).context["board"].tabs == {
        "all": 3,
        "mine": 1,
        "nobody": 2,
        "snoozed": 1,
    }
    assert focus(office.get(URL, {"view": "mine"})) == mine
    assert focus(office.get(URL, {"view": "nobody"})) == nobodys
    assert focus(office.get(URL, {"view": "snoozed"})) == rests
    assert groups(office.get(URL, {"place": world.ber.pk})) == {}


def test_a_person_of_a_place_sees_what_concerns_it(client, world):
    walter = person(client, "wanda", "core.change_workitem", SEES_PARCELS)
    world.nyc.staff.add(walter)
    [here] = shop.place_orders(world.channel)
    shop.advance([here], to="shipped")
    [parcel] = shop.parcels_of([here])
    items = [
        WorkItem(kind="parcel_silent", subject_type="shipment", subject_id=pk, title=t)
        for pk, t in ((parcel.pk, "There"), (parcel.pk + 1, "Nowhere"))
    ]
    workitems.open_items(items, at=timezone.now())
    item = WorkItem.objects.get(title="There")
    place = parcel.fulfillment_order.location

    assert groups(client.get(URL)) == {}
    assert press(client, one=f"asked:{item.pk}").status_code == 404
    place.staff.add(walter)
    assert groups(client.get(URL)) == {"parcel_silent": 1}
    assert groups(client.get(URL, {"place": place.pk})) == {"parcel_silent": 1}


# --- One at a time -------------------------------------------------------------------


def test_one_is_mended_and_the_next_opens(office, doubts):
    answer = press(office, one=f"suggestion:{item_of(doubts[0]).pk}", pick="")

    assert "Accept suggestion: 1 done." in said(answer)
    assert item_of(doubts[0]).status == "resolved"
    assert Order.objects.get(pk=doubts[0].pk).ship_to_postal_code == "10969"
    assert focus(answer) == item_of(doubts[1])


def test_what_cannot_be_done_stays_open_and_says_why(office, doubts):
    hopeless = item_of(doubts[3])

    answer = press(office, one=f"suggestion:{hopeless.pk}")

    assert "There is no suggestion" in said(answer)
    assert focus(answer) == hopeless


def test_a_fix_that_asks_takes_what_was_typed(office, doubts):
    hopeless = item_of(doubts[3])
    sent = {"accept-reason": "A very old village", "one": f"accept:{hopeless.pk}"}

    answer = press(office, **sent)

    assert "1 done" in said(answer)
    event = Event.objects.get(action="order.finding_accepted")
    assert event.data["reason"] == "A very old village"
    assert event.actor == "user:admin"


@pytest.mark.parametrize("reason", ["", "x" * 201])
def test_a_bad_value_changes_nothing(office, doubts, reason):
    hopeless = item_of(doubts[3])
    sent = {"accept-reason": reason, "one": f"accept:{hopeless.pk}"}

    answer = press(office, **sent)

    assert item_of(doubts[3]).status == "open"
    assert re.search("required|at most 200", said(answer))


def test_the_second_of_two_is_told_who_did_it(office, doubts):
    seen = timezone.now()
    accept_findings(
        {doubts[0].pk: ["bad_address"]}, reason="called her", actor="user:anna"
    )

    answer = press(office, seen, one=f"suggestion:{item_of(doubts[0]).pk}")

    assert "anna: finding accepted" in said(answer)
    assert Order.objects.get(pk=doubts[0].pk).ship_to_postal_code == "D-10969"


def test_a_double_click_has_one_effect(office, doubts):
    pk = item_of(doubts[0]).pk

    press(office, one=f"suggestion:{pk}")
    again = press(office, one=f"suggestion:{pk}")

    assert "admin: address corrected" in said(again)
    assert Event.objects.filter(action="order.address_corrected").count() == 1


def test_an_item_that_changed_since_is_left_alone(office, doubts):
    seen, item = timezone.now(), item_of(doubts[0])
    workitems.assign_items([item.pk], None, actor="test")  # nothing changes
    WorkItem.objects.filter(pk=item.pk).update(updated_at=timezone.now())

    answer = press(office, seen, one=f"suggestion:{item.pk}")

    assert item_of(doubts[0]).status == "open"
    assert f"Order {doubts[0].number}" in said(answer)
