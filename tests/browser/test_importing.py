"""Journey 6: a file of orders, from dropping it to done in three actions."""

import pytest
from django.urls import reverse

from channels.models import Channel
from inventory.models import Location
from oms.core.files.models import ImportRun
from oms.core.files.runs import answer, upload
from orders.models import Order
from tests.browser import checks
from tests.files import foreign
from tests.files.test_foreign_files import amazon, odoo, shipstation, zoho
from tests.files.test_shopify_stock_files import stock as stock_of_shopify
from tests.files.test_woocommerce_files import woo

ORDERS = 100
FILE, PREVIEW = "input[name=file]", "form[enctype] button.primary"
APPLY, ERRORS = "#apply button.primary", "#errors header a"
PAGE = "admin:core_importrun_changelist"


def content(skus, wrong: bool = False) -> bytes:
    rows = []
    for number in range(1001, 1001 + ORDERS):
        price = "many" if wrong and number == 1051 else "10.00"
        lines = [(skus[0], 1, "10.00"), (skus[1], 2, price)][: 1 + number % 2]
        total = f"{sum(n * 10 for _sku, n, _price in lines)}.00"
        rows += foreign.shopify_order(f"#{number}", lines, total=total, subtotal=total)
    return foreign.as_csv(foreign.table(foreign.SHOPIFY_ORDERS, rows))


def dropped(visitor, data: bytes, name: str = "orders_export.csv") -> None:
    visitor.inputs.clicks += 1
    file = {"name": name, "mimeType": "text/csv", "buffer": data}
    visitor.page.locator(FILE).set_input_files([file])


@pytest.fixture
def known(goods):
    """Last Monday somebody said of which channel files with this header are."""
    channel = Channel.objects.earliest("pk")
    run = upload([content(goods)], "last.csv", actor="user:ann")
    answer(run, profile="shopify_orders", options={"channel": channel.code}, columns={})
    run.delete()
    return channel


def test_a_file_of_orders_is_three_actions(visit, goods, known):
    visitor = visit("admin")
    visitor.go(reverse(PAGE))

    dropped(visitor, content(goods))
    with visitor.leaving() as reading:
        visitor.click(PREVIEW)
    assert "Shopify orders" in visitor.text
    assert checks.shape(visitor) == []
    with visitor.leaving():
        visitor.click(APPLY)

    run = ImportRun.objects.latest("pk")
    assert visitor.inputs.all == 3
    assert checks.in_time([reading.seconds], 5), reading.seconds
    assert (run.status, run.error_count) == ("applied", 0)
    assert f"{run.row_count} of {run.row_count}" in visitor.text
    assert Order.objects.filter(channel=known, external_id__gte="1001").count() >= 100


def files_of_others(skus, place: str) -> dict[str, tuple[bytes, dict[str, str]]]:
    """{profile: a file, and what its header does not say}"""
    sku, other = skus
    count = {"Location": place, "On hand (current)": "9", "On hand (new)": "8"}
    product = {"Type": "simple", "SKU": "HAT-X", "Name": "Hat", "Published": "1"}
    rows = {
        "shopify_inventory": [stock_of_shopify(sku, **count)],
        "woocommerce_orders": woo("W-1", SKU=sku),
        "woocommerce_products": [product],
        "amazon_orders": [amazon(sku, 1, "9.00"), amazon(other, 2, "8.00")],
        "shipstation_orders": [shipstation(sku, 2), shipstation(other, 1)],
        "zoho_orders": [
            zoho("One", 2, "5.00", SKU=sku),
            zoho("Other", 1, "10.00", SKU=other),
        ],
        "odoo_orders": odoo(),
    }
    more = {"woocommerce_orders": {"currency": "EUR"}}
    more["shipstation_orders"] = {"currency": "USD"}
    tables = {name: foreign.table(foreign.HEADERS[name], rows[name]) for name in rows}
    tabs = {"amazon_orders": "\t"}
    return {
        name: (foreign.as_csv(table, tabs.get(name, ",")), more.get(name, {}))
        for name, table in tables.items()
    }


def test_the_files_of_other_systems_are_three_actions_each(visit, goods):
    channel = Channel.objects.filter(payment="channel").earliest("pk")
    place = Location.objects.filter(country="DE", kind="warehouse").earliest("pk")
    files = files_of_others(goods, place.code)
    for name, (data, more) in files.items():
        run = upload([data], "last.csv", actor="user:ann")
        said = {"channel": channel.code} if name.endswith("_orders") else {}
        answer(run, profile=name, options=said | more, columns={})
        run.delete()
    visitor, done = visit("admin"), {}

    for name, (data, _more) in files.items():
        visitor.go(reverse(PAGE))
        visitor.inputs.clicks = 0
        dropped(visitor, data, f"{name}.csv")
        with visitor.leaving():
            visitor.click(PREVIEW)
        with visitor.leaving():
            visitor.click(APPLY)
        run = ImportRun.objects.latest("pk")
        done[name] = run.profile, run.status, run.error_count, visitor.inputs.all

    assert done == {name: (name, "applied", 0, 3) for name in files}


def test_the_rows_that_are_wrong_are_one_click_away(visit, goods, known):
    visitor = visit("admin")
    visitor.go(reverse(PAGE))
    dropped(visitor, content(goods, wrong=True))
    with visitor.leaving():
        visitor.click(PREVIEW)
    visitor.inputs.clicks = 0

    with visitor.page.expect_download() as download:
        visitor.click(ERRORS)

    assert visitor.inputs.all == 1
    text = download.value.path().read_text("utf-8-sig")
    header, *rows = text.strip().splitlines()
    assert header.split(",") == [*foreign.SHOPIFY_ORDERS, "error"]
    assert rows
    assert "Lineitem price" in text
