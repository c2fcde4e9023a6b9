"""Rows that are made or loaded without the constructor are what it makes."""

import pytest
from django.apps import apps
from django.db.models import Model
from django.utils import timezone

from inventory.models import Product
from oms.core.building import build
from oms.core.models import Event
from orders.models import Order, OrderLine

OURS = {"core", "inventory", "channels", "orders", "fulfillment", "returns"}
OF_THEIR_MOMENT = {"User"}  # a field of theirs says when they were made
MODELS = [
    m
    for m in apps.get_models()
    if m._meta.app_label in OURS and m.__name__ not in OF_THEIR_MOMENT
]


def facts(row) -> dict:
    state = row.__dict__["_state"]
    plain = {name: v for name, v in row.__dict__.items() if name != "_state"}
    return plain | {"adding": state.adding, **state.fields_cache}


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_an_empty_row_is_the_same(model):
    assert facts(build(model)) == facts(model())


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
@pytest.mark.parametrize("most", [None, 2], ids=["whole", "deferred"])
def test_a_loaded_row_is_the_same(model, most):
    names = [field.attname for field in model._meta.concrete_fields][:most]
    values = [object() for _ in names]

    row = model.from_db("default", names, values)

    assert facts(row) == facts(Model.from_db.__func__(model, "default", names, values))
    assert row._state.db == "default"


def test_values_and_relations_are_the_same():
    product = Product(pk=7, sku="MUG")
    given = {"product": product, "parent": None, "sku": "MUG", "quantity": 2}

    assert facts(build(OrderLine, **given)) == facts(OrderLine(**given))


def test_a_status_may_be_given():
    assert build(Order, status="confirmed").status == "confirmed"


def test_defaults_are_not_shared():
    one, other = build(Order), build(Order)

    one.active_holds.append("x")

    assert other.active_holds == []


def test_a_wrong_name_is_refused():
    with pytest.raises(TypeError, match="no 'colour'"):
        build(Event, at=timezone.now(), colour="red")
