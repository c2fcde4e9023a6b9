"""What is done from the order page: once, by who may, on what was seen."""

from decimal import Decimal

import pytest
from django.contrib.auth.models import Permission

from oms.core.models import Event
from orders.models import PaymentRequest
from orders.services import annotating, payments
from returns.models import Refund
from tests import factories, shop
from tests.admin.order_page import do_url, page, seen_on, shown, words
from tests.concurrency.racing import errors, race
from tests.snapshot import tables

pytestmark = pytest.mark.django_db


@pytest.fixture
def order(world):
    [order] = shop.place_orders(world.channel, lines=[("SHIRT", 2), ("MUG", 1)])
    return order


def events(order, action: str) -> int:
    return Event.objects.filter(root_id=order.pk, action=action).count()


def written() -> dict:
    """All but the sessions that people begin."""
    return {name: rows for name, rows in tables().items() if name != "User"}


def press(client, order, name: str, token: str | None = None, **facts):
    token = token or seen_on(shown(client, order))
    return client.post(do_url(order, name), {"seen": token} | facts, follow=True)


def test_the_next_step_is_one_press(office, order):
    answer = press(office, order, "release")

    assert "The work is on the list of its location." in answer.content.decode()
    assert {work.status for work in shop.works_of([order])} == {"released"}
    event = Event.objects.get(action="fulfillmentorder.released")
    assert event.actor == "user:admin"


@pytest.mark.parametrize("name", ["release", "confirm", "route", "capture"])
def test_looking_at_an_action_does_nothing(office, order, name):
    before = tables()

    answer = office.get(do_url(order, name))

    assert answer.status_code == 405
    assert tables() == before


@pytest.mark.parametrize("where", ["note", "annotate"])
def test_looking_at_a_small_form_does_nothing(office, order, where):
    before = tables()

    assert office.get(page(where, order.pk)).status_code == 405
    assert tables() == before


def test_84_who_comes_second_is_told_what_changed(office, client, world, order):
    world.mia.is_superuser = True
    world.mia.save()
    seen_by_both = seen_on(shown(office, order))
    client.force_login(world.mia)
    press(client, order, "release", seen_by_both)
    before = written()

    url = f"{page('cancel', order.pk)}?seen={seen_by_both}"
    form = office.get(url).content.decode()
    answer = office.post(url, {"reason": "mind", "seen": seen_on(form)})

    text = words(answer.content.decode())
    assert answer.status_code == 409
    assert "has changed meanwhile" in text
    assert "Nothing was written. mia was quicker" in text
    assert "mia Work put on the location's list" in text
    assert page("change", order.pk) in answer.content.decode()
    assert written() == before
    order.refresh_from_db()
    assert order.status == "processing"


def test_84_what_somebody_typed_does_not_overwrite(office, order):
    old = seen_on(shown(office, order))
    changes = {order.pk: annotating.Annotation(["VIP"], priority=5)}
    annotating.annotate_orders(changes, actor="user:mia")

    facts = {"seen": old, "tags": "slow", "priority": "0"}
    answer = office.post(page("annotate", order.pk), facts)

    assert answer.status_code == 409
    assert "mia was quicker" in answer.content.decode()
    assert "<small>Tags</small><br>slow</p>" in answer.content.decode()
    assert "<small>Priority</small><br>0</p>" in answer.content.decode()
    order.refresh_from_db()
    assert (order.tags, order.priority) == (["VIP"], 5)


def test_84_what_somebody_chose_is_shown_in_words(office, order):
    old = seen_on(shown(office, order))
    change = {order.pk: annotating.Annotation(["VIP"])}
    annotating.annotate_orders(change, actor="user:mia")

    chosen = {"reason": "customer_request", "blocks": ["release", "ship"]}
    facts = chosen | {"until": "2030-05-06T07:08", "until_paid": "on", "seen": old}
    answer = office.post(page("hold", order.pk), facts)

    assert answer.status_code == 409
    assert answer.context["typed"] == [
        ("Reason", "Customer request"),
        ("Blocks", "Release, Ship"),
        ("Until", "Mon 6 May 2030 07:08"),
        ("Until it is paid", "Yes"),
    ]


def test_85_a_double_click_has_one_effect(office, order):
    token = seen_on(shown(office, order))

    press(office, order, "release", token)
    second = press(office, order, "release", token)

    assert second.status_code == 409
    assert "it was sent twice" in words(second.content.decode())
    assert events(order, "fulfillmentorder.released") == 1


def test_85_goodwill_is_given_once(office, order):
    url = page("tool", order.pk, "goodwill")
    facts = {"amount": "1.00", "reason": "sorry", "seen": seen_on(shown(office, order))}

    assert office.post(url, facts).status_code == 302
    assert office.post(url, facts).status_code == 409
    assert Refund.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_85_two_clicks_at_the_same_moment_have_one_effect(admin_user, world):
    from django.test import Client

    [order] = shop.place_orders(world.channel)
    clients = [Client(), Client()]
    for client in clients:
        client.force_login(admin_user)
    facts = {"seen": seen_on(shown(clients[0], order))}
    facts |= {"amount": "1.00", "reason": "sorry"}
    url = page("tool", order.pk, "goodwill")

    done = race([lambda c=client: c.post(url, facts).status_code for client in clients])

    assert errors(done) == []
    assert sorted(done) == [302, 409]
    assert Refund.objects.count() == 1


@pytest.mark.parametrize(
    ("where", "facts"),
    [
        ("change", {"status": "completed", "phase": "shipped"}),
        ("do/complete", {"status": "completed"}),
        ("do/start", {}),
        ("do/release-hold", {}),
    ],
)
def test_86_a_made_up_request_changes_nothing(office, order, where, facts):
    before = tables()
    facts["seen"] = seen_on(shown(office, order))

    answer = office.post(f"/admin/orders/order/{order.pk}/{where}/", facts)

    assert answer.status_code in (403, 404)
    assert tables() == before


def test_86_a_status_is_no_field_of_any_form(office, order):
    facts = {"seen": seen_on(shown(office, order)), "priority": "0"}
    facts |= {"status": "completed", "phase": "shipped", "payment_status": "refunded"}

    office.post(page("annotate", order.pk) + "?status=completed", facts)

    before = order.status, order.phase, order.payment_status
    order.refresh_from_db()
    assert (order.status, order.phase, order.payment_status) == before


@pytest.mark.parametrize("token", [None, "", "x", "0", "-1", "9" * 40, "1.5"])
def test_without_a_token_nothing_is_done(office, order, token):
    facts = {} if token is None else {"seen": token}

    answer = office.post(do_url(order, "release"), facts)

    assert answer.status_code == 409
    assert {work.status for work in shop.works_of([order])} == {"assigned"}


def test_what_makes_no_sense_is_said(office, world, order):
    shop.advance([order], to="released")

    answer = press(office, order, "release")

    text = "“Release to the floor” makes no sense now; nothing was changed."
    assert text in answer.content.decode()


def test_what_a_guard_refuses_is_said(office, world):
    [order] = shop.place_orders(world.channel, lines=[("NO-SUCH", 1)])

    answer = press(office, order, "confirm")

    assert "Cannot confirm" in answer.content.decode()
    order.refresh_from_db()
    assert order.status == "pending"


def test_a_mended_order_is_confirmed(office, world):
    [order] = shop.place_orders(world.channel, lines=[("LATER", 1)])
    product = factories.ProductFactory(sku="LATER", tracks_stock=False)
    order.lines.update(product=product)

    press(office, order, "confirm")

    order.refresh_from_db()
    assert order.status == "confirmed"


def test_money_is_captured_as_asked(office, world):
    channel = factories.ChannelFactory(code="later", payment="later")
    [order] = shop.place_orders(channel)
    wish = payments.Authorized(order.pk, Decimal("10.00"), "au_1", "manual")
    payments.record_authorizations([wish], actor="test")

    press(office, order, "capture")

    assert PaymentRequest.objects.get().kind == "capture"


@pytest.mark.parametrize(
    ("name", "permission"),
    [
        ("release", "release_fulfillmentorder"),
        ("confirm", "confirm_order"),
        ("capture", "capture_payment"),
        ("route", "route_fulfillmentorder"),
    ],
)
def test_each_action_asks_for_its_own_permission(
    client, world, order, name, permission
):
    sees = Permission.objects.get(codename="view_order")
    world.anna.user_permissions.set([sees])
    client.force_login(world.anna)
    token = seen_on_newest(order)
    assert client.post(do_url(order, name), {"seen": token}).status_code == 403

    world.anna.user_permissions.add(Permission.objects.get(codename=permission))

    assert client.post(do_url(order, name), {"seen": token}).status_code == 302


def seen_on_newest(order) -> int:
    found = Event.objects.filter(root_type="order", root_id=order.pk)
    return found.order_by("pk").last().pk


def test_pages_of_other_people_are_not_acted_on(client, order):
    assert client.post(do_url(order, "release"), {}).status_code == 302  # the door
    assert {work.status for work in shop.works_of([order])} == {"assigned"}


def test_actions_of_what_is_not_there(office):
    for name in ("release", "confirm"):
        url = page("do", 999_999_999, name)
        assert office.post(url, {"seen": "1"}).status_code == 404
