"""Journey 6: a file of orders, from dropping it to done in three actions."""

import pytest
from django.urls import reverse

from channels.models import Channel
from oms.core.files.models import ImportRun
from oms.core.files.runs import answer, upload
from orders.models import Order
from tests.browser import checks
from tests.files import foreign

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
