"""Today: every number leads to exactly the rows that it counts."""

from datetime import datetime, timedelta
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import Permission
from django.utils import timezone

from fulfillment.models import FulfillmentOrder
from inventory.models import StockLevel
from oms import roles
from orders.admin.today import orders_of_the_day
from orders.models import Order
from orders.services.holds import NewHold, place_holds
from returns.services import requesting
from tests import factories, shop

WAITING = {
    "Late": 2,
    "To release": 5,
    "Picking": 3,
    "To ship": 1,
    "On hold": 1,
    "Unpaid": 3,
    "Waiting for stock": 2,
    "Returns to do": 1,
    "Low stock": 1,
    "Background": 1,  # no worker runs here
}


@pytest.fixture
def busy(world):
    """A shop with something of everything that Today counts."""
    now = timezone.now()
    week_ago = {"placed_at": now - timedelta(days=7, seconds=1)}
    fresh = shop.place_orders(world.channel, 3)
    shop.place_orders(world.channel, 2, **week_ago)
    released, picking = (
        shop.place_orders(world.channel),
        shop.place_orders(world.channel, 2),
    )
    shop.advance(released, to="released")
    shop.advance(picking, to="picking")
    shop.advance(shop.place_orders(world.channel), to="packed")
    [held] = shop.place_orders(world.channel)
    hold = NewHold(held.pk, source="test", handle="x", reason="other", blocks=["ship"])
    place_holds([hold], actor="test").one()
    shop.place_orders(world.channel, 2, [("POSTER", 1)])
    shop.place_orders(factories.ChannelFactory(payment="later"), 3)
    shop.place_orders(world.channel, 1, [("NO-SUCH", 1)])
    [sent] = shop.place_orders(world.channel)
    shop.advance([sent], to="delivered")
    wish = requesting.NewReturn(sent.pk, {sent.lines.get().pk: 1})
    requesting.request_returns([wish], actor="test").one()
    StockLevel.objects.filter(location=world.store).update(safety_stock=10)
    late = [order.pk for order in [*fresh[:1], *released]]
    for due in (Order.objects, FulfillmentOrder.objects):
        due.update(ship_by=now + timedelta(hours=1))
    Order.objects.filter(pk__in=late).update(ship_by=now - timedelta(hours=1))
    FulfillmentOrder.objects.filter(order__in=late).update(
        ship_by=now - timedelta(hours=1)
    )
    return world


def today_of(client):
    return client.get("/admin/").context["today"]


def test_the_counters_of_a_busy_shop(office, busy):
    counters = today_of(office).counters

    assert {each.label: each.number for each in counters} == WAITING
    assert [each.label for each in counters] == list(WAITING)


def test_every_number_is_that_of_its_list(office, busy):
    said = today_of(office)
    cells = [c for board in said.boards for row in board.rows for c in row]
    numbers = [each for each in [*said.counters, *cells] if hasattr(each, "url")]
    assert len(numbers) > 15

    wrong = {
        each.url: (each.number, found)
        for each in numbers
        if (found := rows_behind(office, each.url)) != each.number
    }

    assert wrong == {}


def rows_behind(client, url) -> int:
    answer = client.get(url)
    assert answer.status_code == 200, url  # 302: the list does not know the filter
    if "board" in answer.context:  # of the exceptions: the group that was asked for
        asked, board = answer.context["asked"], answer.context["board"]
        return sum(g.number for g in board.groups if asked.kind in ("", g.kind))
    if "failed_number" in answer.context:
        return answer.context["wrong"]
    if "places" in answer.context:  # of stock: a row for each product
        return answer.context["page"].paginator.count
    return answer.context["cl"].queryset.count()


def test_the_day_stands_beside_the_same_day_a_week_ago(world):
    now = datetime(2026, 9, 25, 10, 42, tzinfo=ZoneInfo("Europe/Berlin"))
    placed = {now - timedelta(hours=1): 1, now - timedelta(hours=11): 1}
    placed |= {now - timedelta(days=7, hours=1): 2, now - timedelta(days=6.9): 3}
    for at, number in placed.items():
        shop.place_orders(world.channel, number, placed_at=at)

    [board] = orders_of_the_day(None, now).boards

    assert [(row[0], row[1].number.count()) for row in board.rows] == [
        ("Today so far", 1),  # the other one came before midnight
        ("A week ago by this time", 2),
        ("Friday 18 September, the whole day", 5),
    ]


def test_a_day_begins_at_midnight_whatever_the_clocks_did(world):
    winter = datetime(2026, 10, 27, 10, 42, tzinfo=ZoneInfo("Europe/Berlin"))

    [board] = orders_of_the_day(None, winter).boards

    today, then, _whole = (parse_qs(urlsplit(row[1].url).query) for row in board.rows)
    assert today["placed_at__gte"] == ["2026-10-27 00:00:00+01:00"]
    assert then["placed_at__gte"] == ["2026-10-20 00:00:00+02:00"]
    assert then["placed_at__lt"] == ["2026-10-20 10:42:00+02:00"]


def test_work_items_stand_by_reason(office, busy):
    [board] = [b for b in today_of(office).boards if b.title == "Exceptions by reason"]

    numbers = {row[0]: row[2].number for row in board.rows}
    assert numbers == {"Unknown SKU": 1, "Not paid": 3}


def test_today_asks_twelve_statements_however_much_there_is(
    client, office, busy, statements
):
    roles.sync()
    lead = factories.UserFactory(groups=["operations lead"])
    client.force_login(lead)
    client.get("/admin/")
    few = statements(client.get, "/admin/")[1]
    shop.place_orders(busy.channel, 20)
    shop.place_orders(busy.channel, 5, [("NO-SUCH", 1)])
    Order.objects.update(ship_by=timezone.now() - timedelta(hours=1))

    many = statements(client.get, "/admin/")[1]

    assert (few, many) == (12, 12)


def test_an_empty_shop_is_told_what_it_needs(office):
    steps = today_of(office).steps

    assert [step.label for step in steps if not step.done] == [
        "Add a location",
        "Add a product",
        "Connect a channel",
        "Bring in stock",
    ]
    assert {office.get(step.url).status_code for step in steps} == {200}


def test_a_step_that_is_done_says_so(office):
    factories.LocationFactory()

    done = [step.label for step in today_of(office).steps if step.done]

    assert done == ["Add a location"]


def test_the_list_of_steps_goes_when_all_are_done(office, world):
    assert today_of(office).steps == ()


def test_people_see_the_numbers_of_what_they_may_look_at(client, busy):
    permission = Permission.objects.get(codename="view_return")
    busy.anna.user_permissions.add(permission)
    client.force_login(busy.anna)

    said = today_of(client)

    assert [each.label for each in said.counters] == ["Returns to do"]
    assert said.boards == () == said.steps


def test_somebody_without_any_permission_is_told_so(client, busy):
    client.force_login(busy.anna)

    page = client.get("/admin/").content.decode()

    assert "Nothing here is yours to do" in page
