"""Customers over HTTP: found, looked at, merged, exported, erased."""

import json

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from channels.messages import IncomingCustomer
from orders.models import Customer
from orders.services import customers, notes
from tests import factories, shop
from tests.returns import desk
from tests.snapshot import tables

LIST = "admin:orders_customer_changelist"
BAD = "<script>x</script>{{7*7}}"


def url(name, customer):
    return reverse(f"admin:orders_customer_{name}", args=[customer.pk])


def person(world, mail="zoe@example.org", name="Zoë Muster", orders=1, **fields):
    said = IncomingCustomer(email=mail, name=name)
    return shop.place_orders(world.channel, orders, customer=said, **fields)[0].customer


def done(world, **fields):
    """Somebody whose only order has ended."""
    said = IncomingCustomer(email="zoe@example.org", name="Zoë Muster")
    return desk.sent(world, [("SHIRT", 2)], customer=said, **fields).customer


def page(browser, customer):
    answer = browser.get(url("change", customer))
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.fixture
def clerk_of(client, world):
    def log_in(*codes):
        user = factories.UserFactory(username="cleo")
        codes = (*codes, "view_customer", "view_order")
        user.user_permissions.set(Permission.objects.filter(codename__in=codes))
        client.force_login(user)
        return client

    return log_in


# --- Found ----------------------------------------------------------------------------


def found(browser, text):
    answer = browser.get(reverse(LIST), {"q": text})
    assert answer.status_code == 200
    return {row.email for row in answer.context["cl"].result_list}


def test_a_customer_is_found_by_name_address_and_phone(office, world):
    to = shop.BERLIN.__class__(name="Z", street="S 1", city="B", phone="+49 30 123-456")
    zoe = person(world, "Zoe@Example.org", "Zoë van der Muster", ship_to=to)
    person(world, "other@example.org", "Olga Other")

    texts = ["zoe@example.org", "ZOË", "must zo", "+49 30 123456", "004930123456"]
    for text in [*texts, zoe.key]:
        assert found(office, text) == {"Zoe@Example.org"}, text
    assert office.get(reverse(LIST), {"q": "\x00"}).status_code == 200
    for text in ("'", "!!", "x" * 5000, "%", "nobody"):
        assert found(office, text) == set(), text


# --- Looked at ------------------------------------------------------------------------


def test_the_page_has_orders_sums_addresses_notes_returns_and_refunds(office, world):
    zoe = done(world)
    order = zoe.orders.get()
    ret = desk.asked(order, {"SHIRT": 1})
    desk.came(ret, world.shirt, 1, world.ber)
    refund = desk.refunded(ret)
    notes.add_notes({order.pk: "calls often"}, actor="user:mia")

    text = page(office, zoe)

    for part in (
        "1 order",
        "20.00\N{NO-BREAK SPACE}EUR",
        "Lindenstraße 1",
        "calls often",
        ret.number,
        refund.number,
        order.number,
        "zoe@example.org",
    ):
        assert part in text, part


def test_the_newest_orders_are_shown_and_all_are_counted(office, world):
    zoe = person(world, orders=52)

    text = page(office, zoe)

    assert "52 orders" in text
    assert "the newest 50" in text
    assert text.count('class="nowrap" title="') >= 50
    assert len(text) < 100_000


def test_a_page_takes_few_statements(clerk_of, world, statements):
    browser = clerk_of()
    few, many = person(world), person(world, "b@example.org", orders=12)
    page(browser, few)

    counts = [statements(page, browser, each)[1] for each in (few, many)]

    assert counts[0] == counts[1] <= 15, counts


def test_names_are_no_markup(office, world):
    to = shop.BERLIN.__class__(name=BAD, street=BAD, city=BAD, phone=BAD)
    zoe = person(world, name=BAD, ship_to=to)
    notes.add_notes({zoe.orders.get().pk: BAD}, actor="user:mia")
    other = person(world, "b@example.org", name=BAD)

    merging = f"{url('merge', zoe)}?other={other.pk}"
    for where in (url("change", zoe), url("merge", zoe), merging, url("erase", zoe)):
        text = office.get(where).content.decode()
        assert "<script>x" not in text, where
        assert "&lt;script&gt;x&lt;/script&gt;{{7*7}}" in text, where
    assert "<script>x" not in office.get(reverse(LIST)).content.decode()


def test_nobody_edits_a_customer(office, world):
    zoe = person(world)

    assert office.post(url("change", zoe), {"name": "X"}).status_code == 403
    assert office.get(reverse("admin:orders_customer_change", args=[0])).status_code


# --- Merged ---------------------------------------------------------------------------


def test_two_are_ticked_compared_and_merged(office, world):
    zoe, other = person(world), person(world, "b@example.org")
    ticked = {"action": "merge", "_selected_action": [zoe.pk, other.pk]}

    answer = office.post(reverse(LIST), ticked, follow=True)
    form = answer.context
    text = answer.content.decode()
    assert f"Keep this one: {zoe} ({zoe.key})" in text
    assert f"Keep this one: {other} ({other.key})" in text
    before = tables()
    office.get(f"{url('merge', zoe)}?other={other.pk}")
    assert tables() == before

    sent = {"seen": form["seen"], "other": other.pk, "other_seen": form["other_seen"]}
    where = url("merge", zoe)
    answer = office.post(where, sent | {"keep": other.pk}, follow=True)
    assert "has all orders now" in answer.content.decode()
    zoe.refresh_from_db()
    assert zoe.merged_into == other
    assert "Merged into" in page(office, zoe)

    again = office.post(where, sent | {"keep": other.pk})
    assert again.status_code == 409
    assert "Nothing was written" in again.content.decode()


def test_the_other_one_is_found_by_search(office, world):
    zoe, other = person(world), person(world, "b@example.org")
    person(world, "c@example.org", "Olga")

    text = office.get(url("merge", zoe)).content.decode()
    assert f"?other={other.pk}" in text
    assert "Olga" not in text
    assert "Olga" in office.get(url("merge", zoe), {"q": "olga"}).content.decode()


def test_one_or_three_are_not_merged(office, world):
    people = [person(world, f"{n}@example.org") for n in "abc"]
    for some in (people[:1], people):
        ticked = {"action": "merge", "_selected_action": [row.pk for row in some]}
        answer = office.post(reverse(LIST), ticked, follow=True)
        assert "Tick exactly two customers" in answer.content.decode()


@pytest.mark.parametrize("other", ["x", "0", "9" * 30, "²", "-1"])
def test_an_address_that_nobody_has_is_no_page(office, world, other):
    zoe = person(world)

    for where in (f"{url('merge', zoe)}?other={other}", url("merge", zoe)):
        sent = {"other": other, "keep": other}
        assert office.post(where, sent).status_code == 404
    assert office.get(f"{url('merge', zoe)}?other={zoe.pk}").status_code == 404


# --- Exported -------------------------------------------------------------------------


def test_the_export_is_one_file(office, world):
    zoe = person(world)

    answer = office.post(url("export", zoe), {"format": "json"})
    assert answer["Content-Disposition"] == (
        f'attachment; filename="customer-{zoe.pk}.json"'
    )
    assert json.loads(answer.content)["customers"][0]["email"] == "zoe@example.org"
    answer = office.post(url("export", zoe), {"format": "txt"})
    assert "email: zoe@example.org" in answer.content.decode()
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert office.post(url("export", zoe), {"format": "../x"}).status_code == 404
    assert office.get(url("export", zoe)).status_code == 405


# --- Erased ---------------------------------------------------------------------------


def test_a_person_is_erased_and_not_found_any_more(office, world):
    zoe = done(world)
    before = tables()
    form = office.get(url("erase", zoe))
    assert "1 order" in form.content.decode()
    assert tables() == before
    sent = {"seen": form.context["seen"]}
    assert "Tick the box" in office.post(url("erase", zoe), sent).content.decode()
    assert tables() == before

    answer = office.post(url("erase", zoe), sent | {"sure": "yes"}, follow=True)

    assert "The person is erased." in answer.content.decode()
    text = page(office, zoe)
    assert "This person was erased" in text
    assert "Zoë" not in text
    assert found(office, "zoë") == found(office, "zoe@example.org") == set()
    orders = reverse("admin:orders_order_changelist")
    shown = office.get(orders, {"q": "Erika Muster"}).content.decode()
    assert "Erika" not in shown.partition('id="result_list"')[2]
    again = office.post(url("erase", zoe), sent | {"sure": "yes"})
    assert again.status_code == 409


def test_what_is_under_way_is_named(office, world):
    zoe = person(world)
    form = office.get(url("erase", zoe))
    assert "is confirmed: finish it or cancel it" in form.content.decode()
    assert 'name="sure"' not in form.content.decode()

    sent = {"seen": form.context["seen"], "sure": "yes"}
    answer = office.post(url("erase", zoe), sent)

    assert "is confirmed: finish it or cancel it" in answer.content.decode()
    zoe.refresh_from_db()
    assert zoe.erased_at is None


# --- Who may --------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["merge", "export", "erase"])
def test_each_needs_its_permission(clerk_of, world, name):
    zoe = person(world)
    browser = clerk_of()

    assert browser.post(url(name, zoe), {"sure": "yes"}).status_code == 403
    if name != "export":
        assert browser.get(url(name, zoe)).status_code == 403
    text = page(browser, zoe)
    for word in ("Merge…", "Export", "Erase…"):
        assert word not in text


def test_who_may_merge_sees_that_alone(clerk_of, world):
    zoe, other = person(world), person(world, "b@example.org")
    browser = clerk_of("merge_customer")

    text = page(browser, zoe)
    assert "Merge…" in text
    assert "Erase…" not in text
    customers.merge_customers({zoe.pk: other.pk}, actor="t")
    assert "Merge…" not in page(browser, zoe)
    assert Customer.objects.count() == 2
