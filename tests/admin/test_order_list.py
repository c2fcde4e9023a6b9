"""The list of orders: queues with counts, and the columns."""

import re

import pytest
from django.utils import timezone

from oms.core import workitems
from oms.core.models import WorkItem
from orders.queues import all_queues
from tests import shop
from tests.admin.order_list import LIST, due_in, hold, one_in_each_queue, rows, said

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(admin_client):
    admin_client.get(LIST)
    return admin_client


@pytest.fixture
def busy(world):
    return one_in_each_queue(world.channel)


def tabs(answer) -> dict[str, str]:
    return {tab["name"]: tab["number"] for tab in answer.context["tabs"]}


def test_the_count_on_each_tab_is_the_number_of_rows_behind_it(office, busy):
    counted = tabs(office.get(LIST))
    behind = {name: rows(office.get(LIST, {"queue": name})) for name in all_queues()}

    assert counted == {name: str(len(found)) for name, found in behind.items()}
    assert len(behind.pop("all")) == len(busy)
    assert behind == {
        "attention": [busy["attention"], busy["unpaid"]],
        "late": [busy["late"]],
        "to-release": [busy["late"]],
        "picking": [busy["picking"]],
        "to-ship": [busy["to-ship"]],
        "on-hold": [busy["held"]],
        "unpaid": [busy["unpaid"]],
        "stock": [busy["stock"]],
        "in-transit": [busy["in-transit"]],
        "returns": [busy["returns"]],
    }


def test_an_order_moves_from_tab_to_tab(office, world):
    orders = shop.place_orders(world.channel, 3)
    before = tabs(office.get(LIST))

    shop.advance(orders[:1], to="released")

    after = tabs(office.get(LIST))
    changed = {name: (before[name], after[name]) for name in after}
    changed = {name: each for name, each in changed.items() if each[0] != each[1]}
    assert changed == {"to-release": ("3", "2"), "picking": ("0", "1")}


def test_an_item_of_a_part_counts_and_a_snoozed_one_rests(office, world):
    [order] = shop.place_orders(world.channel)
    shop.advance([order], to="shipped")
    [parcel] = shop.parcels_of([order])
    item = WorkItem(
        kind="silent", subject_type="shipment", subject_id=parcel.pk, title="Silent"
    )
    workitems.open_items([item], at=timezone.now())

    assert rows(office.get(LIST, {"queue": "attention"})) == [order.number]
    WorkItem.objects.update(status=WorkItem.Status.SNOOZED)
    assert rows(office.get(LIST, {"queue": "attention"})) == []


def test_a_queue_that_nobody_knows_is_said_and_shows_all(office, busy):
    answer = office.get(LIST, {"queue": "nonsense"})

    assert "There is no queue “nonsense”" in said(answer)
    assert len(rows(answer)) == len(busy)


def test_queues_go_by_deadline_and_all_by_age(office, world):
    first, second, third = shop.place_orders(world.channel, 3)
    for order, hours in (first, 9), (second, 3), (third, 6):
        due_in(order, hours)

    queue = rows(office.get(LIST, {"queue": "to-release"}))
    everything = rows(office.get(LIST))

    assert queue == [second.number, third.number, first.number]
    assert everything == [third.number, second.number, first.number]


def test_no_more_is_counted_than_people_look_at(office, world, monkeypatch):
    monkeypatch.setattr("oms.core.counting.MOST", 2)
    shop.place_orders(world.channel, 3)

    answer = office.get(LIST)

    assert tabs(answer)["all"] == tabs(answer)["to-release"] == "2+"
    assert "2+ orders" in answer.content.decode()


def test_the_columns_answer_what_people_ask(office, world):
    lines = [("SHIRT", 2), ("MUG", 1)]
    [order] = shop.place_orders(world.channel, lines=lines)
    due_in(order, -26)
    hold(order)

    page = office.get(LIST).content.decode()
    cells = re.findall(r'<t[hd] class="field-(\w+)[^"]*">(.*?)</t[hd]>', page, re.S)
    text = {name: re.sub(r"<.*?>", "", cell).strip() for name, cell in cells}

    assert list(text) == [
        *("number", "placed", "buyer", "channel", "items", "total", "phase_badge"),
        *("payment_status", "location", "due", "held"),
    ]
    assert text["number"] == order.number
    assert text["placed"] == "0 min"
    assert text["buyer"] == "Erika Muster DE"
    assert text["items"] == "3"
    assert text["total"] == "30.00\N{NO-BREAK SPACE}EUR"
    assert text["phase_badge"] == "On hold"
    assert text["payment_status"] == "Paid"
    assert text["location"] == "BER · Assigned"
    assert text["due"] == "Late 26 h"
    assert text["held"] == "Other"


def test_one_order_takes_as_many_statements_as_fifty(office, world, statements):
    shop.place_orders(world.channel)
    queue = {"queue": "to-release"}
    office.get(LIST, queue)
    _answer, one = statements(office.get, LIST, queue)
    hold(*shop.place_orders(world.channel))
    shop.place_orders(world.channel, 49, lines=[("SHIRT", 1), ("MUG", 1)])

    answer, fifty = statements(office.get, LIST, queue)

    assert len(rows(answer)) == 50
    assert fifty == one <= 12
