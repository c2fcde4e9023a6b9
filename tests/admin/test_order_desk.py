"""What staff do on the order page: hold, release, correct, accept, map."""

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from channels.models import Channel, Listing
from oms.core.models import WorkItem
from orders.models import Hold, Order, RiskRule
from orders.services.holds import NewHold, place_holds
from tests import shop

pytestmark = pytest.mark.django_db


def page(name, *args):
    return reverse(f"admin:orders_{name}", args=args)


def shown(client, url):
    answer = client.get(url)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.fixture
def order(world):
    [order] = shop.place_orders(world.channel)
    return order


def hold_of(order, reason="other"):
    new = NewHold(order.pk, reason, ["ship"], "user:anna", "look")
    return place_holds([new], actor="user:anna").one()


def test_an_order_is_held_and_released_by_name(office, order):
    facts = {"reason": "customer_request", "blocks": ["ship"], "note": "call"}

    answer = office.post(page("order_hold", order.pk), facts, follow=True)

    text = answer.content.decode()
    assert "Customer request" in text
    hold = Hold.objects.get()
    assert (hold.placed_by, hold.blocks) == ("user:admin", ["ship"])
    assert "Release" in text

    office.post(page("hold_release", hold.pk), {"note": "called"})

    hold.refresh_from_db()
    assert (hold.released_by, hold.release_note) == ("user:admin", "called")


def test_a_refusal_stays_on_the_page(office, order):
    hold = hold_of(order, "high_risk_of_fraud")

    answer = office.post(page("hold_release", hold.pk), {"note": ""})

    assert answer.status_code == 200
    assert "Write why it is no fraud" in answer.content.decode()


def test_a_bad_form_is_no_hold(office, order):
    answer = office.post(page("order_hold", order.pk), {"reason": "x"})

    assert answer.status_code == 200
    assert not Hold.objects.exists()


def test_the_order_page_shows_the_risk_and_who_decided(office, world):
    RiskRule.objects.create(signal="first_order", points=60)
    Channel.objects.update(risk_limit=50)
    world.channel.refresh_from_db()
    [order] = shop.place_orders(world.channel)
    url = reverse("admin:orders_order_change", args=[order.pk])

    before = shown(office, url)
    hold = Hold.objects.get()
    office.post(page("hold_release", hold.pk), {"note": "known to us"})
    after = shown(office, url)

    assert "60 / 50" in before
    assert "60 points: the customer&#x27;s first order" in before
    assert "It waits for somebody to decide" in before
    assert "user:admin decided on" in after
    assert "known to us" in after


def test_an_address_is_corrected_side_by_side(office, world):
    Channel.objects.update(address_checked=True)
    world.channel.refresh_from_db()
    to = shop.IncomingAddress("Eve", "", "Weg 1", "", "Berlin", "", "D-10969", "DE")
    [order] = shop.place_orders(world.channel, ship_to=to)
    item = WorkItem.objects.get(subject_id=order.pk)
    url = page("order_address", order.pk)

    queue = shown(office, reverse("admin:core_workitem_change", args=[item.pk]))
    text = shown(office, url)
    assert "Correct the address: 10969" in queue
    assert "D-10969" in text
    assert 'value="10969"' in text
    typed = {
        "ship_to_name": "Eve",
        "ship_to_street": "Weg 1",
        "ship_to_city": "Berlin",
        "ship_to_postal_code": "10969",
        "ship_to_country": "DE",
    }
    office.post(url, typed)

    order.refresh_from_db()
    assert (order.status, order.ship_to_postal_code) == ("confirmed", "10969")


def test_a_finding_is_accepted_with_a_reason(office, world):
    [order] = shop.place_orders(world.channel, total_amount=9)
    Order.objects.update(payment_terms="invoice")
    item = WorkItem.objects.get(subject_id=order.pk, kind="totals_differ")
    url = page("order_accept", order.pk, "totals_differ")
    assert url in shown(office, reverse("admin:core_workitem_change", args=[item.pk]))

    office.post(url, {"reason": ""})
    order.refresh_from_db()
    assert order.status == "pending"
    office.post(url, {"reason": "a rounding of theirs"})

    order.refresh_from_db()
    assert order.status == "confirmed"


def test_a_sku_is_mapped_from_the_work_item(office, world, drain_queue):
    [order] = shop.place_orders(world.channel, lines=[("TEE", 1)])
    item = WorkItem.objects.get(subject_id=order.pk)
    url = reverse("admin:channels_listing_add")
    text = shown(office, reverse("admin:core_workitem_change", args=[item.pk]))
    assert f"{url}?channel={world.channel.pk}&amp;sku=TEE" in text

    facts = {"channel": world.channel.pk, "sku": "TEE", "product": world.shirt.pk}
    facts |= {"buffer": 0, "percent": 100}
    office.post(url, facts)
    drain_queue()

    order.refresh_from_db()
    assert order.status == "confirmed"
    [listing] = Listing.objects.all()
    other = {"product": world.mug.pk, "buffer": 0, "percent": 100}
    office.post(reverse("admin:channels_listing_change", args=[listing.pk]), other)
    listing.refresh_from_db()
    assert (listing.sku, listing.product) == ("TEE", world.mug)


def test_a_mapping_of_our_own_sku_is_refused(office, world):
    facts = {"channel": world.channel.pk, "sku": "MUG", "product": world.shirt.pk}

    answer = office.post(reverse("admin:channels_listing_add"), facts)

    assert "is the SKU of a product of ours" in answer.content.decode()
    assert not Listing.objects.exists()


def test_a_blocklist_entry_is_written_as_it_is_compared(office, world):
    from orders.models import BlocklistEntry

    facts = {"kind": "email", "value": " Eve@Bad.Example ", "is_active": "on"}
    office.post(page("blocklistentry_add"), facts)

    assert BlocklistEntry.objects.get().value == "eve@bad.example"


def test_a_rule_that_counts_needs_a_threshold(office, world):
    facts = {"signal": "velocity", "points": 10, "window_hours": 24}

    answer = office.post(page("riskrule_add"), facts)

    assert "This signal needs a threshold" in answer.content.decode()


def test_only_those_who_may_hold_correct_and_accept(client, world, order):
    hold = hold_of(order)
    pages = {
        page("order_hold", order.pk): "place_hold",
        page("hold_release", hold.pk): "release_hold",
        page("order_address", order.pk): "correct_order",
        page("order_accept", order.pk, "duplicate"): "correct_order",
    }
    client.force_login(world.anna)

    assert {client.get(url).status_code for url in pages} == {403}
    assert {client.post(url, {}).status_code for url in pages} == {403}
    allowed = Permission.objects.filter(codename__in=pages.values())
    world.anna.user_permissions.set(allowed)
    assert {client.get(url).status_code for url in pages} == {200}


def test_pages_of_what_is_not_there(office, order):
    assert office.get(page("order_hold", 999_999)).status_code == 404
    assert office.get(page("order_accept", order.pk, "unpaid")).status_code == 404
