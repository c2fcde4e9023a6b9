"""What may be edited in the back office, and what may not."""

import pytest
from django.urls import reverse

from inventory.models import Barcode, Location, Product
from oms.core.models import WorkItem
from oms.core.panels import Table, panels_of, register_panel
from tests import shop

DERIVED = {"status", "phase", "payment_status", "fulfillment_status", "tracking_status"}
READ_ONLY = {
    "Event",
    "StockLevel",
    "StockMovement",
    "HookCall",
    "InboundMessage",
    "Order",
    "Hold",
    "RiskAssessment",
    "Payment",
    "PaymentTransaction",
    "PaymentRequest",
    "FulfillmentOrder",
    "FulfillmentOrderLine",
    "Shipment",
    "ShipmentLine",
    "TrackingEvent",
    "Label",
    "PackScan",
    "PickScan",
    "Wave",
    "RoutingDecision",
}


def url(model, page, *args):
    meta = model._meta
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_{page}", args=args)


@pytest.fixture
def request_of_superuser(rf, admin_user):
    request = rf.get("/admin/")
    request.user = admin_user
    return request


def test_no_status_can_be_edited(our_admins, shop_with_one, request_of_superuser):
    for model, page in our_admins.items():
        row = model.objects.first()
        form = page.get_form(request_of_superuser, row, change=True)

        assert not DERIVED & set(form.base_fields), model
        assert not page.list_editable, model
        inlines = page.get_inline_instances(request_of_superuser, row)
        assert {inline.model for inline in inlines} <= {Barcode}, model


def test_documents_and_ledgers_are_only_looked_at(office, shop_with_one, our_admins):
    found = {m: p for m, p in our_admins.items() if m.__name__ in READ_ONLY}
    assert len(found) == len(READ_ONLY)
    for model in found:
        row = model.objects.first()

        answers = {
            "add": office.post(url(model, "add"), {}).status_code,
            "change": office.post(url(model, "change", row.pk), {}).status_code,
            "delete": office.post(
                url(model, "delete", row.pk), {"post": "yes"}
            ).status_code,
        }

        assert set(answers.values()) == {403}, (model, answers)
        assert model.objects.filter(pk=row.pk).exists()


def test_nothing_is_deleted_from_a_list(our_admins, request_of_superuser):
    kept = [page for model, page in our_admins.items() if model.__name__ != "User"]

    for page in kept:
        assert "delete_selected" not in page.get_actions(request_of_superuser), page


@pytest.mark.parametrize(
    ("field", "value"), [("lat", "91"), ("lon", "-181"), ("time_zone", "Mars/Base")]
)
def test_a_place_on_no_map_is_refused(office, world, field, value):
    facts = {
        "name": "Berlin",
        "kind": "warehouse",
        "priority": "1",
        "lat": "52",
        "lon": "13",
        "time_zone": "UTC",
    }

    answer = office.post(url(Location, "change", world.ber.pk), facts | {field: value})

    assert answer.status_code == 200
    assert field in answer.context["adminform"].form.errors


def test_a_sku_is_given_once(office, world):
    facts = {"sku": "OTHER", "name": "Better shirt", "weight_grams": "5"}
    facts |= {"barcodes-TOTAL_FORMS": "0", "barcodes-INITIAL_FORMS": "0"}

    office.post(url(Product, "change", world.shirt.pk), facts)

    world.shirt.refresh_from_db()
    assert (world.shirt.sku, world.shirt.name) == ("SHIRT", "Better shirt")


def test_a_work_item_gets_an_owner(office, world):
    shop.place_orders(world.channel, lines=[("NO-SUCH", 1)])
    item = WorkItem.objects.get()
    facts = {"owner": world.anna.pk, "status": "resolved", "title": "other"}

    office.post(url(WorkItem, "change", item.pk), facts)

    item.refresh_from_db()
    assert (item.owner, item.status) == (world.anna, "open")


def test_a_panel_that_says_none_is_left_out(world):
    register_panel(Product, nothing)
    register_panel(Product, something)
    register_panel(Product, something)

    titles = [table.title for table in panels_of(world.shirt)]

    assert titles.count("Something") == 1


def nothing(product):
    return None


def something(product):
    return Table("Something", [], [])
