"""Bad input to holds, corrections and acceptances: refused with a text, nothing
changed."""

from datetime import datetime

import pytest

from orders.models import Order
from orders.services import addresses
from orders.services.acceptance import accept_findings
from orders.services.holds import NewHold, place_holds, release_holds
from tests import shop
from tests.snapshot import reasons, tables

pytestmark = pytest.mark.django_db
MISSING = 999_999_999


@pytest.fixture
def order(world):
    [order] = shop.place_orders(world.channel, 1, [("NO-SUCH", 1)])
    return order


@pytest.mark.parametrize(
    "bad",
    [
        {"order_id": MISSING},
        {"order_id": None},
        {"order_id": True},
        {"order_id": "1"},
        {"order_id": 2**70},
        {"reason": "because"},
        {"reason": None},
        {"blocks": []},
        {"blocks": "ship"},
        {"blocks": ["fly"]},
        {"blocks": [None]},
        {"blocks": None},
        {"source": ""},
        {"source": "x" * 65},
        {"handle": "a\x00b"},
        {"handle": None},
        {"note": "x" * 201},
        {"note": None},
        {"until": "tomorrow"},
        {"until": datetime(2030, 1, 1)},  # noqa: DTZ001, no zone on purpose
        {"until_paid": "yes"},
    ],
    ids=str,
)
def test_a_bad_hold_is_refused(order, bad):
    sound = {
        "order_id": order.pk,
        "reason": "other",
        "blocks": ["ship"],
        "source": "s",
        "handle": "h",
    }
    before = tables()

    out = place_holds([NewHold(**sound | bad)], actor="t")

    assert out.done == []
    assert reasons(out)[0].endswith(".")
    assert tables() == before


@pytest.mark.parametrize("what", [None, 1, "hold", {}])
def test_what_is_no_hold_is_refused(order, what):
    before = tables()

    out = place_holds([what], actor="t")

    assert "A hold is expected" in out.refused[0][0]
    assert tables() == before


def test_of_a_set_the_sound_one_is_placed(order):
    good = NewHold(order.pk, "other", ["ship"], "s", "h")

    out = place_holds([None, good], actor="t")

    assert list(out.refused) == [0]
    assert [hold.order_id for hold in out.done] == [order.pk]


@pytest.mark.parametrize("pk", [MISSING, None, True, "1", 1.0, 2**70])
def test_a_hold_that_is_none_is_not_released(order, pk):
    before = tables()

    out = release_holds([pk], actor="t")

    assert "is not active" in reasons(out)[0]
    assert tables() == before


@pytest.mark.parametrize("note", [None, 1, "x" * 201, "a\x00b"])
def test_a_bad_note_releases_nothing(order, note):
    hold = place_holds(
        [NewHold(order.pk, "other", ["ship"], "s", "h")], actor="t"
    ).one()
    before = tables()

    out = release_holds([hold.pk], actor="t", note=note)

    assert list(out.refused) == [hold.pk]
    assert tables() == before


def test_a_hold_is_released_once(order):
    hold = place_holds(
        [NewHold(order.pk, "other", ["ship"], "s", "h")], actor="t"
    ).one()
    release_holds([hold.pk], actor="t").one()
    before = tables()

    out = release_holds([hold.pk], actor="t")

    assert "released already" in reasons(out)[0]
    assert tables() == before


@pytest.mark.parametrize(
    "said",
    [
        {},
        None,
        "Berlin",
        {"city": "Berlin"},
        {None: "x"},
        {"ship_to_city": None},
        {"ship_to_city": 7},
        {"ship_to_city": "a\x00b"},
        {"ship_to_city": "x" * 201},
        {"ship_to_country": "DEU"},
        {"ship_to_lat": 91},
        {"ship_to_lat": "52"},
        {"ship_to_lon": float("nan")},
        {"ship_to_lon": True},
        {"status": "confirmed"},
    ],
    ids=str,
)
def test_a_bad_address_is_refused(order, said):
    before = tables()

    out = addresses.correct_addresses({order.pk: said}, actor="t")

    assert list(out.refused) == [order.pk]
    assert tables() == before


@pytest.mark.parametrize("pk", [MISSING, None, "1", 2**70])
def test_orders_that_are_none_are_refused(order, pk):
    before = tables()

    outcomes = [
        addresses.correct_addresses({pk: {"ship_to_city": "x"}}, actor="t"),
        addresses.apply_suggestions([Order(pk=pk)], actor="t"),
        accept_findings({pk: ["duplicate"]}, reason="r", actor="t"),
    ]

    assert [list(out.refused) for out in outcomes] == [[pk]] * 3
    assert tables() == before


@pytest.mark.parametrize(
    ("kinds", "reason"),
    [
        (["duplicate"], ""),
        (["duplicate"], None),
        (["duplicate"], "a\x00b"),
        (["duplicate"], "not found on it"),
        (["unknown_sku"], "r"),
        (["duplicate", "unknown_sku"], "r"),
        ([], "r"),
        ("duplicate", "r"),
        (None, "r"),
        ([None], "r"),
    ],
    ids=str,
)
def test_a_bad_acceptance_is_refused(order, kinds, reason):
    before = tables()

    out = accept_findings({order.pk: kinds}, reason=reason, actor="t")

    assert list(out.refused) == [order.pk]
    assert tables() == before
