"""The replay of an invoice file, from the command to its account."""

from decimal import Decimal
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Sum

from channels.connectors.invoice_file import read_invoices
from channels.models import Channel
from fulfillment.services import shipping, work
from inventory.models import StockLevel, StockMovement
from oms.replay.account import take_account
from oms.replay.play import play
from oms.replay.shop import CODE, open_shop
from orders.models import Order
from tests import snapshot
from tests.oms.year import invoices_of_the_year

pytestmark = pytest.mark.django_db(transaction=True)

FILE = """\
invoice,stock_code,description,quantity,invoice_date,unit_price,customer_id,country
1001,85048,MUG,12,2009-12-01 07:45:00,6.95,13085.0,United Kingdom
1001,85048,MUG,12,2009-12-01 07:45:00,6.95,13085.0,United Kingdom
1001,POST,POSTAGE,1,2009-12-01 07:45:00,18.00,13085.0,United Kingdom
1002,79323p,LIGHTS,3,2009-12-01 08:00:00,2.105,,EIRE
1001,79323P ,PINK LIGHTS,1,2009-12-01 07:46:00,0.0,13085.0,United Kingdom
C1003,85048,MUG,-2,2009-12-02 09:00:00,6.95,13085.0,United Kingdom
1004,85048,broken,-5,2009-12-02 10:00:00,0.0,,United Kingdom
1005,22041,found,7,2009-12-03 10:00:00,0.0,,United Kingdom
1005,GIFT_0001_20,,2,2009-12-03 10:00:00,0.0,,United Kingdom
1006,TEST001,A test,5,2009-12-03 11:00:00,0.0,14103.0,United Kingdom
1007,22041,SIGN,4,2009-12-04 11:00:00,1.25,13085.0,Germany
1008,POST,,3,2009-12-04 11:00:00,0.0,,United Kingdom
A1009,B,Adjust bad debt,1,2009-12-05 12:00:00,-100.00,,United Kingdom
"""
ROWS = {
    "delivered: free goods": (1, 1, 5, Decimal("0.00")),
    "delivered: sales": (3, 6, 33, Decimal("196.12")),
    "refused: no order (bad debt)": (1, 1, 1, Decimal("-100.00")),
    "refused: no stock is kept of services": (1, 2, 5, Decimal("0.00")),
    "returned: lines of credit notes": (1, 1, -2, Decimal("-13.90")),
    "stock corrected: down": (1, 1, -5, Decimal("0.00")),
    "stock corrected: up": (1, 1, 7, Decimal("0.00")),
}


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "invoices.csv"
    path.write_text(FILE)
    return path


def nothing(lines: int) -> None:
    """Progress that nobody looks at."""


def account_of(path: Path):
    invoices = read_invoices(path)
    return take_account(open_shop(invoices), invoices)


def test_every_line_is_in_the_account(file, capsys):
    call_command("replay_orders", file)
    account = account_of(file)
    assert account.rows == ROWS
    assert account.adds_up
    assert account.total == (9, 13, 44, Decimal("82.22"))
    printed = capsys.readouterr()
    assert "delivered: sales" in printed.out
    assert "196.12" in printed.out
    assert "100 %" in printed.err


def test_what_the_shop_looks_like_afterwards(file):
    call_command("replay_orders", file)
    assert set(Order.objects.values_list("phase", flat=True)) == {"delivered"}
    order = Order.objects.get(external_id="1001")
    assert order.placed_at.isoformat() == "2009-12-01T07:45:00+00:00"
    assert order.completed_at.year == 2009
    assert order.ship_to_country == "GB"
    assert [line.sku for line in order.lines.order_by("position")] == [
        "85048",
        "85048",
        "POST",
        "79323P",
    ]
    assert order.shipments.get().tracking_number == "INV1001"
    assert Order.objects.get(external_id="1002").customer is None
    sellable = StockLevel.objects.filter(condition="sellable")
    left = dict(sellable.values_list("product__sku", "on_hand"))
    # what came back and what was found stays
    assert left == {"85048": 2, "79323P": 0, "22041": 7}
    assert StockLevel.objects.aggregate(n=Sum("allocated"))["n"] == 0
    corrections = StockMovement.objects.filter(kind="adjusted").order_by("pk")
    assert [(row.ref_id, row.on_hand_delta) for row in corrections] == [
        (1004, -5),
        (1005, 7),
    ]
    assert "written off" in corrections[0].reason


def test_a_second_run_changes_nothing(file):
    call_command("replay_orders", file)
    before = snapshot.tables()
    call_command("replay_orders", file)
    assert snapshot.tables() == before


STEPS = (
    (work, "release_work"),
    (work, "start_picking"),
    (work, "pick"),
    (work, "pack_work"),
    (shipping, "ship_shipments"),
)


@pytest.mark.parametrize(("module", "step"), STEPS, ids=[name for _, name in STEPS])
def test_an_interrupted_run_is_carried_on(file, monkeypatch, module, step):
    def interrupted(*args, **kwargs):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(module, step, interrupted)
        with pytest.raises(KeyboardInterrupt):
            call_command("replay_orders", file)
    call_command("replay_orders", file)
    assert account_of(file).rows == ROWS


def test_a_message_that_was_only_stored_is_taken_in(file, monkeypatch):
    from orders.services import intake

    def interrupted(*args, **kwargs):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(intake, "take_in", interrupted)
        with pytest.raises(KeyboardInterrupt):
            call_command("replay_orders", file)
    account = account_of(file)
    assert account.rows["held: waiting in the inbox"].invoices == 2
    assert not account.adds_up
    call_command("replay_orders", file)
    assert account_of(file).rows == ROWS


def test_a_held_order_stands_with_its_reason(file):
    invoices = read_invoices(file)
    shop = open_shop(invoices)
    Channel.objects.filter(code=CODE).update(payment=Channel.Payment.LATER)
    play(shop, invoices, nothing)
    account = take_account(shop, invoices)
    assert account.rows["held: unpaid"] == ROWS["delivered: sales"]
    not_here = account.rows["refused: original sale is not delivered here"]
    assert not_here == ROWS["returned: lines of credit notes"]
    assert account.adds_up


def test_a_gap_in_the_account_is_loud(file, monkeypatch, capsys):
    monkeypatch.setattr("oms.replay.play._sell", lambda *_: None)
    with pytest.raises(CommandError, match=r"DOES NOT ADD UP: 4 .*1001, 1002"):
        call_command("replay_orders", file)
    assert "stock corrected: up" in capsys.readouterr().out


def test_a_bad_file_changes_nothing(tmp_path):
    path = tmp_path / "bad.csv"
    path.write_text(FILE.replace("6.95", "cheap"))
    with pytest.raises(CommandError, match=r"Row 2.*unit_price.*cheap"):
        call_command("replay_orders", path)
    assert not Channel.objects.exists()


def test_the_first_invoices_of_a_real_year():
    invoices = invoices_of_the_year()[:300]
    shop = open_shop(invoices)
    play(shop, invoices, nothing)
    account = take_account(shop, invoices)
    assert account.adds_up
    assert account.total.invoices == 300
    assert not any(row.startswith("held") for row in account.rows)
    sales = [invoice for invoice in invoices if invoice.kind == "sale"]
    delivered = account.rows["delivered: sales"]
    assert delivered.invoices == len(sales)
    assert delivered.value == sum(invoice.value for invoice in sales)
