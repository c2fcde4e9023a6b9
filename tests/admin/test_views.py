"""Saved views of the list of orders."""

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.urls import reverse

from oms.core.models import SavedView
from orders.admin.views import name_of
from orders.models import Order
from tests import shop
from tests.admin.order_list import LIST, hold, rows, said
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

ADD = reverse("admin:orders_order_view_add")


@pytest.fixture
def office(admin_client):
    admin_client.get(LIST)
    return admin_client


@pytest.fixture
def three(world):
    orders = shop.place_orders(world.channel, 3)
    hold(orders[0])
    Order.objects.filter(pk=orders[0].pk).update(tags=["VIP"])
    return orders


def colleague(*permissions: str) -> Client:
    person = UserFactory(is_staff=True)
    for name in ("orders.view_order", *permissions):
        app, codename = name.split(".")
        found = Permission.objects.get(content_type__app_label=app, codename=codename)
        person.user_permissions.add(found)
    client = Client()
    client.force_login(person)
    return client


def save(client, query: str, name="Mine", **more):
    return client.post(ADD, {"name": name, "query": query} | more)


def change(client, view: SavedView, **more):
    view.refresh_from_db()
    where = reverse("admin:orders_order_view_change", args=[view.pk])
    return client.post(
        where, {"name": view.name, "seen": view.updated_at.isoformat()} | more
    )


def tabs(answer) -> dict:
    return {tab["label"]: tab["number"] for tab in answer.context["view_tabs"]}


def headings(answer) -> list[str]:
    return list(map(name_of, answer.context["cl"].list_display))


def test_a_view_is_a_tab_with_its_count(office, three):
    answer = save(office, "queue=on-hold&p=3&q=tag%3Avip")

    page = office.get(answer.url)

    assert tabs(page) == {"Mine": "1"}
    assert rows(page) == [three[0].number]
    assert SavedView.objects.get().query == "queue=on-hold&q=tag%3Avip"
    [current] = [tab for tab in page.context["view_tabs"] if tab["current"]]
    assert current["label"] == "Mine"
    assert not any(tab["current"] for tab in page.context["tabs"])


def test_others_see_shared_ones_only(office, three):
    save(office, "q=tag:vip", "Private")
    save(office, "q=late", "Shared", is_shared="on")

    assert tabs(office.get(LIST)) == {"Private": "1", "Shared": "0"}
    assert tabs(colleague().get(LIST)) == {"Shared": "0"}


def test_a_hidden_column_stays_hidden(office, three):
    answer = save(office, "", hidden_columns=["channel", "items"])

    page = office.get(answer.url)
    again = office.get(answer.url)

    assert headings(page) == headings(again)
    assert "channel" not in headings(page)
    assert "column-items" not in page.content.decode()
    assert "channel" in headings(office.get(LIST))


def test_a_view_is_renamed_and_takes_the_list_as_it_is(office, three):
    save(office, "q=tag:vip")
    view = SavedView.objects.get()

    change(office, view, name="Whales", query="queue=on-hold")
    view.refresh_from_db()
    assert (view.name, view.query) == ("Whales", "q=tag%3Avip")

    change(office, view, query="queue=on-hold", takes_query="on")
    view.refresh_from_db()
    assert (view.name, view.query) == ("Whales", "queue=on-hold")


def test_a_view_is_deleted_once(office, three):
    save(office, "")
    view = SavedView.objects.get()
    where = reverse("admin:orders_order_view_change", args=[view.pk])
    sent = {"step": "delete", "seen": view.updated_at.isoformat()}

    office.get(where)
    office.post(where, sent)
    office.post(where, sent)

    assert not SavedView.objects.exists()
    assert "gone already" in said(office.get(LIST))


def test_a_stale_page_overwrites_nothing(office, three):
    save(office, "")
    view = SavedView.objects.get()
    change(office, view, name="First")

    answer = change(office, view, name="Second", seen="2026-01-01T00:00:00+00:00")

    view.refresh_from_db()
    assert view.name == "First"
    assert "“First” was changed meanwhile" in said(office.get(answer.url))


def test_nobody_touches_the_views_of_others(office, three):
    save(office, "", "Private")
    private = SavedView.objects.get()
    save(office, "", "Shared", is_shared="on")
    shared = SavedView.objects.get(name="Shared")
    anna = colleague()

    change(anna, private, name="Stolen")
    answer = change(anna, shared, name="Stolen")

    assert answer.status_code == 403
    assert not SavedView.objects.filter(name="Stolen").exists()
    private_page = reverse("admin:orders_order_view_change", args=[private.pk])
    assert anna.get(private_page).status_code == 404
    assert "Change view" not in anna.get(f"{LIST}?view={shared.pk}").content.decode()


def test_sharing_needs_its_permission(three):
    save(colleague(), "", "Wish", is_shared="on")
    save(colleague("core.share_savedview"), "", "Ours", is_shared="on")

    shared = SavedView.objects.filter(owner=None)
    assert [view.name for view in shared] == ["Ours"]


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"name": " "}, "required"),
        ({"name": "x" * 41}, "at most 40"),
        ({"name": "Taken"}, "There is a view of this name"),
        ({"query": "q=colour:red"}, "no search word “colour:”"),
        ({"query": "nonsense=1"}, "cannot be filtered by “nonsense”"),
        ({"query": "q=" + "x" * 1000}, "at most 1000"),
        ({"hidden_columns": ["number"]}, "valid choice"),
    ],
)
def test_bad_views_are_not_kept(office, three, sent, sentence):
    save(office, "", "Taken")

    answer = office.post(ADD, {"name": "New", "query": ""} | sent)

    assert answer.status_code == 200
    assert sentence in answer.content.decode()
    assert SavedView.objects.count() == 1


def test_a_view_that_makes_no_sense_any_more_has_no_number(office, three, world):
    save(office, f"q=channel:{world.channel.code}", "Channel")
    world.channel.code = "other"
    world.channel.save()

    assert tabs(office.get(LIST)) == {"Channel": None}


def test_a_view_that_takes_long_to_count_has_no_number(office, world, monkeypatch):
    """What has an index is quick, however many orders there are."""
    shop.place_orders(world.channel, 300)
    save(office, "phase__exact=delivered", "Long")
    save(office, "q=tag:vip&queue=on-hold", "Quick")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE orders_order")
    monkeypatch.setattr("oms.core.counting.QUICK", 20)

    page = office.get(LIST)

    assert tabs(page) == {"Long": None, "Quick": "0"}
    assert page.context["tabs"][-1]["number"] == "300"


def test_a_view_of_a_name_has_no_number(office, three):
    save(office, "q=Erika")

    page = office.get(LIST)

    assert tabs(page) == {"Mine": None}
    assert len(rows(office.get(page.context["view_tabs"][0]["url"]))) == 3


def test_several_views_are_counted_by_one_statement(office, three, statements):
    _answer, without = statements(office.get, LIST)
    save(office, "q=tag:vip", "1")
    _answer, one = statements(office.get, LIST)
    for n in range(2, 9):
        save(office, "queue=on-hold&phase__exact=on_hold", str(n), is_shared="on")

    _answer, eight = statements(office.get, LIST)

    assert eight == one == without + 2 <= 12
    assert len(tabs(office.get(LIST))) == 8
