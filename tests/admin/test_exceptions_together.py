"""The exceptions page: many items at a time, and who may do what."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from oms.core.models import Event, WorkItem
from orders.services.acceptance import accept_findings
from tests import factories, shop
from tests.admin.exception_desk import (
    ACT,
    URL,
    groups,
    item_of,
    person,
    press,
    said,
    to,
)

pytestmark = pytest.mark.django_db


# --- Many at a time ------------------------------------------------------------------


def test_a_group_is_mended_after_a_preview(office, doubts):
    preview = press(office, group="suggestion:bad_address")

    page = preview.content.decode()
    assert len(preview.context["able"]) == 3
    assert preview.context["refused_number"] == 1
    assert "There is no suggestion" in page
    assert WorkItem.objects.filter(status="open").count() == 4  # nothing is done yet
    assert not Event.objects.filter(action="order.address_corrected").exists()

    picks = re.findall(r'name="pick" value="(\d+)"', page)
    answer = press(office, confirm="suggestion:bad_address", pick=picks)

    assert "3 done" in said(answer)
    assert groups(answer) == {"bad_address": 1}
    assert Event.objects.filter(action="order.address_corrected").count() == 3


def test_ticked_rows_only(office, doubts):
    ticked = [item_of(order).pk for order in doubts[1:3]]

    preview = press(office, group="suggestion:bad_address", pick=ticked)

    assert [item.pk for item in preview.context["able"]] == ticked


def test_ticks_elsewhere_do_not_mean_all(office, doubts, careful):
    [other] = shop.place_orders(careful.channel, 1, [("NO-SUCH", 1)])
    tick = item_of(other, "unknown_sku").pk

    answer = press(office, group="suggestion:bad_address", pick=[tick])

    assert "Tick rows of this group" in said(answer)


def test_a_group_that_asks_shows_its_form(office, doubts):
    preview = press(office, group="accept:bad_address")
    picks = [item.pk for item in preview.context["able"]]
    assert len(picks) == 4

    sent = {"confirm": "accept:bad_address", "pick": picks}
    wrong = press(office, **sent, reason=" ")
    assert WorkItem.objects.filter(status="open").count() == 4
    assert "required" in wrong.content.decode()
    press(office, **sent, reason="All were asked")

    assert not WorkItem.objects.filter(status="open").exists()


def test_somebody_was_faster_with_one_of_a_group(office, doubts):
    seen = timezone.now()
    picks = [item_of(order).pk for order in doubts[:2]]
    accept_findings({doubts[0].pk: ["bad_address"]}, reason="ok", actor="user:anna")

    answer = press(office, seen, confirm="suggestion:bad_address", pick=picks)

    assert "1 done" in said(answer)
    assert "anna: finding accepted" in said(answer)


def test_a_group_takes_as_many_statements_for_ten(office, careful, statements):
    counts = {}
    for number in (1, 10):
        WorkItem.objects.all().delete()
        made = shop.place_orders(careful.channel, number, ship_to=to("D-10969"))
        sent = {
            "confirm": "suggestion:bad_address",
            "pick": [item_of(order).pk for order in made],
            "seen": timezone.now().isoformat(),
        }
        counts[number] = statements(office.post, ACT, sent)[1]

    assert counts[10] <= counts[1]


# --- Who and when --------------------------------------------------------------------


def test_items_are_taken_given_and_given_back(office, admin_user, world, doubts):
    world.anna.is_staff = True
    world.anna.save()
    picks = [item_of(order).pk for order in doubts[:2]]

    assert "2 taken" in said(press(office, take="", pick=picks))
    assert {item.owner for item in WorkItem.objects.filter(pk__in=picks)} == {
        admin_user
    }
    answer = press(office, assign="", owner=world.anna.pk, pick=picks)
    assert "2 given to anna" in said(answer)
    assert "4 given back" in said(press(office, assign=":bad_address", owner=""))
    assert not WorkItem.objects.exclude(owner=None).exists()


def test_a_group_is_snoozed_and_woken(office, doubts):
    answer = press(office, snooze="tomorrow:bad_address")

    assert "4 snoozed" in said(answer)
    assert answer.context["board"].tabs == {
        "all": 0,
        "mine": 0,
        "nobody": 0,
        "snoozed": 4,
    }
    assert "4 woken" in said(press(office, wake=":bad_address", view="snoozed"))
    assert groups(office.get(URL)) == {"bad_address": 4}


def test_an_hour_is_an_hour(office, doubts):
    press(office, snooze="hour", pick=item_of(doubts[0]).pk)

    rest = item_of(doubts[0]).snoozed_until - timezone.now()
    assert timedelta(minutes=59) < rest <= timedelta(hours=1)


def test_without_a_tick_or_a_button_nothing_is_done(office, doubts):
    assert "Tick rows first" in said(press(office, take=""))
    assert "Tick rows first" in said(press(office, pick=item_of(doubts[0]).pk))


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"one": "suggestion:0"},
        {"one": "nonsense"},
        {"one": ":"},
        {"group": "nonsense:bad_address"},
        {"group": "done:"},
        {"snooze": "never:bad_address"},
        {"snooze": ":bad_address"},
        {"assign": ":bad_address", "owner": "999999"},
        {"assign": ":bad_address", "owner": "x"},
    ],
)
def test_nonsense_is_not_found(office, doubts, sent):
    assert press(office, **sent).status_code in (404, 200)
    assert WorkItem.objects.filter(status="open", owner=None).count() == 4


@pytest.mark.parametrize("seen", ["", "yesterday", "2026-13-01T00:00:00", "2026-01-01"])
def test_a_page_that_does_not_say_when_it_was_made_changes_nothing(
    office, doubts, seen
):
    press(office, one=f"suggestion:{item_of(doubts[0]).pk}", seen=seen)

    assert item_of(doubts[0]).status == "open"


# --- Who may -------------------------------------------------------------------------


def test_looking_changes_nothing(office, doubts):
    assert office.get(ACT).status_code == 405
    assert office.put(URL).status_code == 405


def test_each_fix_needs_its_permission(client, doubts):
    person(client, "eyes")
    item = item_of(doubts[0])
    page = client.get(URL).content.decode()
    assert "Accept suggestion" not in page
    assert "Snooze:" not in page
    for sent in (
        {"one": f"suggestion:{item.pk}"},
        {"group": "suggestion:bad_address"},
        {"confirm": "suggestion:bad_address", "pick": item.pk},
        {"take": ":bad_address"},
        {"snooze": "hour:bad_address"},
        {"wake": ":bad_address"},
        {"assign": ":bad_address"},
    ):
        assert press(client, **sent).status_code in (403, 404), sent
    assert item_of(doubts[0]).updated_at == item.updated_at

    person(client, "hands", "orders.correct_order")
    assert "1 done" in said(press(client, one=f"suggestion:{item.pk}"))


def test_a_stranger_sees_nothing(client, doubts):
    client.force_login(factories.UserFactory(username="x", is_staff=True))

    assert client.get(URL).status_code == 403
    assert press(client, take=":bad_address").status_code == 403
