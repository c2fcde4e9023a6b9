"""Export what I see: the rows of the file are those of the list."""

import pytest
from django.urls import reverse

from oms.core.exports import resources
from oms.core.models import Event, ExportFile, Job, SavedView
from orders.models import Order
from tests import factories, shop
from tests.admin.order_list import hold, said
from tests.admin.order_list import rows as numbers_of
from tests.exports.asking import export, person, sees, where
from tests.exports.reading import body, rows

pytestmark = pytest.mark.django_db

ORDERS = reverse("admin:orders_order_changelist")
STOCK = reverse("admin:inventory_stocklevel_changelist")
EXPORTS = sorted(resources.all_named())


@pytest.fixture
def two_channels(world):
    ebay = factories.ChannelFactory(code="ebay")
    ours = shop.place_orders(world.channel, 3)
    theirs = shop.place_orders(ebay, 2)
    hold(theirs[0])
    Order.objects.filter(pk=ours[0].pk).update(tags=["=VIP"])
    return ebay, ours, theirs


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_filter_leaves_its_rows_only(admin_client, two_channels, kind):
    ebay, _ours, theirs = two_channels

    answer = export(admin_client, "orders", kind, f"channel__id__exact={ebay.pk}")

    found = rows(body(answer), kind)
    assert {row["channel"] for row in found} == {"ebay"}
    assert len(found) == len(theirs)
    assert answer["Content-Disposition"].startswith('attachment; filename="orders-20')
    assert answer["Content-Disposition"].endswith(f'.{kind}"')


@pytest.mark.parametrize(
    "query", ["", "queue=on-hold", "q=channel:ebay", "status__exact=confirmed"]
)
def test_the_file_has_the_rows_of_the_list_in_its_order(
    admin_client, two_channels, query
):
    listed = numbers_of(admin_client.get(f"{ORDERS}?{query}"))

    found = rows(body(export(admin_client, "orders", query=query)))

    assert [row["order"] for row in found] == listed
    assert listed


def test_a_saved_view_is_exported_as_it_is_shown(admin_client, two_channels):
    view = SavedView.objects.create(list_name="orders", name="V", query="q=tag:%3Dvip")
    query = f"{view.query}&view={view.pk}"
    listed = numbers_of(admin_client.get(f"{ORDERS}?{query}"))

    [row] = rows(body(export(admin_client, "orders", query=query)))

    assert [row["order"]] == listed
    assert row["tags"] == "'=VIP"


def test_a_search_that_names_one_order_exports_it(admin_client, two_channels):
    order = two_channels[1][0]

    found = rows(body(export(admin_client, "order_lines", query=f"q={order.number}")))

    assert [row["sku"] for row in found] == [line.sku for line in order.lines.all()]


@pytest.mark.parametrize("query", ["q=before:never", "nonsense=1", "o=x.y"])
def test_what_makes_no_sense_is_said_and_exports_nothing(
    admin_client, two_channels, query
):
    answer = export(admin_client, "orders", query=query)

    if query.startswith("o="):  # Django ignores an order that is none
        assert len(rows(body(answer))) == 5
        return
    assert answer.status_code == 302
    assert said(admin_client.get(answer.url, follow=True))
    assert not ExportFile.objects.exists()


def test_lists_sorted_by_people_are_exported_in_that_order(admin_client, world):
    page = admin_client.get(reverse("admin:inventory_product_changelist"), {"o": "-2"})
    listed = [product.sku for product in page.context["cl"].result_list]

    found = rows(body(export(admin_client, "products", query="o=-2")))

    assert [row["sku"] for row in found] == listed
    assert listed != sorted(listed)


@pytest.mark.parametrize("query", ["", "location=NYC", "q=MUG", "show=low"])
def test_stock_has_a_row_for_each_level_that_the_page_shows(admin_client, world, query):
    page = admin_client.get(
        f"{reverse('admin:inventory_stocklevel_changelist')}?{query}"
    )
    shown = {
        (row.product.sku, cell.location.code, cell.on_hand)
        for row in page.context["rows"]
        for cell in row.cells
        if cell
    }

    found = rows(body(export(admin_client, "stock", query=query)))

    assert {(r["sku"], r["location"], int(r["on_hand"])) for r in found} == shown


def test_people_of_a_location_export_what_is_there(world):
    walter = person("w", "inventory.view_stocklevel", "inventory.export_stocklevel")
    world.ber.staff.set([walter.session["_auth_user_id"]])

    found = rows(body(export(walter, "stock")))

    assert {row["location"] for row in found} == {"BER"}


@pytest.mark.parametrize("what", EXPORTS)
def test_each_export_needs_its_own_permission(world, what):
    resource = resources.named(what)
    looker = person("looker", sees(what))
    taker = person("taker", resource.permission())
    both = person("both", sees(what), resource.permission())

    assert export(looker, what).status_code == 403
    assert export(taker, what).status_code == 403
    assert body(export(both, what)).startswith(b"\xef\xbb\xbf")
    assert both.get(where(what)).status_code == 405
    assert ExportFile.objects.get().actor == "user:both"


@pytest.mark.parametrize("what", EXPORTS)
def test_the_button_is_there_for_those_who_may(world, what):
    url = f"{where(what).removesuffix('export/')}?q=a"
    looker = person("looker", sees(what))
    both = person("both", sees(what), resources.named(what).permission())

    assert 'name="export"' not in looker.get(url).content.decode()
    page = both.get(url).content.decode()
    assert f'value="{what}.xlsx"' in page
    assert f'action="{where(what)}?q=a"' in page


def test_permission_for_one_export_of_a_list_is_none_for_the_other(two_channels):
    clerk = person("clerk", "orders.view_order", "orders.export_order")

    answer = export(clerk, "order_lines")

    assert answer.status_code == 302
    assert not ExportFile.objects.exists()


def test_the_log_says_who_has_had_what(two_channels):
    anna = person("anna2", "orders.view_order", "orders.export_order")

    body(export(anna, "orders", query="q=channel:ebay"))

    [event] = Event.objects.filter(action="exportfile.made")
    assert event.actor == "user:anna2"
    assert event.data == {"what": "orders", "format": "csv", "rows": 2}
    assert not Job.objects.exists()


@pytest.mark.parametrize("what", ["orders", "order_lines", "stock", "payments"])
def test_the_statements_do_not_grow(admin_client, world, statements, what):
    def grow(count):
        return shop.place_orders(world.channel, count)

    def ask(_orders):
        return len(rows(body(export(admin_client, what))))

    ask(grow(1))
    counts = statements.by_size(grow, ask, sizes=(1, 20))

    assert counts[1] == counts[20]


def test_nothing_is_exported_but_what_is_named(two_channels, admin_client):
    """Fields of a model do not become columns by themselves."""
    columns = rows(body(export(admin_client, "orders")))[0].keys()

    assert list(columns) == resources.named("orders").reading().names
    assert "inbound_message" not in columns
