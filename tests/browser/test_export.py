"""Export what I see: from the list as it is filtered to a file on the disk."""

import re
from pathlib import Path

import pytest
from django.urls import reverse

from channels.models import Channel
from oms.core.exports import making
from oms.core.models import Job
from orders.models import Order
from tests.browser import checks
from tests.exports.reading import rows

LIST = reverse("admin:orders_order_changelist")
COUNT = ".order-pages span"


def channel_of_some() -> Channel:
    """One that has some orders, but not all of them."""
    number = Order.objects.count()
    return next(
        channel
        for channel in Channel.objects.order_by("pk")
        if 0 < channel.orders.count() < number
    )


def fetched(visitor, label: str) -> tuple[str, bytes]:
    visitor.page.locator(".export > summary").click()
    with visitor.page.expect_download() as found:
        visitor.page.get_by_role("button", name=label, exact=True).click()
    download = found.value
    return download.suggested_filename, Path(download.path()).read_bytes()


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_list_filtered_to_one_channel_is_what_the_file_has(visit, kind):
    visitor, channel = visit("admin"), channel_of_some()
    visitor.go(f"{LIST}?channel__id__exact={channel.pk}")
    shown = int(re.search(r"\d+", visitor.page.locator(COUNT).first.inner_text())[0])

    name, content = fetched(visitor, f"Orders, {kind.upper()}")

    found = rows(content, kind)
    assert {row["channel"] for row in found} == {channel.code}
    assert len(found) == shown == channel.orders.count()
    assert re.fullmatch(rf"orders-\d{{4}}-\d\d-\d\d\.{kind}", name)
    assert visitor.path.startswith(LIST)


def test_it_works_without_scripts(visit):
    visitor = visit("admin", java_script_enabled=False)
    visitor.go(reverse("admin:inventory_product_changelist"))

    _name, content = fetched(visitor, "Products, CSV")

    assert rows(content)


def test_many_rows_lead_to_a_job_with_the_file(visit, drain_queue):
    """What the server does with more rows than it writes at once."""
    visitor = visit("admin")
    orders = Order.objects.order_by("-placed_at", "-pk")
    resource = making.resources.named("orders")
    wanted = making.Wanted(resource, making.FORMATS["csv"], orders, "user:admin")
    making.start_file(wanted)
    page = reverse("admin:core_job_change", args=[Job.objects.latest("pk").pk])
    visitor.go(page)
    assert "Under way" in visitor.text

    drain_queue()
    visitor.go(page)
    with visitor.page.expect_download() as found:
        visitor.page.locator("a.btn.primary").click()

    content = Path(found.value.path()).read_bytes()
    numbers = list(orders.values_list("number", flat=True))
    assert [row["order"] for row in rows(content)] == numbers


@pytest.mark.parametrize(
    "name", ["orders_order", "inventory_product", "inventory_stocklevel"]
)
def test_the_choice_is_readable_on_all_screens(visit, name):
    visitor = visit("admin")
    wrong = {}

    for width, height in ((1440, 900), (390, 844)):
        visitor.page.set_viewport_size({"width": width, "height": height})
        visitor.go(reverse(f"admin:{name}_changelist"))
        visitor.page.locator(".export > summary").click()
        wrong[width] = checks.shape(visitor)

    assert wrong == {1440: [], 390: []}
