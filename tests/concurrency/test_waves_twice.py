"""Two people make waves of the same work, or pick the same wave, at the same moment."""

from functools import partial

import pytest

from fulfillment.models import FulfillmentOrder, PickScan, Wave
from fulfillment.services import wave_scanning, waves
from fulfillment.services.wave_scanning import Page
from fulfillment.services.waves import NewWave
from tests import shop
from tests.concurrency import racing

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def make_twice(world, monkeypatch):
    shop.place_orders(world.channel, 6)
    wish = NewWave(world.ber.pk, orders=3)

    def run() -> list:
        racing.dawdle(monkeypatch, waves, "propose", 0.2)
        return racing.race([partial(waves.make_wave, wish, actor="pat")] * 2)

    return run


def test_they_share_nothing(make_twice):
    outs = make_twice()

    assert not racing.errors(outs)
    made = [wave for out in outs for wave in out.done]
    held = [set(w.fulfillment_orders.values_list("pk", flat=True)) for w in made]
    assert [len(each) for each in held] == [3, 3]
    assert not held[0] & held[1]


@pytest.mark.corrupts
def test_without_the_lock_they_take_the_same_work(make_twice, monkeypatch):
    racing.unlock_rows(monkeypatch)
    racing.meet(monkeypatch, waves, "lock_work", 2)

    make_twice()

    inside = FulfillmentOrder.objects.filter(wave__isnull=False)
    assert Wave.objects.count() * 3 > inside.count()


@pytest.fixture
def scan_twice(world, monkeypatch):
    shop.place_orders(world.channel, lines=[("SHIRT", 1)])
    wave = waves.make_wave(NewWave(world.ber.pk), actor="t").one()
    for name in ("pat", "kim"):
        wave_scanning.scan(wave.number, Page(), places=None, actor=name)

    def run(*names) -> list:
        racing.dawdle(monkeypatch, wave_scanning, "now_of", 0.2)
        page = Page(wave.pk, 0)
        calls = [
            partial(wave_scanning.scan, "SHIRT", page, places=None, actor=name)
            for name in names
        ]
        return racing.race(calls)

    return run


@pytest.mark.parametrize(
    ("names", "other"),
    [
        (("pat", "pat"), "This scan was counted already"),
        (("pat", "kim"), "STOP: one too many"),
    ],
)
def test_the_last_piece_is_counted_once(scan_twice, names, other):
    answers = scan_twice(*names)

    assert not racing.errors(answers), answers
    assert sorted(answer.title for answer in answers) == sorted(
        ["All is picked", other]
    )
    assert PickScan.objects.count() == 1


def test_without_the_lock_both_count_it(scan_twice, monkeypatch):
    racing.unlock_rows(monkeypatch)
    racing.meet(monkeypatch, wave_scanning, "now_of", 2)

    answers = scan_twice("pat", "kim")

    assert [answer.title for answer in answers] == ["All is picked"] * 2
    PickScan.objects.all().delete()
