"""Sheets: stock is adjusted and goods are received, a row for each product."""

import re

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from inventory.models import StockMovement
from inventory.services import sheets, stock
from inventory.services.stock import StockChange
from tests import factories, shop
from tests.admin.stock_sheets import ADJUST, LIST, RECEIVE, on_hand, sheet_of
from tests.concurrency import racing


def test_f20_an_adjustment_needs_a_reason_and_can_be_undone(office, world):
    unsaid = office.post(ADJUST, sheet_of(world, MUG="-3", reason=" "))
    assert "Say why" in unsaid.content.decode()
    assert on_hand(world.mug, world.ber) == 100

    answer = office.post(ADJUST, sheet_of(world, MUG="-3"), follow=True)
    assert on_hand(world.mug, world.ber) == 97
    [moved] = sheets.booked(4711)
    assert (moved.kind, moved.on_hand_delta, moved.reason) == (
        "adjusted",
        -3,
        "recount",
    )

    for _ in range(2):
        office.post(answer.redirect_chain[-1][0])
    [back] = StockMovement.objects.filter(ref_type=sheets.UNDO)
    assert (back.on_hand_delta, on_hand(world.mug, world.ber)) == (3, 100)


@pytest.mark.parametrize(
    ("written", "after"),
    [("98", 98), ("+5", 105), ("-100", 0), ("\u22123", 97), (" 1 0 ", 10), ("0", 0)],
)
def test_a_number_sets_what_is_there_and_a_sign_changes_it(
    office, world, written, after
):
    office.post(ADJUST, sheet_of(world, MUG=written))

    assert on_hand(world.mug, world.ber) == after


@pytest.mark.parametrize(
    ("url", "written", "said"),
    [
        (ADJUST, "many", "no whole number"),
        (ADJUST, "1.5", "no whole number"),
        (ADJUST, "1\0", "no whole number"),
        (ADJUST, "--3", "no whole number"),
        (ADJUST, "٣", "no whole number"),
        (ADJUST, "-101", "Only 100 are on hand"),
        (ADJUST, "9" * 11, "highest count"),
        (ADJUST, "9" * 40, "no whole number"),
        (RECEIVE, "-1", "1 piece or more"),
        (RECEIVE, "0", "1 piece or more"),
        (RECEIVE, "2147483647", "highest count"),
    ],
)
@pytest.mark.parametrize("step", ["preview", "book"])
def test_bad_numbers_are_said_in_their_row_and_nothing_is_booked(
    office, world, url, written, said, step
):
    answer = office.post(url, sheet_of(world, step, MUG=written, SHIRT="7"))

    assert answer.status_code == 200
    assert said in answer.content.decode()
    assert 'value="book"' not in answer.content.decode()
    assert [on_hand(p, world.ber) for p in (world.mug, world.shirt)] == [100, 100]


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"paste": " \n\n "},
        {"paste": "1\n2"},
        {"paste": "MUG\t1\nMUG\t2"},
        {"paste": "\0"},
        {"reason": "x" * 201, "MUG": "1"},
        {"reason": "x\0", "MUG": "1"},
        {"row-999999999": "1"},
        {"row-": "1"},
        {"paste": "NO-SUCH\t1"},
        {"paste": "GIFTCARD\t1"},
        {"paste": "\t1"},
        {"paste": "MUG\tmany\nSHIRT\tmore"},
    ],
)
@pytest.mark.parametrize("url", [ADJUST, RECEIVE])
def test_a_sheet_that_makes_no_sense_books_nothing(office, world, url, given):
    before = StockMovement.objects.count()

    answer = office.post(url, sheet_of(world, **given))

    assert answer.status_code == 200
    assert (
        'class="bad"' in answer.content.decode() or "alert" in answer.content.decode()
    )
    assert StockMovement.objects.count() == before


def test_a_pasted_column_fills_the_rows_from_the_top(office, world):
    products = [factories.ProductFactory(sku=f"A-{n:02}") for n in range(20)]
    for product in products:
        shop.receive(world.ber, {product.sku: 50})
    rows = {f"row-{product.pk}": "" for product in products}
    column = "\r\n".join(str(n) for n in range(20))

    preview = office.post(ADJUST, sheet_of(world, "preview", paste=column) | rows)
    assert {on_hand(product, world.ber) for product in products} == {50}
    text = preview.content.decode()
    hidden = dict(re.findall(r'name="((?:row|was)-\d+)" value="([^"]*)"', text))
    office.post(ADJUST, sheet_of(world) | hidden)

    assert [on_hand(product, world.ber) for product in products] == list(range(20))


def test_pasted_skus_and_barcodes_need_no_row(office, world):
    world.mug.barcodes.create(code="4006381333931")
    text = "SKU\tQuantity\tWhy\nshirt\t90\tcycle count\n4006381333931\t-1\t\n"

    office.post(ADJUST, sheet_of(world, paste=text))

    assert [on_hand(p, world.ber) for p in (world.mug, world.shirt)] == [99, 90]
    reasons = sheets.booked(4711).values_list("reason", flat=True)
    assert set(reasons) == {"cycle count", "recount"}


def test_a_count_below_what_is_promised_frees_the_order(office, world):
    shop.place_orders(world.channel, lines=[("MUG", 150)])
    level = world.mug.stock_levels.get(allocated=100)
    facts = sheet_of(world, "preview", MUG="98") | {"location": level.location.code}

    preview = office.post(ADJUST, facts).content.decode()
    answer = office.post(ADJUST, facts | {"step": "book"}, follow=True)

    assert "2 promised pieces are not there" in preview
    assert "2 promised pieces were not there" in answer.content.decode()
    level.refresh_from_db()
    assert (level.on_hand, level.allocated) == (98, 98)


def test_a_row_that_moved_meanwhile_is_told_with_who_did_it(office, world):
    facts = sheet_of(world, "preview", MUG="98", SHIRT="99")
    facts |= {f"was-{world.mug.pk}": "100", f"was-{world.shirt.pk}": "100"}
    change = StockChange(world.mug.pk, world.ber.pk, -10, "broken")
    stock.adjust([change], actor="user:mia").one()

    for step in ("preview", "book"):
        text = office.post(ADJUST, facts | {"step": step}).content.decode()
        assert "100 were on hand when the page was made, 90 are now" in text
        assert "user:mia: Adjusted -10" in text
    assert on_hand(world.shirt, world.ber) == 100
    again = {f"was-{world.mug.pk}": "90", "step": "book"}
    office.post(ADJUST, facts | again)
    assert on_hand(world.mug, world.ber) == 98


@pytest.mark.parametrize(("url", "after"), [(ADJUST, 107), (RECEIVE, 107)])
def test_a_sheet_sent_twice_is_booked_once(office, world, url, after):
    for _ in range(2):
        answer = office.post(url, sheet_of(world, MUG="+7"))
        assert answer.status_code == 302

    assert on_hand(world.mug, world.ber) == after
    assert "booked already" in office.get(answer.url).content.decode()


def test_a_closed_place_is_cleared_but_not_offered_first(office, world):
    world.ber.is_active = False
    world.ber.save()

    assert office.get(ADJUST).context["place"] == world.nyc
    office.post(ADJUST, sheet_of(world, MUG="0"))

    assert on_hand(world.mug, world.ber) == 0


def test_without_a_place_nothing_is_asked_for(office, db):
    for url in (ADJUST, RECEIVE):
        assert "no location that keeps stock" in office.get(url).content.decode()
        assert office.post(url, {"step": "book"}).status_code == 200


def test_goods_come_to_a_place_for_the_first_time(office, world):
    found = office.get(RECEIVE, {"location": "BER", "q": "poster"})
    assert "POSTER" in found.content.decode()

    office.post(RECEIVE, sheet_of(world, POSTER="12", reason=""))

    [moved] = sheets.booked(4711)
    assert (moved.kind, moved.on_hand_delta) == ("received", 12)
    assert on_hand(world.poster, world.ber) == 12


def test_an_undo_that_would_take_promised_pieces_is_refused_whole(office, world):
    office.post(RECEIVE, sheet_of(world, MUG="400", SHIRT="1"))
    shop.place_orders(world.channel, lines=[("MUG", 550)])

    answer = office.post(f"{LIST}sheet/4711/", follow=True)

    assert "promised to orders" in answer.content.decode()
    assert not sheets.is_undone(4711)
    assert on_hand(world.shirt, world.ber) == 101


def test_sheets_are_for_those_who_may(client, world):
    names = ["view_stocklevel", "receive_stocklevel"]
    world.anna.user_permissions.add(*Permission.objects.filter(codename__in=names))
    client.force_login(world.anna)
    change = StockChange(
        world.mug.pk, world.ber.pk, -1, "x", "sellable", sheets.SHEET, 8
    )
    stock.adjust([change], actor="t").one()

    assert [b["url"] for b in client.get(LIST).context["buttons"]] == [RECEIVE]
    assert client.post(ADJUST, sheet_of(world, MUG="1")).status_code == 403
    assert client.post(f"{LIST}sheet/8/").status_code == 403
    assert client.get(f"{LIST}sheet/8/").status_code == 200
    assert client.get(f"{LIST}sheet/99/").status_code == 404
    assert client.get(f"{LIST}sheet/{2**70}/").status_code == 404
    assert client.put(RECEIVE).status_code == 405
    assert on_hand(world.mug, world.ber) == 99


def test_looking_changes_nothing(office, world, statements):
    for url in (LIST, ADJUST, RECEIVE):
        _answer, _n = statements(office.get, url)
        assert not [s for s in statements.last if not s.startswith("SELECT")]


@pytest.mark.django_db(transaction=True)
def test_two_who_book_the_same_adjustment_change_it_once(world):
    admin = factories.UserFactory(is_superuser=True)
    browsers = [Client(), Client()]
    for browser in browsers:
        browser.force_login(admin)
    facts = sheet_of(world, MUG="-7")

    answers = racing.race(
        [lambda browser=each: browser.post(ADJUST, facts) for each in browsers]
    )

    assert {answer.status_code for answer in answers} == {302}
    assert on_hand(world.mug, world.ber) == 93
