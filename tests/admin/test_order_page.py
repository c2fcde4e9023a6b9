"""The order page: what it offers, and what it shows."""

import re
from decimal import Decimal

import pytest
from django.contrib.auth.models import Permission
from django.utils import timezone

from channels.models import Channel
from inventory.models import BundleComponent
from oms.core.models import Event, WorkItem
from oms.roles import sync
from orders.models import Order, RiskRule
from orders.services import annotating, notes, payments
from orders.services.holds import NewHold, place_holds
from returns.services import goodwill
from returns.services.requesting import NewReturn, request_returns
from tests import factories, shop
from tests.admin.order_page import buttons_of, do_url, page, seen_on, shown, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def order(world):
    [order] = shop.place_orders(world.channel, lines=[("SHIRT", 2), ("MUG", 1)])
    return order


def unpaid(world, **fields):
    channel = factories.ChannelFactory(code="later", payment="later")
    return shop.place_orders(channel, **fields)[0]


def test_what_one_would_expect_is_off_with_its_reason_and_a_way_out(office, world):
    [order] = shop.place_orders(world.channel, lines=[("SHIRT", 1), ("POSTER", 2)])
    shop.advance([order], to="shipped")

    html = shown(office, order)

    assert buttons_of(html)[-1] == "(Cancel order…)"
    assert "Cannot cancel: part of it has shipped" in words(html)
    assert f"{page('cancel_pieces', order.pk)}?seen=" in html
    assert "its address stays" in words(html)


def test_a_split_order_has_a_card_for_each_part(office, world):
    lines = [("SHIRT", 105)]
    [order] = shop.place_orders(world.channel, lines=lines)

    html = words(shown(office, order))

    works = shop.works_of([order])
    assert len(works) == 2
    pieces = [work.lines.get().quantity for work in works]
    assert sum(pieces) == 105
    for work, number in zip(works, pieces, strict=True):
        assert work.number in html
        assert f"{number} × " in html
    assert "Release 2 parts" in html


def test_bundles_are_marked_and_have_the_price(office, world):
    kit = factories.ProductFactory(sku="KIT", is_bundle=True, tracks_stock=False)
    for part in (world.shirt, world.mug):
        BundleComponent.objects.create(bundle=kit, component=part, quantity=2)
    [order] = shop.place_orders(world.channel, lines=[("KIT", 1, "30.00")])

    html = shown(office, order)

    assert html.count('<span class="tag">Bundle</span>') == 1
    assert html.count('<span class="muted">↳</span>') == 2
    assert "3 lines, 4 pieces" in words(html)


def test_only_what_the_person_may_do_is_offered(client, world, order):
    client.force_login(world.anna)
    assert client.get(page("change", order.pk)).status_code == 403
    sees = Permission.objects.filter(codename__in=["view_order", "place_hold"])
    world.anna.user_permissions.set(sees)

    html = shown(client, order)

    assert buttons_of(html) == ["Copy reply C", "Hold… 1"]
    assert "Note for the team" not in html
    assert page("annotate", order.pk) not in html


def test_links_lead_where_the_person_may_look(client, world, order):
    client.force_login(world.anna)
    sees = Permission.objects.filter(codename__in=["view_order", "view_product"])
    world.anna.user_permissions.set(sees)

    html = shown(client, order)

    main = html[html.index("<main") : html.index("</main>")]
    links = set(re.findall(r'href="(/admin/[^"?#]+)', main))
    assert links
    for link in links:
        assert client.get(link).status_code == 200, link


def test_work_of_another_place_is_not_released(client, world, order):
    names = ["view_order", "release_fulfillmentorder"]
    world.anna.user_permissions.set(Permission.objects.filter(codename__in=names))
    world.nyc.staff.add(world.anna)
    client.force_login(world.anna)
    html = shown(client, order)
    assert buttons_of(html) == ["Copy reply C"]

    token = {"seen": _newest(order)}
    client.post(do_url(order, "release"), token)

    assert {work.status for work in shop.works_of([order])} == {"assigned"}


def _newest(order) -> int:
    events = Event.objects.filter(root_type="order", root_id=order.pk)
    return events.order_by("pk").last().pk


def test_texts_of_others_are_escaped(office, world, order):
    bad = "<script>alert(1)</script>{{7*7}}"
    tags = annotating.Annotation(["<b>x</b>"], is_gift=True, gift_message=bad)
    annotating.annotate_orders({order.pk: tags}, actor="user:<i>")
    notes.add_notes({order.pk: bad}, actor="user:anna")
    Order.objects.filter(pk=order.pk).update(ship_to_name=bad, external_id=bad)
    order.lines.update(name=bad)

    html = shown(office, order)

    assert "<script>alert" not in html
    assert "<b>x</b>" not in html
    assert "user:<i>" not in html
    assert "{{7*7}}" in html


def test_the_timeline_is_newest_first_and_can_be_of_people_only(office, order):
    notes.add_notes({order.pk: "first\nline"}, actor="user:anna")
    notes.add_notes({order.pk: "second"}, actor="user:mia")

    everything = shown(office, order)
    people = shown(office, order, "?people=1")

    assert everything.index("second") < everything.index("first\nline")
    assert '<li class="person"><b>mia</b> Note' in everything
    assert "Order taken in" in everything
    assert "Order taken in" not in people
    assert "first\nline" in people
    assert "Today" in everything


def test_older_events_have_a_page(office, order):
    for number in range(60):
        notes.add_notes({order.pk: f"note {number}."}, actor="user:anna")

    newest = shown(office, order)
    older = shown(office, order, f"?before={_event('note 10.')}")

    assert "note 59." in newest
    assert "note 3." not in newest
    assert "note 3." in older
    assert "note 10." not in older


def _event(text: str) -> int:
    return Event.objects.get(action="order.noted", data__text=text).pk


@pytest.mark.parametrize("query", ["?before=x", "?lines=x", "?lines=99", "?before=1e9"])
def test_an_address_that_makes_no_sense_shows_the_page(office, order, query):
    assert "SHIRT" in shown(office, order, query)


def test_an_order_that_is_not_there(office):
    for key in ("999999", "x", "9" * 30):
        answer = office.get(f"/admin/orders/order/{key}/change/")
        assert answer.status_code == 302


def test_an_order_shows_what_it_owes_and_what_was_paid(office, world):
    order = unpaid(world, lines=[("SHIRT", 2)])
    received = payments.Received(order.pk, order.total_amount / 2, "bank 1")
    payments.record_payments([received], actor="user:anna")

    html = words(shown(office, order))

    assert "Total 20.00 EUR".replace(" ", "") in html.replace(" ", "").replace(
        "\xa0", ""
    )
    assert "Captured10.00" in html.replace(" ", "")


def many(world, lines: int):
    """An order with everything that a page shows."""
    wanted = [("SHIRT", 1) if n % 2 else ("MUG", 1) for n in range(lines)]
    [order] = shop.place_orders(world.channel, lines=wanted)
    return order


def test_the_fullest_page_of_a_colleague_is_within_the_budget(
    client, world, statements
):
    """Held, scored, shipped, partly back, refunded, with a work item and notes."""
    sync()
    support = factories.UserFactory(username="sue", groups=["support"])
    Channel.objects.update(risk_limit=500)
    RiskRule.objects.create(signal="first_order", points=60)
    [order] = shop.place_orders(world.channel, lines=[("SHIRT", 2), ("POSTER", 1)])
    shop.advance([order], to="delivered")
    line = order.lines.get(sku="SHIRT")
    [ret] = request_returns([NewReturn(order.pk, {line.pk: 1})], actor="t").done
    wish = goodwill.Goodwill(order.pk, Decimal("1.00"), "sorry")
    goodwill.refund_goodwill([wish], actor="t").one()
    new = NewHold(order.pk, "other", ["ship"], "user:anna", "x")
    place_holds([new], actor="user:anna").one()
    parcel = shop.parcels_of([order])[0]
    item = {"kind": "parcel_silent", "title": "silent", "opened_at": timezone.now()}
    WorkItem.objects.create(subject_type="shipment", subject_id=parcel.pk, **item)
    client.force_login(support)

    html, number = statements(shown, client, order)

    for text in (
        ret.number,
        "sorry",
        "60 / 500",
        "Release hold…",
        "Silent",
        'data-copy="T',
    ):
        assert text in html
    assert number <= 15


def test_the_page_asks_the_same_for_several_parts(client, world, statements):
    sync()
    client.force_login(
        factories.UserFactory(username="leo", groups=["operations lead"])
    )
    [one] = shop.place_orders(world.channel, lines=[("SHIRT", 2)])
    [two] = shop.place_orders(world.channel, lines=[("SHIRT", 105)])
    shown(client, one)

    few, number = (statements(shown, client, order)[1] for order in (one, two))

    assert number == few <= 15


def test_the_page_asks_the_same_for_ten_times_as_much(
    office, client, world, statements
):
    for place in (world.ber, world.nyc):
        shop.receive(place, {"SHIRT": 2000, "MUG": 2000})
    small, large = many(world, 2), many(world, 500)
    shop.advance([small, large], to="shipped")
    for number in range(20):
        notes.add_notes({large.pk: f"n{number}"}, actor="user:anna")
    shown(office, small)

    _html, few = statements(shown, office, small)
    html, number = statements(shown, office, large)

    assert number == few <= 15
    assert len(html.encode()) <= 100_000
    assert html.count('<td class="full">') == 100
    assert "?lines=5#lines" in html
    assert shown(office, large, "?lines=5").count('<td class="full">') == 100


def test_tools_that_are_no_next_action_are_offered_below(office, order):
    html = shown(office, order)

    assert f"{page('tool', order.pk, 'try')}?seen=" in html
    assert html.count(page("tool", order.pk, "goodwill")) == 1


def test_the_token_is_the_newest_event(office, order):
    assert seen_on(shown(office, order)) == str(_newest(order))
