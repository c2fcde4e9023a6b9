"""Bad input to the stock services: refused with a text, nothing changed, the good rows
of the same set done."""

import pytest

from inventory.models import StockLevel
from inventory.services import stock
from tests.snapshot import reasons, tables

pytestmark = pytest.mark.django_db

MISSING = 999_999_999
NOT_COUNTS = [0, 1.5, "3", None, True, float("nan"), 2**31, 10**30]


@pytest.fixture
def change(world):
    return stock.StockChange(world.mug.pk, world.ber.pk, 1, "counted")


@pytest.fixture
def level(world):
    found = StockLevel.objects.get(product=world.mug, location=world.ber)
    stock.allocate([stock.Portion(found.pk, 10)], actor="t").one()
    return found


def bad_fields(world):
    yield {"product_id": MISSING}
    yield {"product_id": 2**70}
    yield {"location_id": MISSING}
    yield {"location_id": 2**70}
    yield {"product_id": world.giftcard.pk}
    yield {"condition": "melted"}
    yield {"reason": "x" * 201}
    yield {"reason": "a\x00b"}
    yield {"ref_type": "x" * 25}
    yield from ({"quantity": quantity} for quantity in NOT_COUNTS)


@pytest.mark.parametrize("service", [stock.receive, stock.restock, stock.adjust])
def test_bad_changes_are_refused_and_nothing_changes(world, change, service):
    bad = [change._replace(**fields) for fields in bad_fields(world)]
    before = tables()

    out = service(bad, actor="t")

    assert sorted(out.refused) == list(range(len(bad)))
    assert out.done == []
    assert all(len(text) > 20 for text in reasons(out))
    assert tables() == before


@pytest.mark.parametrize("service", [stock.receive, stock.restock, stock.adjust])
def test_the_good_changes_of_a_set_with_bad_ones_are_done(change, service):
    out = service([change._replace(quantity=0), change], actor="t")

    assert [movement.on_hand_delta for movement in out.done] == [1]
    assert list(out.refused) == [0]


@pytest.mark.parametrize("service", [stock.receive, stock.restock])
def test_what_comes_in_is_not_negative(change, service):
    out = service([change._replace(quantity=-1)], actor="t")

    assert reasons(out) == [
        "Quantity -1: what comes in is a whole number of 1 or more. "
        "Correct the quantity."
    ]


@pytest.mark.parametrize("reason", ["", "  "])
def test_an_adjustment_without_a_reason_is_refused(change, reason):
    before = tables()

    out = stock.adjust([change._replace(reason=reason)], actor="t")

    assert reasons(out) == [
        "An adjustment needs a reason. Write why the count differs."
    ]
    assert tables() == before


def test_an_adjustment_below_what_is_promised_is_refused(change, level):
    out = stock.adjust([change._replace(quantity=-91)], actor="t")

    assert reasons(out) == [
        "MUG at BER: 100 on hand, 10 of them promised to orders; -91 would leave too "
        "few. Take less, or enter a count, which frees the orders that lose their "
        "pieces."
    ]


@pytest.mark.parametrize("service", [stock.allocate, stock.release, stock.ship_out])
def test_bad_portions_are_refused_and_nothing_changes(level, service):
    good = stock.Portion(level.pk, 1)
    bad = [good._replace(quantity=quantity) for quantity in [*NOT_COUNTS, -1, 101]]
    bad += [good._replace(level_id=pk) for pk in (MISSING, 2**70)]
    bad += [good._replace(ref_type="x" * 25)]
    before = tables()

    out = service(bad, actor="t")

    assert sorted(out.refused) == list(range(len(bad)))
    assert tables() == before


def test_defect_3_only_what_is_promised_is_given_back(level):
    out = stock.release(
        [stock.Portion(level.pk, 7), stock.Portion(level.pk, 4)], actor="t"
    )

    assert [movement.allocated_delta for movement in out.done] == [-7]
    assert list(out.refused) == [1]


def test_defect_5_portions_of_one_level_share_what_is_free(level):
    out = stock.allocate([stock.Portion(level.pk, 60)] * 2, actor="t")

    level.refresh_from_db()
    assert list(out.refused) == [1]
    assert (level.on_hand, level.allocated) == (100, 70)
