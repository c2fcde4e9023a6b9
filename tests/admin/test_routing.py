"""Policies and decisions about work in the back office."""

import pytest
from django.urls import reverse

from fulfillment.models import RoutingPolicy
from fulfillment.services import policies, work
from inventory.models import Location, SupplierOffer
from tests import factories, shop


def tool(row, name):
    meta = row._meta
    return reverse(
        f"admin:{meta.app_label}_{meta.model_name}_tool", args=[row.pk, name]
    )


@pytest.fixture
def assigned(world):
    [order] = shop.place_orders(world.channel, lines=[("SHIRT", 2), ("MUG", 1)])
    return shop.works_of([order])[0]


def text_of(answer) -> str:
    return answer.content.decode()


def test_defect_25_the_order_page_says_why_here_and_why_not_elsewhere(office, assigned):
    url = reverse("admin:orders_order_change", args=[assigned.order_id])
    decision = assigned.order.routing_decisions.get()
    why_url = reverse("admin:fulfillment_routingdecision_change", args=[decision.pk])

    page, why_page = text_of(office.get(url)), text_of(office.get(why_url))

    why = "BER: the nearest that has everything, 0 km away."
    assert why in page
    assert f'href="{why_url}">Why here</a>' in page
    for text in (
        why,
        "HAM: it would take one more parcel.",
        "NYC: it is 6386.3 km farther away.",
    ):
        assert text in why_page


def test_work_is_moved_with_a_reason(office, world, assigned):
    given = {"location": world.nyc.pk, "reason": "Collected in New York"}

    answer = office.post(tool(assigned, "move"), given)

    assert answer.status_code == 302
    [moved] = shop.works_of([assigned.order])
    assert moved.location == world.nyc
    assert office.get(tool(assigned, "move")).status_code == 404


def test_what_stands_against_a_move_is_said(office, world, assigned):
    given = {"location": world.store.pk, "reason": "r"}

    page = text_of(office.post(tool(assigned, "move"), given))

    assert "HAM has 0 of the 1 pieces of MUG free" in page


def test_work_is_rejected_and_its_location_let_in_again(office, world, assigned):
    given = {"code": "not_in_stock", "skus": "MUG", "reason": "None left"}

    office.post(tool(assigned, "reject"), given)
    assigned.refresh_from_db()
    assert assigned.reject_code == "not_in_stock"
    assert world.shirt.stock_levels.get(location=world.ber).on_hand == 100
    assert world.mug.stock_levels.get(location=world.ber).on_hand == 0

    office.post(tool(assigned, "let-in"), {"sent": "1"})
    assigned.refresh_from_db()
    assert assigned.exclusion_lifted_at


def test_a_sku_that_is_not_in_the_work_is_refused(office, assigned):
    given = {"code": "not_in_stock", "skus": "POSTER"}

    page = text_of(office.post(tool(assigned, "reject"), given))

    assert "POSTER is not in this work" in page
    assert shop.works_of([assigned.order]) == [assigned]


def test_a_supplier_answers_and_its_parcel_goes(office, world):
    place = factories.LocationFactory(code="SUP", kind=Location.Kind.SUPPLIER)
    SupplierOffer.objects.create(location=place, product=world.poster)
    [order] = shop.place_orders(world.channel, lines=[("POSTER", 1)])
    [sent] = shop.works_of([order])
    work.release_work([sent], actor="t")

    office.post(tool(sent, "accept"), {"reference": "PO-1"})
    office.post(tool(sent, "supplied"), {"tracking_number": "S-1", "carrier": "dhl"})

    sent.refresh_from_db()
    assert (sent.partner_reference, sent.status) == ("PO-1", "fulfilled")


def test_an_order_is_tried_against_a_draft(office, world, assigned):
    world.nyc.priority = 1
    world.nyc.save()
    draft = policies.draft(criteria=["preferred"])

    page = text_of(office.post(tool(assigned.order, "try"), {"policy": draft.pk}))

    assert "NYC: ranks first of those that have everything" in page
    assert "Nothing was changed." in page
    assert shop.works_of([assigned.order]) == [assigned]


def test_tools_are_for_those_who_may(client, world, assigned):
    world.anna.is_staff = True
    world.anna.save()
    client.force_login(world.anna)
    world.anna.groups.clear()

    assert client.get(tool(assigned, "move")).status_code in (403, 404)


def test_a_draft_is_made_edited_and_activated(office, world):
    page = reverse("admin:fulfillment_routingpolicy_add")
    given = {
        "channel": "",
        "note": "EU first",
        "mode": "ranked",
        "criteria": "region,nearest",
        "max_parcels": 0,
        "currency": "EUR",
        "promise_days": 5,
        "parcel_cost": 0,
        "late_cost": 0,
    }
    office.post(page, given)
    policy = RoutingPolicy.objects.get()
    assert (policy.version, policy.status) == (1, "draft")
    assert policy.criteria == ["region", "nearest"]

    change = reverse("admin:fulfillment_routingpolicy_change", args=[policy.pk])
    assert "each once" in text_of(
        office.post(change, given | {"criteria": "nearest,nearest"})
    )
    office.post(change, given | {"note": "EU first of all"})

    listed = reverse("admin:fulfillment_routingpolicy_changelist")
    office.post(listed, {"action": "activate", "_selected_action": [policy.pk]})
    policy.refresh_from_db()
    assert (policy.status, policy.note) == ("active", "EU first of all")

    assert office.post(change, given | {"note": "other"}).status_code == 403
    office.post(listed, {"action": "make_drafts", "_selected_action": [policy.pk]})
    assert RoutingPolicy.objects.get(version=2).status == "draft"
