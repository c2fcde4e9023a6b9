"""Orders in files that cannot be taken as they are, by number of the bad files."""

import pytest

from oms.core.files import runs
from tests.files.importing import ACTOR, errors, send
from tests.files.test_order_files import HEADER, row, sent

pytestmark = pytest.mark.django_db


def test_18_an_order_line_without_a_quantity_is_refused(world):
    assert errors(sent(row("A-1", quantity=""))) == {2: ["the cell is empty"]}


@pytest.mark.parametrize(
    ("price", "currency", "words"),
    [
        pytest.param("10.9999", "USD", "at most 2 decimals for USD", id="19-usd"),
        pytest.param("10.5", "JPY", "at most 0 decimals for JPY", id="19-jpy"),
    ],
)
def test_19_decimals_are_those_of_the_currency(world, price, currency, words):
    text = HEADER + row("A-1", price=price, currency=currency).replace("4.90", "4")
    assert words in " ".join(errors(send(text, channel="shop"))[2])


@pytest.mark.parametrize(
    ("day", "words"),
    [
        pytest.param("31/02/2026", "a day that there is", id="30-no-day"),
        pytest.param("02/03/26", "say whether day or month comes first", id="30-two"),
    ],
)
def test_30_a_day_is_never_guessed(world, day, words):
    text = HEADER + row("A-1").replace("2026-03-01 10:00", day)
    assert words in " ".join(errors(send(text, channel="shop"))[2])


def test_30_the_order_of_day_and_month_is_said_once(world):
    text = HEADER + row("A-1").replace("2026-03-01 10:00", "02/03/26")
    run = runs.upload(
        [text.encode()], "orders.csv", actor=ACTOR, options={"date_order": "dmy"}
    )
    assert run.rows.get().values["placed_at"] == "2026-03-02T00:00:00+00:00"
