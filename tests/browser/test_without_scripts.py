"""Every form works in a browser that runs no scripts."""

import pytest
from django.urls import reverse

from fulfillment.models import FulfillmentOrder
from oms.core.models import Job, WorkItem
from orders.models import Order
from tests.browser.pages import PAGES
from tests.browser.test_packing import codes_of

SEND = "main form[method=post] :is(button, [type=submit])"


@pytest.fixture
def plain(visit):
    return visit("admin", java_script_enabled=False)


@pytest.fixture
def order(db) -> Order:
    return Order.objects.filter(phase="in_fulfillment").earliest("pk")


def send(visitor, button: str) -> None:
    with visitor.leaving():
        visitor.page.locator(button).first.click()


def test_a_note_is_written_on_an_order(plain, order):
    plain.go(reverse("admin:orders_order_change", args=[order.pk]))

    form = f"form[action*='{reverse('admin:orders_order_note', args=[order.pk])}']"
    plain.page.locator(f"{form} textarea").fill("called the customer")
    send(plain, f"{form} button")

    assert "called the customer" in plain.text


def test_an_order_is_held(plain, order):
    plain.go(reverse("admin:orders_order_hold", args=[order.pk]))

    send(plain, SEND)

    assert order.holds.filter(released_at=None).count() == 1


def test_scans_are_a_plain_form(plain):
    work = FulfillmentOrder.objects.filter(status="picking").earliest("pk")
    plain.go(reverse("admin:fulfillment_pack_station"))

    for code in (work.number, codes_of(work)[0]):
        with plain.leaving():
            plain.page.locator("#scan").fill(code)
            plain.page.locator("#scan").press("Enter")

    assert work.pack_scans.count() == 1


def test_many_orders_are_held_at_once(plain, drain_queue):
    plain.go(reverse("admin:orders_order_changelist") + "?queue=to-release")
    ticks = plain.page.locator("#result_list tbody [type=checkbox]")
    number = ticks.count()
    for tick in ticks.all():
        tick.check()

    send(plain, ".bulk button[value='orders.hold']")
    send(plain, SEND)
    drain_queue()

    job = Job.objects.latest("pk")
    assert (job.total, job.status, number > 0) == (number, "done", True)


def test_a_work_item_is_taken(plain):
    plain.go(reverse("admin:core_workitem_exceptions"))

    plain.page.locator("main tbody [type=checkbox]").first.check()
    send(plain, "main button[name=take]")

    assert WorkItem.objects.filter(owner__username="admin").count() == 1


# a browser sends a form by its button, or by Enter where it has one field only
SILENT = """() => [...document.querySelectorAll('form')].filter((form) => {
  const given = [...form.elements];
  const fields = given.filter((each) => each.matches(
    'input:not([type=hidden]), select, textarea'));
  return fields.length > 1 && !given.some((each) => each.type === 'submit');
}).map((form) => form.outerHTML.slice(0, 200))"""


def test_every_form_of_the_daily_pages_can_be_sent(visit):
    visitor, silent = visit("admin"), {}

    for name, path in PAGES.items():
        visitor.go(path())
        silent[name] = visitor.page.evaluate(SILENT)

    assert {name: forms for name, forms in silent.items() if forms} == {}
