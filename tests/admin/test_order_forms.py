"""The forms of the order page: cancelling, returns, notes, tags, moving, holds."""

import pytest

from oms.core.models import Event
from orders.models import Hold, Order
from orders.services import holds, notes
from returns.models import Return
from tests import shop
from tests.admin.order_page import page, seen_on, shown

pytestmark = pytest.mark.django_db


@pytest.fixture
def order(world):
    [order] = shop.place_orders(world.channel, lines=[("SHIRT", 2), ("MUG", 1)])
    return order


def events(order, action: str) -> int:
    return Event.objects.filter(root_id=order.pk, action=action).count()


def test_an_order_is_cancelled_with_a_reason(office, order):
    url = page("cancel", order.pk)
    facts = {"seen": seen_on(office.get(url).content.decode())}

    refused = office.post(url, facts | {"reason": " "})
    assert refused.status_code == 200
    office.post(url, facts | {"reason": "found cheaper"})

    order.refresh_from_db()
    assert order.status == "cancelled"
    event = Event.objects.get(action="order.cancelled")
    assert (event.actor, event.data["reason"]) == ("user:admin", "found cheaper")


def test_where_picking_has_begun_it_takes_force(office, order):
    shop.advance([order], to="picking")
    url = page("cancel", order.pk)

    refused = office.post(url, {"reason": "mind"})
    office.post(url, {"reason": "mind", "force": "on"})

    assert refused.status_code == 200
    order.refresh_from_db()
    assert order.status == "cancelled"


def test_pieces_are_cancelled(office, order):
    line = order.lines.get(sku="SHIRT")
    url = page("cancel_pieces", order.pk)

    empty = office.post(url, {"reason": "mind"})
    many = office.post(url, {"reason": "mind", f"line_{line.pk}": "3"})
    office.post(url, {"reason": "mind", f"line_{line.pk}": "1"})

    assert "how many pieces of at least one line" in empty.content.decode()
    assert "less than or equal to 2" in many.content.decode()
    line.refresh_from_db()
    assert (line.quantity, line.cancelled_quantity) == (2, 1)


def test_a_return_is_opened_from_the_order(office, world, order):
    shop.advance([order], to="delivered")
    line = order.lines.get(sku="SHIRT")
    url = page("return", order.pk)
    assert "of 2" in office.get(url).content.decode()

    facts = {f"line_{line.pk}": "1", "reason": "damaged", "location": world.ber.pk}
    answer = office.post(url, facts, follow=True)

    ret = Return.objects.get()
    assert (ret.order, ret.reason, ret.location) == (order, "damaged", world.ber)
    assert ret.lines.get().authorized_quantity == 1
    assert "The return is open." in answer.content.decode()
    assert ret.number in answer.content.decode()


def test_a_return_needs_its_permission(client, world, order):
    client.force_login(world.anna)

    assert client.get(page("return", order.pk)).status_code == 403
    assert client.get(page("cancel", order.pk)).status_code == 403
    assert client.get(page("cancel_pieces", order.pk)).status_code == 403
    assert client.post(page("note", order.pk), {"note": "x"}).status_code == 403
    assert client.post(page("annotate", order.pk), {}).status_code == 403


def test_a_note_is_added_and_shown(office, order):
    answer = office.post(page("note", order.pk), {"note": "Call her."}, follow=True)

    html = answer.content.decode()
    assert '<p class="note">Call her.</p>' in html
    assert events(order, "order.noted") == 1


def test_an_empty_note_is_refused(office, order):
    answer = office.post(page("note", order.pk), {"note": " "}, follow=True)

    assert "write a note of 1 to 2000 characters" in answer.content.decode()
    assert events(order, "order.noted") == 0


def test_tags_gift_and_priority_are_saved(office, order):
    facts = {"seen": seen_on(shown(office, order)), "tags": "VIP, trade fair"}
    facts |= {"priority": "3", "is_gift": "on", "gift_message": "Dear Ann"}

    html = office.post(page("annotate", order.pk), facts, follow=True).content.decode()

    order.refresh_from_db()
    assert order.tags == ["VIP", "trade fair"]
    assert (order.priority, order.is_gift, order.gift_message) == (3, True, "Dear Ann")
    assert '<span class="tag">VIP</span>' in html
    assert "Priority 3" in html

    facts = {"seen": seen_on(html), "tags": "VIP", "priority": "3"}
    office.post(page("annotate", order.pk), facts)

    order.refresh_from_db()
    assert (order.tags, order.is_gift, order.gift_message) == (["VIP"], False, "")


@pytest.mark.parametrize(
    ("facts", "text"),
    [
        ({"priority": "high"}, "Priority: Enter a whole number."),
        ({"priority": ""}, "Priority: This field is required."),
        ({"priority": "1", "tags": "x" * 40}, "1 to 32 characters"),
        ({"priority": "40000"}, "Priority: "),
    ],
)
def test_bad_marks_are_refused(office, order, facts, text):
    before = Order.objects.values().get(pk=order.pk)
    facts["seen"] = seen_on(shown(office, order))

    answer = office.post(page("annotate", order.pk), facts, follow=True)

    assert text in answer.content.decode()
    assert Order.objects.values().get(pk=order.pk) == before


def test_a_part_is_moved_and_the_order_is_shown_again(office, world, order):
    [work] = shop.works_of([order])
    html = shown(office, order)
    url = f"/admin/fulfillment/fulfillmentorder/{work.pk}/tool/move/"
    link = f"{url}?seen={seen_on(html)}"
    assert link in html

    facts = {"location": world.nyc.pk, "reason": "nearer", "seen": seen_on(html)}
    moved = office.post(link, facts)
    again = office.post(link, facts)

    assert moved.url == page("change", order.pk)
    assert again.status_code in (404, 409)
    assert shop.works_of([order])[0].location == world.nyc


def test_a_stale_tool_is_told_so(office, world, order):
    [work] = shop.works_of([order])
    token = seen_on(shown(office, order))
    notes.add_notes({order.pk: "do not move it!"}, actor="user:anna")

    url = f"/admin/fulfillment/fulfillmentorder/{work.pk}/tool/move/?seen={token}"
    facts = {"location": world.nyc.pk, "reason": "nearer", "seen": token}
    answer = office.post(url, facts)

    assert answer.status_code == 409
    assert "do not move it!" in answer.content.decode()
    assert shop.works_of([order])[0].location == world.ber


def test_a_hold_is_released_from_the_order(office, order):
    new = holds.NewHold(order.pk, "other", ["ship"], "user:anna", "look")
    hold = holds.place_holds([new], actor="user:anna").one()
    html = shown(office, order)
    link = f"/admin/orders/hold/{hold.pk}/release/?seen={seen_on(html)}"
    assert link in html

    office.post(link, {"note": "called", "seen": seen_on(html)})
    again = office.post(link, {"note": "called", "seen": seen_on(html)})

    assert Hold.objects.get().released_by == "user:admin"
    assert again.status_code == 409


def test_each_of_several_parts_is_released_alone(office, world):
    [order] = shop.place_orders(world.channel, lines=[("SHIRT", 105)])
    first, second = shop.works_of([order])
    url = f"/admin/fulfillment/fulfillmentorder/{first.pk}/do/release/"
    html = shown(office, order)
    assert url in html

    answer = office.post(url, {"seen": seen_on(html)})

    assert answer.url == page("change", order.pk)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.status, second.status) == ("released", "assigned")
