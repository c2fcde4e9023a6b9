"""The back office explains stock, and changes it by tools that call the services."""

import pytest
from django.forms import modelform_factory
from django.urls import reverse

from inventory.admin.products import ProductForm
from inventory.models import Location, Product, StockLevel, StockMovement
from inventory.services import conditions, safety
from orders.models import OrderLine
from tests import factories, shop


def url(model, page, *args):
    meta = model._meta
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_{page}", args=args)


def tool(level, name):
    return url(StockLevel, "tool", level.pk, name)


def text(browser, *args) -> str:
    answer = browser.get(url(*args))
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.fixture
def level(world) -> StockLevel:
    return world.mug.stock_levels.get(location=world.ber)


def numbers(level):
    level.refresh_from_db()
    return level.on_hand, level.allocated, level.safety_stock


def test_f19_one_row_explains_what_may_be_promised(office, world, level):
    [order] = shop.place_orders(world.channel, lines=[("MUG", 5)])
    row = safety.SafetyStock(world.mug.pk, world.ber.pk, 10)
    safety.set_safety_stock([row], actor="t").one()
    place = world.mug.pk, world.ber.pk
    wet = conditions.ConditionChange(*place, 4, "sellable", "quarantine", "wet")
    conditions.change_condition([wet], actor="t").one()

    product = text(office, Product, "change", world.mug.pk)
    page = text(office, StockLevel, "change", level.pk)

    ledger = f"stock_level__id__exact={level.pk}"
    assert f'{ledger}">96</a>' in product
    assert f'{url(StockLevel, "change", level.pk)}">5</a>' in product
    assert f'{url(StockLevel, "change", level.pk)}">81</a>' in product
    assert "81 = 96 − 5 − 10" in page
    assert str(order) in page
    assert "Quarantine" in page
    assert "Safety stock set" in page


def test_f20_no_movement_can_be_edited_or_deleted(office, world):
    movement = StockMovement.objects.first()

    for page in ("change", "delete"):
        answer = office.post(url(StockMovement, page, movement.pk), {"post": "yes"})
        assert answer.status_code == 403
    listed = office.get(
        url(StockMovement, "changelist"),
        {"stock_level__id__exact": movement.stock_level_id},
    )
    assert listed.status_code == 200
    assert StockMovement.objects.filter(pk=movement.pk).exists()


@pytest.mark.parametrize(
    ("name", "given", "after"),
    [
        ("count", {"counted": "98", "reason": "cycle"}, (98, 0, 0)),
        ("safety-stock", {"pieces": "7"}, (100, 0, 7)),
        (
            "condition",
            {"quantity": "3", "becomes": "damaged", "reason": "x"},
            (97, 0, 0),
        ),
    ],
)
def test_a_tool_calls_its_service(office, world, level, name, given, after):
    assert office.get(tool(level, name)).status_code == 200

    answer = office.post(tool(level, name), given)

    assert answer.status_code == 302
    assert numbers(level) == after


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("count", {"counted": "-1", "reason": "cycle"}),
        ("count", {"counted": "5", "reason": ""}),
        ("count", {"counted": "9" * 40, "reason": "x"}),
        ("safety-stock", {"pieces": "many"}),
        ("condition", {"quantity": "3", "becomes": "sellable", "reason": "x"}),
        ("condition", {"quantity": "300", "becomes": "damaged", "reason": "x"}),
        ("condition", {"quantity": "3", "becomes": "melted", "reason": "x"}),
        ("arrival", {"quantity": "0"}),
    ],
)
def test_what_a_tool_refuses_is_said_on_its_page(office, world, level, name, given):
    answer = office.post(tool(level, name), given)

    assert answer.status_code == 200
    assert "errorlist" in answer.content.decode()
    assert numbers(level) == (100, 0, 0)


def test_the_preview_of_an_arrival_shows_who_gets_it(office, world):
    [order] = shop.place_orders(world.channel, lines=[("MUG", 300)])
    level = world.mug.stock_levels.get(location=world.ber)

    answer = office.post(tool(level, "arrival"), {"quantity": "5"})

    page = answer.content.decode()
    assert str(order) in page
    assert "Number 1 of 1" in page
    assert numbers(level) == (100, 100, 0)


def test_tools_are_for_those_who_may(client, world, level):
    world.walter.is_staff = True
    world.walter.save()
    client.force_login(world.walter)

    assert client.post(tool(level, "count"), {"counted": "1"}).status_code in (403, 404)
    assert numbers(level) == (100, 0, 0)


def test_unknown_tools_and_levels_are_not_found(office, world, level):
    assert office.get(tool(level, "explode")).status_code == 404
    assert office.get(url(StockLevel, "tool", 999_999, "count")).status_code == 404
    damaged = conditions.ConditionChange(
        world.mug.pk, world.ber.pk, 1, "sellable", "damaged", "x"
    )
    conditions.change_condition([damaged], actor="t").one()
    other = world.mug.stock_levels.get(location=world.ber, condition="damaged")
    assert office.get(tool(other, "count")).status_code == 404


# --- Products -------------------------------------------------------------------------


def form_of(product, **given) -> ProductForm:
    facts = {"sku": product.sku, "name": "N", "weight_grams": "0", "is_active": "on"}
    form = modelform_factory(Product, form=ProductForm, fields="__all__")
    return form({**facts, **given}, instance=product)


def test_a_bundle_keeps_no_stock_of_its_own(world):
    product = factories.ProductFactory(sku="KIT")

    form = form_of(product, is_bundle="on", tracks_stock="on")

    assert form.is_valid(), form.errors
    assert form.save().tracks_stock is False


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"is_bundle": "on", "backorder_limit": "3"}, "backorder_limit"),
        ({"is_bundle": "on", "available_from": "2030-01-01"}, "available_from"),
        ({"list_price": "9.99"}, "list_currency"),
        ({"list_price": "9.99", "list_currency": "XXQ"}, "list_currency"),
    ],
)
def test_what_a_product_cannot_be_is_refused(world, given, field):
    assert field in form_of(factories.ProductFactory(), **given).errors


def test_a_product_with_stock_orders_or_bundles_does_not_become_a_bundle(world):
    kit = factories.ProductFactory(is_bundle=True, tracks_stock=False)
    kit.components.create(component=world.mug)
    shop.place_orders(world.channel, lines=[("MUG", 900)])
    assert OrderLine.objects.filter(waiting_quantity__gt=0).exists()

    errors = form_of(world.mug, is_bundle="on").errors["is_bundle"]

    assert len(errors) == 3


def test_components_are_edited_on_the_page_of_their_bundle(office, world):
    kit = factories.ProductFactory(sku="KIT", is_bundle=True, tracks_stock=False)
    inner = factories.ProductFactory(sku="IN", is_bundle=True, tracks_stock=False)
    facts = {
        "name": "Kit",
        "weight_grams": "0",
        "is_bundle": "on",
        "is_active": "on",
        "barcodes-TOTAL_FORMS": "0",
        "barcodes-INITIAL_FORMS": "0",
        "components-TOTAL_FORMS": "1",
        "components-INITIAL_FORMS": "0",
        "components-0-component": world.mug.pk,
        "components-0-quantity": "2",
    }
    nested = facts | {"components-0-component": inner.pk}
    zero = facts | {"components-0-quantity": "0"}

    refused = [office.post(url(Product, "change", kit.pk), f) for f in (nested, zero)]
    taken = office.post(url(Product, "change", kit.pk), facts)

    assert [answer.status_code for answer in refused] == [200, 200]
    assert "IN is a bundle itself" in refused[0].content.decode()
    assert taken.status_code == 302
    assert kit.components.get().component == world.mug
    page = text(office, Product, "change", kit.pk)
    assert "To promise: 100." in page


def test_a_product_has_several_barcodes_and_each_has_one_product(office, world):
    world.mug.barcodes.create(code="4006381333931")
    facts = {
        "name": "Shirt",
        "weight_grams": "5",
        "is_active": "on",
        "tracks_stock": "on",
        "barcodes-TOTAL_FORMS": "2",
        "barcodes-INITIAL_FORMS": "0",
        "barcodes-0-code": "2000000000015",
        "barcodes-1-code": "SHIRT/XL",
    }
    taken = facts | {"barcodes-0-code": "4006381333931"}
    spaced = facts | {"barcodes-0-code": "40 06"}
    page = url(Product, "change", world.shirt.pk)

    refused = [office.post(page, said) for said in (taken, spaced)]
    saved = office.post(page, facts)

    assert [answer.status_code for answer in refused] == [200, 200]
    assert saved.status_code == 302
    codes = world.shirt.barcodes.order_by("pk").values_list("code", flat=True)
    assert list(codes) == ["2000000000015", "SHIRT/XL"]
    found = office.get(url(Product, "changelist"), {"q": "SHIRT/XL"})
    assert found.context["cl"].result_count == 1


def test_a_supplier_shows_its_offers(office, world):
    supplier = factories.LocationFactory(code="SUP", kind="supplier")

    assert "supplier_sku" in text(office, Location, "change", supplier.pk)
    assert "supplier_sku" not in text(office, Location, "change", world.ber.pk)
