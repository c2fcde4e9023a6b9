"""Pieces that are not there: the service behind the keys."""

import pytest

from fulfillment.models import FulfillmentOrderLine
from fulfillment.services import missing
from fulfillment.services.missing import Missing
from oms.invariants import violations
from tests import factories, shop
from tests.snapshot import reasons, tables

pytestmark = pytest.mark.django_db


@pytest.fixture
def line(world):
    [order] = shop.place_orders(world.channel, lines=[("SHIRT", 3)])
    shop.advance([order], to="picking")
    return FulfillmentOrderLine.objects.get()


def test_an_empty_shelf_is_written_off_and_others_send_it(line, world):
    said = {line.pk: Missing(2, "not_in_stock", shelf_is_empty=True)}

    missing.tell_missing(said, actor="t").one()

    level = world.shirt.stock_levels.get(location=world.ber)
    assert (level.on_hand, level.allocated) == (1, 1)
    other = FulfillmentOrderLine.objects.exclude(pk=line.pk).get()
    assert (other.quantity, other.stock_level.location) == (2, world.store)
    assert violations() == []


def test_without_an_empty_shelf_only_the_pieces_are_gone(line, world):
    missing.tell_missing({line.pk: Missing(2, "not_in_stock")}, actor="t").one()

    level = world.shirt.stock_levels.get(location=world.ber)
    assert level.on_hand == 98
    assert violations() == []


def bad_words(line):
    good = Missing(1, "damaged")
    for pieces in (0, -1, 4, True, None, "1", 1.0, 10**30):
        yield line.pk, good._replace(pieces=pieces)
    for code in ("", "other", None, 5, "x" * 500):
        yield line.pk, good._replace(code=code)
    for said in (None, 1, ("damaged", 1)):
        yield line.pk, said
    for key in (0, 2**70, None, "1", True):
        yield key, good


def test_bad_words_are_refused_and_change_nothing(line):
    for key, said in bad_words(line):
        before = tables()

        out = missing.tell_missing({key: said}, actor="t")

        assert (list(out.refused), out.done) == ([key], []), said
        assert len(reasons(out)[0]) > 20
        assert tables() == before


def test_what_keeps_no_stock_or_is_not_begun_is_not_missing(world):
    [order] = shop.place_orders(world.channel, lines=[("GIFTCARD", 1), ("MUG", 1)])
    said = {
        line.pk: Missing(1, "damaged") for line in FulfillmentOrderLine.objects.all()
    }
    assert "it is assigned" in reasons(missing.tell_missing(said, actor="t"))[0]
    shop.advance([order], to="picking")

    out = missing.tell_missing(said, actor="t")

    assert (len(out.done), "keeps no stock" in reasons(out)[0]) == (1, True)


def test_telling_costs_the_same_for_one_and_for_ten(world, statements):
    def prepare(size):
        said = {}
        for _ in range(size):
            product = factories.ProductFactory()
            shop.receive(world.ber, {product.sku: 5})
            shop.receive(world.nyc, {product.sku: 5})
            [order] = shop.place_orders(world.channel, lines=[(product.sku, 2)])
            shop.advance([order], to="picking")
            [work] = shop.works_of([order])
            gone = Missing(1, "not_in_stock", shelf_is_empty=True)
            said[work.lines.get().pk] = gone
        return said

    counts = statements.by_size(
        prepare, lambda said: missing.tell_missing(said, actor="t"), (1, 10)
    )

    assert counts[1] == counts[10], counts
    assert violations() == []
