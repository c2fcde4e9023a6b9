"""Doing something to many orders: the preview, the deed, the result of each."""

import pytest
from django.test import Client
from django.urls import reverse

from oms.core.lists import additions
from oms.core.models import Event, Job, JobRow, User
from orders.models import Order
from tests import shop
from tests.admin.bulk import BULK, cancel, do, ticked, worker
from tests.admin.order_list import LIST, hold, rows, said

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(admin_client):
    admin_client.get(LIST)
    return admin_client


@pytest.fixture
def fifty(world):
    """50 orders of which two are at the door."""
    orders = shop.place_orders(world.channel, 50)
    shop.advance(orders[:2], to="shipped")
    return orders


def test_what_cannot_stands_there_first_with_its_reason(office, fifty):
    before = Event.objects.count()

    answer = cancel(office, ticked(fifty))

    page = answer.content.decode()
    refused = [order.number for order, _why in answer.context["refused"]]
    assert refused == [order.number for order in fifty[:2]]
    assert (answer.context["fine_number"], answer.context["refused_number"]) == (48, 2)
    assert page.index("2 cannot") < page.index("48 will change")
    assert f"Order {fifty[0].number}: cannot cancel: " in page
    assert Event.objects.count() == before
    assert not Order.objects.filter(status="cancelled").exists()
    assert not Job.objects.exists()


def test_48_change_and_two_stay_as_they_are(office, fifty):
    seen = cancel(office, ticked(fifty)).context

    answer = do(
        office, "orders.cancel", ticked(fifty), reason="recall", token=seen["token"]
    )

    job = Job.objects.get()
    assert answer.url == reverse("admin:core_job_change", args=[job.pk])
    assert (job.done_count, job.refused_count) == (48, 2)
    cancelled = Order.objects.filter(status="cancelled")
    assert cancelled.count() == 48
    assert not {each.pk for each in fifty[:2]} & {each.pk for each in cancelled}
    assert Event.objects.filter(action="order.cancelled").count() == 48
    page = office.get(answer.url)
    assert "2 refused" in page.content.decode()
    assert [row["status"] for row in page.context["rows"]][:3] == [
        "Refused",
        "Refused",
        "Done",
    ]


def test_the_refused_are_a_search_and_can_be_tried_again(office, fifty):
    do(office, "orders.cancel", ticked(fifty), reason="recall")
    job = Job.objects.get()
    page = office.get(reverse("admin:core_job_change", args=[job.pk]))

    found = office.get(page.context["refused_url"])
    again = office.post(page.context["again_url"])
    office.post(page.context["again_url"])

    assert set(rows(found)) == {order.number for order in fifty[:2]}
    second = Job.objects.latest("pk")
    assert again.url == reverse("admin:core_job_change", args=[second.pk])
    assert (Job.objects.count(), second.total, second.refused_count) == (2, 2, 2)


def test_all_done_leads_back_to_the_same_list(office, world):
    orders = shop.place_orders(world.channel, 3)

    chosen = ticked(orders) | {"query": "queue=to-release"}
    answer = do(office, "fulfillment.release", chosen)

    assert answer.url == f"{LIST}?queue=to-release"
    assert "Release to the floor: 3 orders: done." in said(office.get(answer.url))


def test_who_came_from_a_view_goes_back_to_it(office, world):
    orders = shop.place_orders(world.channel, 2)
    page = office.get(LIST, {"q": "late", "view": "7", "p": "1"})
    query = page.context["query"]

    answer = do(office, "orders.tag", ticked(orders), query=query, add="VIP")

    assert query == "q=late&view=7"
    assert answer.url == f"{LIST}?q=late&view=7"
    everything = {"all": "1", "query": "view=7"}
    assert len(cancel(office, everything).context["chosen"].subjects) == 2


def test_a_form_sent_twice_has_one_effect(office, world):
    orders = shop.place_orders(world.channel, 2)
    token = cancel(office, ticked(orders)).context["token"]

    first = do(office, "orders.cancel", ticked(orders), reason="x", token=token)
    second = do(office, "orders.cancel", ticked(orders), reason="x", token=token)

    assert first.url == second.url
    assert Job.objects.count() == 1
    assert JobRow.objects.filter(status="done").count() == 2


def test_all_that_match_are_taken_and_none_that_came_later(office, world):
    shop.place_orders(world.channel, 60)
    [other] = shop.place_orders(world.channel, lines=[("POSTER", 1)])
    chosen = {"all": "1", "query": "queue=to-release"}
    seen = cancel(office, chosen).context["chosen"]
    [late] = shop.place_orders(world.channel)

    do(office, "orders.cancel", chosen, reason="recall", newest=seen.newest)

    assert len(seen.subjects) == 60
    assert Order.objects.filter(status="cancelled").count() == 60
    left = Order.objects.exclude(status="cancelled")
    assert set(left.values_list("pk", flat=True)) == {other.pk, late.pk}


def test_what_is_all_is_what_the_list_shows(office, world):
    orders = shop.place_orders(world.channel, 3)
    hold(orders[0])
    shop.advance(orders[1:2], to="shipped")
    queries = [
        "",
        "queue=on-hold",
        "queue=nonsense",
        "q=Erika",
        "phase__exact=shipped",
        "status__exact=confirmed&payment_status__exact=paid",
        f"channel__id__exact={world.channel.pk}&p=1",
        "q=status:confirmed&queue=to-release",
        "placed_at__gte=2026-01-01T00:00Z",
        "phase__exact=shipped&phase__exact=on_hold",
    ]

    for query in queries:
        listed = rows(office.get(f"{LIST}?{query}"))
        taken = cancel(office, {"all": "1", "query": query}).context["chosen"]
        assert sorted(taken.subjects.values()) == sorted(listed), query


# --- Who may, and what makes no sense -------------------------------------------------


def test_only_what_a_person_may_do_is_offered_and_done(world):
    orders = shop.place_orders(world.channel, 2)
    anna = worker(world, "orders.place_hold")

    bar = anna.get(LIST).content.decode()

    assert 'value="orders.hold"' in bar
    assert 'value="orders.cancel"' not in bar
    assert cancel(anna, ticked(orders)).status_code == 403
    assert do(anna, "orders.cancel", ticked(orders), reason="x").status_code == 403
    assert not Job.objects.exists()


@pytest.mark.parametrize("name", sorted(additions(Order).bulk_actions))
def test_each_action_has_its_permission(world, name):
    [order] = shop.place_orders(world.channel)
    action = additions(Order).bulk_actions[name]
    sent = {"action": name} | ticked([order])

    assert worker(world, "orders.view_order").post(BULK, sent).status_code == 403
    User.objects.all().delete()
    assert worker(world, action.kind.permission).post(BULK, sent).status_code == 200
    assert not Event.objects.filter(actor="user:bulk").exists()


def test_who_may_do_nothing_sees_no_boxes(world):
    shop.place_orders(world.channel)

    page = worker(world).get(LIST).content.decode()

    assert "action-select" not in page
    assert 'class="bulk' not in page


def test_reading_changes_nothing(office, fifty):
    assert office.get(BULK).status_code == 405
    assert Client().post(BULK, ticked(fifty)).status_code == 302


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"action": "orders.cancel"}, "Tick orders first"),
        ({"action": "orders.cancel", "_selected_action": "x"}, "No order is there"),
        ({"action": "orders.cancel", "_selected_action": "9" * 30}, "No order is"),
        ({"action": "nonsense", "_selected_action": "1"}, "Choose what to do"),
        ({"_selected_action": "1"}, "Choose what to do"),
        ({"action": "orders.cancel", "all": "1", "query": "q=colour:red"}, "“colour:”"),
        (
            {"action": "orders.cancel", "all": "1", "query": "nonsense=1"},
            "cannot be filtered by “nonsense”",
        ),
        (
            {"action": "orders.cancel", "all": "1", "query": "placed_at__gte=soon"},
            "cannot be filtered by “placed_at__gte”",
        ),
        (
            {"action": "orders.cancel", "all": "1", "query": "customer__email=a@b.c"},
            "cannot be filtered by “customer__email”",
        ),
    ],
)
def test_what_makes_no_sense_is_said_on_the_list(office, world, sent, sentence):
    shop.place_orders(world.channel)

    answer = office.post(BULK, sent | {"step": "do", "reason": "x"})

    assert answer.status_code == 302
    assert sentence in said(office.get(LIST))
    assert not Job.objects.exists()


def test_too_many_are_refused(office, world, monkeypatch):
    monkeypatch.setattr("oms.core.jobs.MOST", 2)
    orders = shop.place_orders(world.channel, 3)

    do(office, "orders.cancel", ticked(orders), reason="x")

    assert "More than 2 orders at once" in said(office.get(LIST))


def test_a_preview_of_many_says_that_it_is_of_a_part(office, world, monkeypatch):
    monkeypatch.setattr("orders.admin.bulk.TRIED", 2)
    orders = shop.place_orders(world.channel, 5)

    answer = cancel(office, ticked(orders))

    page = answer.content.decode()
    assert answer.context["fine_number"] == 2
    assert "2 of the 5 were tried" in page


def test_the_preview_takes_as_many_statements_for_50(office, world, statements):
    def preview(orders):
        return cancel(office, ticked(orders))

    preview(shop.place_orders(world.channel))
    counts = statements.by_size(
        lambda n: shop.place_orders(world.channel, n), preview, sizes=(1, 50)
    )

    assert counts[1] == counts[50]


def test_what_cannot_be_tried_is_said_and_no_error_page(office, world, monkeypatch):
    orders = shop.place_orders(world.channel, 2)
    monkeypatch.setattr("orders.admin.actions.cancel_orders", None)

    answer = cancel(office, ticked(orders))

    assert answer.status_code == 200
    assert "It could not be tried beforehand" in answer.content.decode()
