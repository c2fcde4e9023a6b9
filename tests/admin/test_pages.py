"""Every page answers, for a superuser, on a shop in which things have happened."""

from django.apps import apps
from django.contrib import admin
from django.urls import reverse

from orders.models import Order
from tests import shop
from tests.admin.conftest import OURS, grow


def url(model, page, *args):
    meta = model._meta
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_{page}", args=args)


def test_every_model_has_its_page(our_admins):
    shown_with_another = {"orderline", "bundlecomponent", "supplieroffer"}
    shown_with_another |= {"channelsecret", "barcode", "jobrow", "savedview"}
    shown_with_another |= {"exportfile", "exportpart", "importrow", "importmapping"}
    shown_with_another |= {"apiuse", "idempotencykey"}  # the API's own
    models = {m for m in apps.get_models() if m._meta.app_label in OURS}
    missing = {m._meta.model_name for m in models - set(our_admins)}

    assert missing == shown_with_another


def test_every_list_answers(office, shop_with_one):
    answers = {
        model: office.get(url(model, "changelist")).status_code
        for model in admin.site._registry
    }

    assert set(answers.values()) == {200}, answers


def test_every_page_answers(office, shop_with_one, our_admins):
    for model in our_admins:
        row = model.objects.order_by("pk").last()
        assert row is not None, f"the test has no {model._meta.verbose_name}"

        assert office.get(url(model, "change", row.pk)).status_code == 200, model


def test_every_search_answers(office, shop_with_one, our_admins):
    for model, page in our_admins.items():
        if page.search_fields:
            answer = office.get(url(model, "changelist"), {"q": "1001"}, follow=True)
            assert answer.status_code == 200, model


def test_lists_take_no_more_statements_for_many_rows(
    office, shop_with_one, our_admins, statements
):
    def counts():
        return {
            model._meta.label: statements(office.get, url(model, "changelist"))[1]
            for model in our_admins
        }

    counts()
    one = counts()
    grow(shop_with_one, 5)

    assert {model: n for model, n in counts().items() if n > one[model]} == {}


def test_the_order_page_tells_what_happened(office, world):
    lines = [("SHIRT", 2), ("POSTER", 1)]
    [order] = shop.place_orders(world.channel, lines=lines)
    shop.advance([order], to="shipped")

    page = office.get(url(Order, "change", order.pk)).content.decode()

    for text in (
        "No location yet",
        "BER: it has the most of it",
        "1 piece waits for stock",
        f"T{order.shipments.get().number}",
        "Order checked and confirmed",
        "Pending → Confirmed",
        "Picking begun",
        "Parcel sent",
    ):
        assert text in page


def test_a_held_order_shows_its_work_item(office, world):
    [order] = shop.place_orders(world.channel, lines=[("NO-SUCH", 1)])

    page = office.get(url(Order, "change", order.pk)).content.decode()

    assert "unknown SKU NO-SUCH" in page
    assert 'NO-SUCH <span class="pill wait">unknown</span>' in page


def test_a_message_that_cannot_be_read_has_a_page(office, world):
    message = world.channel.messages.create(
        kind="order", external_id="x", payload={"no": 1}, received_at="2026-01-01T00Z"
    )

    page = office.get(url(type(message), "change", message.pk)).content.decode()

    assert "Cannot be read" in page


def test_the_stock_page_explains_its_number(office, world):
    [order] = shop.place_orders(world.channel, lines=[("SHIRT", 3)])
    level = world.shirt.stock_levels.get(location=world.ber)

    page = office.get(url(type(level), "change", level.pk)).content.decode()

    assert "97 = 100 − 3" in page
    assert str(order) in page
