"""Labels in the back office: bought, printed, voided and shipped with, by who may."""

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from fulfillment.models import Label, Shipment
from oms.core.models import Event
from tests import factories, shop
from tests.factories.rates import make_service

SHIPMENTS = "admin:fulfillment_shipment_changelist"


@pytest.fixture
def parcels(world):
    make_service("standard")
    zones = [{"zone": "DE", "country": "DE", "transit_days": 1}]
    make_service("express", zones=zones, steps={30_000: "20.00"})
    orders = shop.place_orders(world.channel, 2)
    shop.advance(orders, to="packed")
    return shop.parcels_of(orders)


@pytest.fixture
def browser_of(client):
    """Log in somebody who has these permissions of the app `fulfillment` only."""

    def log_in(*codes):
        user = factories.UserFactory(username="pat")
        found = Permission.objects.filter(codename__in=codes)
        assert found.count() == len(codes)
        user.user_permissions.set(found)
        client.force_login(user)
        return client

    return log_in


def act(browser, action, rows, page=SHIPMENTS):
    body = {"action": action, "_selected_action": [row.pk for row in rows]}
    answer = browser.post(reverse(page), body, follow=True)
    return [str(message) for message in answer.context.get("messages", ())]


def test_labels_are_bought_from_the_list_with_a_word_for_each_refusal(office, parcels):
    assert act(office, "buy_labels", parcels[:1]) == ["1 label bought."]

    said = act(office, "buy_labels", parcels)

    assert said[0] == "1 label bought."
    assert "it has one, which is purchased" in said[1]
    assert {label.actor for label in Label.objects.all()} == {"user:admin"}


def test_f43_the_page_shows_all_services_and_why_one_is_chosen(office, parcels):
    url = reverse("admin:fulfillment_shipment_change", args=[parcels[0].pk])
    page = office.get(url).content.decode()

    for text in ("Standard", "Express", "20.00", "kept", "The cheapest that keeps"):
        assert text in page


def test_the_label_is_printed_and_each_print_is_logged(office, parcels):
    act(office, "buy_labels", parcels)
    label = Label.objects.first()
    url = reverse("admin:fulfillment_label_print", args=[label.pk])
    page = reverse("admin:fulfillment_shipment_change", args=[label.shipment_id])

    looked, *answers = office.get(url), office.post(url), office.post(url)

    assert url in office.get(page).content.decode()
    assert {answer["Content-Type"] for answer in answers} == {"application/pdf"}
    assert {each.content[:4] for each in (looked, *answers)} == {b"%PDF"}
    assert looked["X-Frame-Options"] == "SAMEORIGIN"
    assert Event.objects.filter(action="shipment.label_reprinted").count() == 1


def test_the_packing_slip_is_a_link_on_the_page(office, parcels):
    page = reverse("admin:fulfillment_shipment_change", args=[parcels[0].pk])
    url = reverse("admin:fulfillment_shipment_slip", args=[parcels[0].pk])

    assert url in office.get(page).content.decode()
    assert office.get(url).content.startswith(b"%PDF")


@pytest.mark.parametrize("pk", [0, 999_999_999, 10**30])
def test_paper_of_nothing_is_not_found(office, parcels, pk):
    for name in ("label_print", "shipment_slip"):
        answer = office.get(reverse(f"admin:fulfillment_{name}", args=[pk]))
        assert answer.status_code == 404


def test_a_label_that_was_not_bought_says_so_instead_of_printing(office, parcels):
    act(office, "buy_labels", parcels)
    act(office, "void_labels_of_parcels", parcels)
    label = Label.objects.first()

    url = reverse("admin:fulfillment_label_print", args=[label.pk])
    answer = office.get(url, follow=True)

    assert "only a bought one is printed" in answer.content.decode()


def test_labels_are_voided_from_both_lists(office, parcels):
    act(office, "buy_labels", parcels)
    first, second = Label.objects.order_by("pk")

    assert act(office, "void_labels_of_parcels", [first.shipment]) == [
        "1 label voided."
    ]
    page = "admin:fulfillment_label_changelist"
    said = act(office, "void_labels", [first, second], page)
    assert said[0] == "1 label voided."
    assert "is voided already" in said[1]


def test_a_labelled_parcel_is_shipped_from_the_list(office, parcels):
    act(office, "buy_labels", parcels[:1])

    said = act(office, "ship_with_label", parcels)

    assert said[0] == "1 parcel shipped."
    assert "has no tracking number" in said[1]
    assert Shipment.objects.filter(status="shipped").count() == 1


def test_who_may_only_look_cannot_buy_void_or_ship(browser_of, parcels):
    looking = browser_of("view_shipment")

    for action in ("buy_labels", "void_labels_of_parcels", "ship_with_label"):
        act(looking, action, parcels)

    assert not Label.objects.exists()
    assert not Shipment.objects.filter(status="shipped").exists()
    page = looking.get(reverse(SHIPMENTS)).content.decode()
    assert "Buy labels" not in page


def test_who_may_buy_cannot_ship(browser_of, parcels):
    browser = browser_of("view_shipment", "buy_label")

    act(browser, "buy_labels", parcels)
    act(browser, "ship_with_label", parcels)

    assert Label.objects.count() == 2
    assert not Shipment.objects.filter(status="shipped").exists()


def test_paper_needs_the_permission_to_look(browser_of, parcels, office):
    act(office, "buy_labels", parcels)
    label = Label.objects.first()
    stranger = browser_of("view_order")

    slip = reverse("admin:fulfillment_shipment_slip", args=[label.shipment_id])
    paper = reverse("admin:fulfillment_label_print", args=[label.pk])

    assert stranger.get(slip).status_code == 403
    assert stranger.get(paper).status_code == 403
    label.refresh_from_db()
    assert label.printed == 0


def test_late_work_is_a_filter_of_the_list(office, world):
    orders = shop.place_orders(world.channel, 2)
    late, due = shop.works_of(orders)
    late.__class__.objects.filter(pk=late.pk).update(ship_by="2020-01-01T00:00Z")

    url = reverse("admin:fulfillment_fulfillmentorder_changelist")
    page = office.get(url, {"late": "yes"}).content.decode()

    assert late.number in page
    assert due.number not in page
