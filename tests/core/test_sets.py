"""Sets of rows are written by one statement each."""

import pytest
from django.utils import timezone

from inventory.models import Product
from oms.core.exceptions import InvariantError
from oms.core.models import Event, WorkItem
from oms.core.sets import assign_ids, insert_missing, insert_rows, update_rows
from tests import factories

pytestmark = pytest.mark.django_db


def event(number, **fields):
    given = {
        "subject_type": "order",
        "subject_id": number,
        "root_type": "order",
        "root_id": number,
        "action": "order.tested",
        "actor": "test",
        "at": timezone.now(),
    }
    return Event(**given | fields)


def products(*skus):
    return [factories.ProductFactory.build(sku=sku) for sku in skus]


def test_ids_of_several_tables_come_in_one_statement(statements):
    goods, items = products("A", "B"), [WorkItem(), WorkItem(), WorkItem()]

    _none, count = statements(assign_ids, goods, [], items)

    assert count == 1
    assert goods[0].pk < goods[1].pk
    assert items[0].pk < items[1].pk < items[2].pk


def test_assigned_ids_are_not_given_again():
    goods = products("A")

    assign_ids(goods)

    assert factories.ProductFactory().pk > goods[0].pk


@pytest.mark.parametrize("groups", [[], [[]], [[], []]])
def test_no_rows_need_no_ids_and_no_statement(groups, statements):
    _none, count = statements(assign_ids, *groups)

    assert count == 0


def test_rows_with_ids_are_inserted_as_they_are():
    goods = products("A", 'quote " tab \t line \n slash \\ ü')
    assign_ids(goods)

    insert_rows(goods)

    found = Product.objects.order_by("pk")
    fields = "pk", "sku", "name", "weight_grams", "tracks_stock"
    assert list(found.values_list(*fields)) == [
        (row.pk, row.sku, row.name, 250, True) for row in goods
    ]
    assert [row.created_at for row in found] == [row.created_at for row in goods]
    assert [row._state.adding for row in goods] == [False, False]


def test_rows_without_ids_are_inserted_and_keep_their_json():
    data = [{}, {"a": [1, None, "ü\\n"]}, {"quote": '"'}]

    insert_rows([event(n, data=said) for n, said in enumerate(data)])

    found = Event.objects.order_by("pk")
    assert list(found.values_list("subject_id", "data")) == list(enumerate(data))


def test_no_rows_are_inserted_by_no_statement(statements):
    _none, count = statements(insert_rows, [])

    assert count == 0


def test_many_rows_are_updated_by_one_statement(statements):
    first, second, third = (factories.ProductFactory() for _ in range(3))
    values = {second.pk: ("Two", 2), first.pk: ("One", 1)}

    _none, count = statements(update_rows, Product, values, ["name", "weight_grams"])

    found = Product.objects.order_by("pk")
    assert count == 1
    assert list(found.values_list("name", "weight_grams")) == [
        ("One", 1),
        ("Two", 2),
        (third.name, 250),
    ]
    assert found[0].updated_at > first.updated_at
    assert found[2].updated_at == third.updated_at


def test_adding_adds_to_what_is_there():
    first, second = factories.ProductFactory(), factories.ProductFactory()

    update_rows(
        Product, {first.pk: (5,), second.pk: (-50,)}, ["weight_grams"], add=True
    )

    weights = Product.objects.order_by("pk").values_list("weight_grams", flat=True)
    assert list(weights) == [255, 200]


def test_a_null_is_written_as_null():
    now = timezone.now()
    item = WorkItem.objects.create(
        kind="k", subject_type="order", subject_id=1, opened_at=now, resolved_at=now
    )

    update_rows(WorkItem, {item.pk: (None,)}, ["resolved_at"])

    item.refresh_from_db()
    assert item.resolved_at is None


@pytest.mark.parametrize(
    "values",
    [("One", None, {}), ('" \\ ü', timezone.now(), {"quote": '"', "a": [1]})],
)
def test_what_is_the_same_in_all_rows_is_written_to_each(values):
    items = [
        WorkItem.objects.create(
            kind="k", subject_type="order", subject_id=n, opened_at=timezone.now()
        )
        for n in range(3)
    ]
    names = "title", "resolved_at", "data"

    update_rows(WorkItem, {item.pk: values for item in items[1:]}, names)

    found = WorkItem.objects.order_by("pk").values_list(*names)
    assert list(found) == [("", None, {}), values, values]


def test_an_update_that_meets_fewer_rows_than_planned_is_a_defect():
    product = factories.ProductFactory()
    values = {product.pk: ("Kept",), product.pk + 999: ("Nobody",)}

    with pytest.raises(InvariantError) as caught:
        update_rows(Product, values, ["name"])

    assert str(caught.value) == "inventory.Product: 2 rows planned, 1 written"


def test_no_values_are_written_by_no_statement(statements):
    _none, count = statements(update_rows, Product, {}, ["name"])

    assert count == 0


def test_only_rows_that_are_missing_are_inserted():
    factories.ProductFactory(sku="B", name="Old")

    inserted = insert_missing(products("A", "B", "C"), ["sku"])

    pks = dict(Product.objects.values_list("sku", "pk"))
    names = Product.objects.order_by("sku").values_list("sku", "name")
    assert inserted == [(pks["A"], "A"), (pks["C"], "C")]
    assert list(names) == [("A", "Product A"), ("B", "Old"), ("C", "Product C")]


def test_inserting_again_inserts_nothing():
    insert_missing(products("A"), ["sku"])

    assert insert_missing(products("A"), ["sku"]) == []
    assert insert_missing([], ["sku"]) == []
