"""Who may work at the returns desk, where, and what a page costs."""

from functools import partial

import pytest
from django.urls import reverse

from returns.services import requesting
from tests.admin.returns_table import ReturnsDesk, asked, label, log_in
from tests.returns import desk as returns


@pytest.fixture
def clerk_of(client, world):
    label(world)
    return partial(log_in, client, world)


@pytest.fixture
def clerk(clerk_of):
    return clerk_of("receive_return", "request_return")


@pytest.fixture
def table(clerk):
    return ReturnsDesk(clerk)


def test_the_place_is_chosen_once(office, world):
    url = reverse("admin:returns_desk")
    page = office.get(url).content.decode()
    assert "Where do you take returns in?" in page
    assert 'id="scan"' not in page

    assert office.post(url, {"place": world.nyc.pk}).status_code == 302
    table = ReturnsDesk(office)
    ret = asked(world)
    table.send(ret.number)
    table.send("SHIRT")
    assert returns.items(ret)[0].location == world.nyc

    office.post(url, {"place": "0"})
    office.post(url, {"place": "x"})
    assert "NYC" in office.get(url).content.decode()


def test_a_return_expected_elsewhere_is_not_touched(table, world):
    order = returns.sent(world, [("SHIRT", 1)])
    line = order.lines.get()
    wish = requesting.NewReturn(order.pk, {line.pk: 1}, location_id=world.nyc.pk)
    ret = requesting.request_returns([wish], actor="test").one()

    assert table.send(ret.number) == "Not here"
    table.open(ret.number)
    assert "box" not in table.form
    table.form = {"box": ret.number, "after": "0"}
    table.send("SHIRT")
    ret.refresh_from_db()
    assert ret.status == "requested"


def test_who_may_approve_does_it_at_the_table(clerk_of, world):
    table = ReturnsDesk(clerk_of("receive_return", "approve_return"))
    order = returns.sent(world, [("SHIRT", 1)])
    wish = requesting.NewReturn(order.pk, {order.lines.get().pk: 1})
    ret = requesting.request_returns([wish], actor="test").one()

    assert table.send(ret.number) == "Not approved yet"
    assert table.send(approve="1") == "Scan an item"
    assert table.send(approve="1") == "Scan an item"
    ret.refresh_from_db()
    assert ret.status == "approved"


def test_who_may_not_approve_cannot(clerk, table, world):
    order = returns.sent(world, [("SHIRT", 1)])
    wish = requesting.NewReturn(order.pk, {order.lines.get().pk: 1})
    ret = requesting.request_returns([wish], actor="test").one()

    table.send(ret.number)
    assert 'data-key="a"' not in table.html
    answer = clerk.post(table.url, table.form | {"approve": "1"})
    assert answer.status_code == 403


def test_who_may_not_receive_sees_no_desk(clerk_of):
    browser = clerk_of("view_return", "request_return")
    url = reverse("admin:returns_desk")

    assert browser.get(url).status_code == 403
    assert browser.post(url, {"code": "R1"}).status_code == 403


def test_other_methods_are_refused(clerk):
    url = reverse("admin:returns_desk")

    assert [clerk.put(url).status_code, clerk.delete(url).status_code] == [405, 405]


def test_a_page_takes_few_statements(table, world, statements):
    counts = []
    for pieces in (2, 2, 12):  # the first makes the stock level
        ret = asked(world, {"SHIRT": pieces}, [("SHIRT", pieces)])
        table.open()
        table.send(ret.number)
        scan = statements(table.send, "SHIRT")[1]
        key = statements(table.press, 1)[1]
        look = statements(table.open, ret.number)[1]
        counts.append((scan, key, look, statements(table.send, "")[1]))

    assert counts[1] == counts[2], counts
    assert counts[1][2] <= 12, counts
