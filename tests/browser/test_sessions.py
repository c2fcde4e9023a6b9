"""#93: the session is over, or somebody logged in anew in another tab."""

from django.contrib.sessions.models import Session
from django.urls import reverse

from fulfillment.models import FulfillmentOrder, PackScan
from oms.management.commands.ensure_demo_admin import PASSWORD
from orders.models import Order
from tests.browser.pages import PAGES

SEND = "main form[method=post] :is(button, [type=submit])"
NOT_DONE = "it was not done"


def log_in(visitor, name: str = "admin") -> None:
    visitor.page.get_by_label("Username").fill(name)
    visitor.page.get_by_label("Password").fill(PASSWORD)
    with visitor.leaving():
        visitor.page.get_by_role("button", name="Log in").click()


def test_who_is_not_in_comes_back_to_the_page_after_the_login(visit):
    visitor, path = visit(""), PAGES["stock"]()

    visitor.go(path)
    assert visitor.path.startswith(reverse("admin:login"))
    log_in(visitor)

    assert visitor.path == path


def test_a_form_that_is_sent_too_late_leads_back_to_its_page(visit):
    order = Order.objects.filter(phase="in_fulfillment").earliest("pk")
    path = reverse("admin:orders_order_hold", args=[order.pk])
    visitor = visit("admin")
    visitor.go(path)
    Session.objects.all().delete()

    with visitor.leaving():
        visitor.page.locator(SEND).first.click()

    assert NOT_DONE in visitor.text
    log_in(visitor)
    assert visitor.path == path
    assert not order.holds.exists()


def test_a_scan_while_logged_out_is_told(visit):
    work = FulfillmentOrder.objects.filter(status="picking").earliest("pk")
    visitor = visit("admin")
    visitor.go(reverse("admin:fulfillment_pack_station"))
    Session.objects.all().delete()

    with visitor.leaving():
        visitor.scan(work.number)

    assert NOT_DONE in visitor.text
    assert visitor.path.startswith(reverse("admin:login"))
    assert not PackScan.objects.filter(fulfillment_order=work).exists()


def test_a_page_from_before_the_last_login_says_that_it_is_old(visit):
    order = Order.objects.filter(phase="in_fulfillment").earliest("pk")
    visitor = visit("admin")
    visitor.go(reverse("admin:orders_order_hold", args=[order.pk]))
    cookies = visitor.page.context.cookies()
    [old] = [each for each in cookies if each["name"] == "csrftoken"]
    visitor.page.context.add_cookies([old | {"value": "x" * 32}])

    with visitor.leaving():
        visitor.page.locator(SEND).first.click()

    assert "Nothing was changed." in visitor.text
    assert not order.holds.exists()
    visitor.faults.clear()  # the browser notes the 403
