"""Picking by scan: what each scan counts and says, and what stops it."""

import pytest

from fulfillment.models import PickScan, Wave
from fulfillment.services import wave_scanning
from oms.invariants import violations
from tests.factories.rates import make_service
from tests.fulfillment.packer import Packer
from tests.fulfillment.walker import Walker, equip, make_wave, slots_of
from tests.snapshot import tables

pytestmark = pytest.mark.django_db


@pytest.fixture
def wave(world):
    equip(world)
    make_service("standard")
    return make_wave(world)[0]


@pytest.fixture
def walker(wave):
    walker = Walker()
    walker.scan(wave.number)
    return walker


def order_in(wave, slot):
    return wave.fulfillment_orders.get(slot=slot).order


def test_the_number_of_the_wave_begins_it(walker, wave):
    assert walker.said == (
        "6 pieces to go: From A-2: 3 × Product MUG (MUG). Slots: A 1, B 2."
    )
    assert {w.status for w in wave.fulfillment_orders.all()} == {"picking"}


def test_each_scan_is_one_piece_and_names_the_slot(walker, wave):
    walker.scan("4006381333948")
    assert walker.said == (
        "1 into slot A: Product MUG: 1 of 3. From A-2: 2 × Product MUG (MUG). Slots: "
        "B 2."
    )
    walker.scan("MUG")
    assert walker.answer.title == "1 into slot B"
    assert slots_of(wave)["B"] == {"MUG": (1, 2)}


def test_one_scan_and_a_key_for_each_stop_picks_all(walker, wave):
    walker.scan("MUG")
    assert walker.count().title == "2 into slot B"
    walker.scan("4006381333932")
    walker.count(3)

    assert walker.said == (
        "All is picked: 1 into slot A, 1 into slot C. Product SHIRT: 3 of 3. Take the "
        f"trolley to packing and scan {wave.number} there."
    )
    wave.refresh_from_db()
    assert wave.finished_at
    assert PickScan.objects.count() == 5
    assert violations() == []


def test_a_count_says_how_many_the_last_scan_was(walker, wave):
    walker.scan("MUG")
    walker.count(2)
    assert slots_of(wave)["B"] == {"MUG": (1, 2)}
    before = tables()

    for pieces in (2, 1, 0, 4, -1, None.__class__, True, "3", 10**20):
        assert walker.count(pieces).title == "STOP: this count does not fit"

    assert tables() == before
    assert walker.count(3).title == "1 into slot B"


def test_a_count_before_any_scan_changes_nothing(walker):
    assert walker.count(2).title == "Nothing was scanned"


@pytest.mark.parametrize(
    ("code", "title"),
    [
        ("POSTER", "STOP: wrong item"),
        ("NO-SUCH", "Unknown code"),
        ("", "Nothing was read"),
        ("\x00", "Nothing was read"),
        ("x" * 65, "Nothing was read"),
        (None, "Nothing was read"),
    ],
)
def test_a_wrong_code_never_changes_a_quantity(walker, code, title):
    walker.scan("MUG")
    before = tables()

    walker.scan(code)

    assert (walker.answer.title, walker.refused) == (title, True)
    assert tables() == before


def test_one_too_many_is_red(walker):
    walker.scan("MUG", "MUG", "MUG")
    before = tables()

    walker.scan("MUG")

    assert walker.said.startswith(
        "STOP: one too many: All of Product MUG (MUG) is picked. Put this one back."
    )
    assert tables() == before


def test_a_bin_is_a_stop(walker):
    walker.scan("a-10")
    assert (walker.answer.title, walker.answer.stop.product.sku) == (
        "Bin A-10",
        "SHIRT",
    )
    walker.scan("SHIRT", "SHIRT", "SHIRT", "A-10")
    assert walker.answer.title == "Nothing more from here"


def test_a_new_page_shows_the_same_state(walker, wave):
    walker.scan("MUG", "A-10")
    page = walker.page

    answer = wave_scanning.look(wave.number, None, "user:pat", stop=page.stop)

    assert (answer.walk.wave.pk, answer.scans, answer.stop.product.pk) == page
    assert answer.title == "5 pieces to go"


def test_looking_changes_nothing(wave):
    before = tables()
    for number in (wave.number, "W-0", "", "\x00", None):
        wave_scanning.look(number, None, "user:pat")

    assert tables() == before


def test_the_same_page_counts_once(walker):
    page = walker.page
    walker.scan("MUG")

    walker.scan("MUG", page=page)

    assert walker.answer.title == "This scan was counted already"
    assert PickScan.objects.count() == 1
    assert walker.scan("MUG").title == "1 into slot B"


def test_two_pickers_share_a_wave_and_double_nothing(walker, wave):
    other = Walker(actor="user:kim")
    other.scan(wave.number)
    walker.scan("MUG", "MUG")

    assert other.scan("MUG").title == "1 into slot B"
    assert other.scan("MUG").title == "STOP: one too many"
    assert slots_of(wave)["B"] == {"MUG": (2, 2)}


def test_a_wave_of_another_place_is_not_picked_here(wave, world):
    walker = Walker(places={world.nyc.pk})
    before = tables()

    assert walker.scan(wave.number).title == "Not here"
    page = wave_scanning.Page(wave.pk, 0)
    assert walker.scan("MUG", page=page).title == "No wave is open"
    assert wave_scanning.look(wave.number, {world.nyc.pk}, "x").walk is None
    assert tables() == before


def test_a_wave_that_was_taken_apart_says_so(wave):
    Wave.objects.filter(pk=wave.pk).update(cancelled_at="2026-01-01T00:00Z")

    assert Walker().scan(wave.number).title == "Cancelled"


def test_the_packing_station_takes_the_wave_on(walker, wave):
    walker.scan("MUG")
    walker.count()
    walker.scan("SHIRT")
    walker.count()
    packer = Packer()

    assert packer.scan(wave.number).wave == wave
    packer.scan(f"{wave.number}-A", "SHIRT", "SHIRT", "MUG")
    assert packer.answer.title == "Shipped"
    packer.scan(order_in(wave, "B").number, "MUG", "MUG")
    assert packer.answer.title == "Shipped"
    assert violations() == []


def test_a_scan_costs_the_same_in_a_small_and_in_a_large_wave(world, statements):
    equip(world)

    def prepare(size):
        wave, _orders = make_wave(world, [[("SHIRT", 2), ("MUG", 1)]] * size)
        walker = Walker()
        walker.scan(wave.number)
        return walker

    counts = statements.by_size(prepare, lambda walker: walker.scan("SHIRT"), (1, 20))

    assert counts[1] == counts[20] <= 20, counts
