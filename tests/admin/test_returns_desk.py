"""The returns desk over HTTP: scans, keys, and what the page says."""

from functools import partial

import pytest
from django.urls import reverse

from oms.invariants import violations
from returns.models import Return
from tests.admin.returns_table import CODES, ReturnsDesk, asked, label, log_in
from tests.returns import desk as returns
from tests.snapshot import tables


@pytest.fixture
def clerk_of(client, world):
    label(world)
    return partial(log_in, client, world)


@pytest.fixture
def clerk(clerk_of):
    return clerk_of("receive_return", "request_return")


@pytest.fixture
def table(clerk):
    return ReturnsDesk(clerk)


def test_ten_returns_with_fifteen_units_are_fifty_inputs(table, world):
    wishes = [{"SHIRT": 1}, {"SHIRT": 1, "MUG": 1}]
    made = [asked(world, wishes[n % 2]) for n in range(10)]
    before = returns.levels(world.shirt, world.ber)["sellable"]

    for ret in made:
        table.send(ret.number)
        for line in ret.lines.all():
            table.send(CODES[line.sku])
            table.press(1)
        table.send("")
        assert table.tone == "good", (table.title, table.text)

    assert table.inputs == 10 + 15 + 15 + 10
    assert Return.objects.filter(status="inspected").count() == 10
    assert returns.levels(world.shirt, world.ber)["sellable"] == before + 10
    assert violations() == []


def test_the_page_shows_the_return_its_keys_and_what_is_due(table, world):
    ret = asked(world, {"SHIRT": 2, "MUG": 1})

    table.send(ret.number)
    table.send(CODES["SHIRT"])
    assert table.title == "Product SHIRT: in what condition?"
    assert table.text.startswith("1 of 2.")
    for text in (
        '<span class="count">1 / 2</span>',
        'name="fate" value="restock" data-key="1"',
        'name="fate" value="to_customer" data-key="6"',
    ):
        assert text in table.html
    table.press(4)
    assert table.title == "Product SHIRT: Scrap"
    assert "1 × Scrap" in table.html


def test_closing_says_what_is_due_missing_and_surplus(table, world):
    ret = asked(world, {"SHIRT": 2})
    table.send(ret.number)
    table.send("SHIRT")
    table.press(1)
    table.send("MUG")
    table.send(surplus="MUG")
    table.press(2)

    title = table.send("")

    assert title == f"{ret}: 2 pieces counted"
    assert "Missing: 1 × Product SHIRT (SHIRT)." in table.text
    assert "Surplus, a work item: 1 × Product MUG (MUG)." in table.text
    assert "Refund due: 10.00\N{NO-BREAK SPACE}EUR" in table.text
    assert "Refund…" not in table.html
    assert "box" not in table.form


def test_who_may_refund_finds_the_way_to_it(clerk_of, world):
    codes = "receive_return", "request_refund", "view_order", "view_return"
    table = ReturnsDesk(clerk_of(*codes))
    ret = asked(world)
    for code in (ret.number, "SHIRT"):
        table.send(code)
    table.press(1)
    table.send("")

    assert reverse("admin:returns_return_tool", args=[ret.pk, "refund"]) in table.html


def test_a_new_page_shows_the_same_state(table, world):
    ret = asked(world)
    table.send(ret.number)
    table.send("SHIRT")
    form, title = table.form, table.title

    table.open(ret.number)

    assert table.form | {"form": ""} == form | {"form": ""}
    assert table.title == title


def test_the_same_form_sent_twice_counts_once(table, world):
    ret = asked(world, {"SHIRT": 2})
    table.send(ret.number)
    form = table.form
    table.send("SHIRT")
    table.form = form
    assert table.send("SHIRT") == "This was counted already"
    assert ret.lines.get().received_quantity == 1

    form = table.form
    table.press(1)
    table.form = form
    assert table.press(1) == "This was counted already"


def test_an_unknown_parcel_takes_three_inputs(table, world):
    table.send("00340434161094042557")
    assert (table.tone, table.title) == ("bad", "Unknown parcel")
    assert 'name="unknown" value="00340434161094042557" data-key="b"' in table.html
    table.inputs = 0

    table.send(unknown="00340434161094042557")
    form = table.form
    table.send("SHIRT")
    table.press(2)

    assert table.inputs == 3
    ret = Return.objects.get()
    assert (ret.source, ret.tracking_number) == ("blind", "00340434161094042557")
    assert ret.location == world.ber
    table.form = form
    assert table.send("SHIRT") == "This was counted already"
    assert Return.objects.get().lines.get().received_quantity == 1


def test_looking_changes_nothing(table, world):
    ret = asked(world)
    before = tables()

    for work in (ret.number, ret.order.number, "blind", "blind-X", "\x00", "R" * 500):
        table.open(work)

    assert tables() == before


@pytest.mark.parametrize(
    "bad",
    [
        {"after": "x"},
        {"after": "9" * 18},
        {"after": "-1"},
        {"box": "\x00"},
        {"box": "9" * 3000},
        {"box": "R0"},
        {"form": "x", "box": "blind", "code": "SHIRT"},
        {"code": "\x00"},
        {"code": "x" * 5000},
        {"fate": "gone"},
        {"fate": "missing"},
        {"surplus": "\x00"},
        {"surplus": "NO-SUCH"},
        {"unknown": "\x00"},
        {"unknown": "x" * 5000},
    ],
)
def test_a_form_that_nobody_sends_is_answered_in_words(table, world, bad):
    table.send(asked(world).number)
    before = tables()

    table.read(table.browser.post(table.url, table.form | {"code": "NO-SUCH"} | bad))

    assert table.title
    assert table.text
    assert tables() == before


def test_names_and_codes_are_no_markup(table, world):
    ret = asked(world)
    bad = "<script>x</script>{{7*7}}"
    type(world.shirt).objects.filter(pk=world.shirt.pk).update(name=bad)
    ret.order.ship_to_name = bad
    ret.order.save()
    Return.objects.filter(pk=ret.pk).update(note=bad)

    table.send(ret.number)
    assert "&lt;script&gt;x&lt;/script&gt;{{7*7}}" in table.html
    assert "<script>x" not in table.html
    table.send("SHIRT")
    assert "<script>x" not in table.html
    table.press(1)
    table.send("<script>x")
    assert "<script>x" not in table.html
