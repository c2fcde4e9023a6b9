"""Credit notes in the replay of an invoice file: returns, refunds and their account."""

from collections import Counter
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Sum

from channels.connectors.invoice_file import read_invoices
from inventory.models import StockLevel, StockMovement
from oms.replay.account import take_account
from oms.replay.credit import read_notes
from oms.replay.giving import give_back
from oms.replay.play import play
from oms.replay.shop import open_shop
from oms.replay.table import rendered
from orders.models import Order
from returns.models import Refund, Return, ReturnLine, ReturnPolicy
from returns.services import closing, inspecting, receiving, refunding, requesting
from tests import snapshot
from tests.oms.year import invoices_of_the_year

pytestmark = pytest.mark.django_db(transaction=True)

FILE = """\
invoice,stock_code,description,quantity,invoice_date,unit_price,customer_id,country
2001,MUG,MUG,10,2010-03-01 08:00:00,5.00,1.0,United Kingdom
2001,CUP,CUP,4,2010-03-01 08:00:00,2.00,1.0,United Kingdom
2002,MUG,MUG,5,2010-03-02 08:00:00,4.00,1.0,United Kingdom
2003,MUG,MUG,1,2010-03-02 09:00:00,5.00,,United Kingdom
2004,PLATE,PLATE,1,2010-03-05 07:00:00,1.00,2.0,United Kingdom
2005,HAT,HAT,2,2010-03-05 07:30:00,1.00,4.0,United Kingdom
C3001,MUG,MUG,-12,2010-03-05 08:00:00,5.00,1.0,United Kingdom
C3001,POST,POSTAGE,-1,2010-03-05 08:00:00,3.00,1.0,United Kingdom
C3001,CUP,CUP,-6,2010-03-05 08:00:00,2.00,1.0,United Kingdom
C3002,MUG,MUG,-3,2010-03-05 09:00:00,9.00,1.0,United Kingdom
C3003,MUG,MUG,-1,2010-03-05 10:00:00,5.00,,United Kingdom
C3004,MUG,MUG,-1,2010-03-05 11:00:00,5.00,3.0,United Kingdom
C3005,PLATE,PLATE,-1,2010-03-05 12:00:00,0.00,2.0,United Kingdom
C3006,HAT,HAT,-1,2010-03-05 13:00:00,2.00,4.0,United Kingdom
C3007,HAT,HAT,-1,2010-06-05 14:00:00,2.00,4.0,United Kingdom
"""
ROWS = {
    "delivered: sales": (5, 6, 23, Decimal("86.00")),
    "refused: money only": (0, 1, -1, Decimal("-3.00")),
    "refused: no customer": (1, 1, -1, Decimal("-5.00")),
    "refused: no original sale": (1, 1, -1, Decimal("-5.00")),
    "returned in part: the rest without an original sale": (0, 0, -2, -4),
    "returned in part: what was sold": (0, 1, -4, -8),
    "returned: lines of credit notes": (5, 5, -18, Decimal("-91.00")),
}
UNCOVERED = {("C3002", "2002"): 17, ("C3007", "2005"): 2}
RETURNS = {  # (note, sale): what was refunded, what of it was not covered
    ("C3001", "2001"): (58, 0),
    ("C3001", "2002"): (10, 0),
    ("C3002", "2002"): (10, 17),
    ("C3005", "2004"): None,
    ("C3006", "2005"): (2, 0),
    ("C3007", "2005"): None,
}


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "invoices.csv"
    path.write_text(FILE)
    return path


def nothing(lines: int) -> None:
    """Progress that nobody looks at."""


def account_of(path):
    invoices = read_invoices(path)
    return take_account(open_shop(invoices), invoices)


def test_every_line_of_a_note_is_in_the_account(file, capsys):
    call_command("replay_orders", file)
    account = account_of(file)
    assert account.rows == ROWS
    assert account.adds_up
    assert (account.returned, account.refunded) == (99, 80)
    assert account.uncovered == UNCOVERED
    printed = capsys.readouterr().out
    assert "Refunded: 80.00 of 99.00; not covered: 19.00." in printed
    assert "C3002: 17.00 more than order 2002 has left of its payment." in printed


def test_one_return_for_each_note_and_sale(file):
    call_command("replay_orders", file)
    made = {(r.external_id, r.order.external_id): r for r in Return.objects.all()}
    refunds = {
        (refund.ret.external_id, refund.order.external_id): refund
        for refund in Refund.objects.all()
    }
    assert {
        key: (refunds[key].amount, refunds[key].uncovered_amount)
        if key in refunds
        else None
        for key in made
    } == RETURNS
    assert {ret.status for ret in made.values()} == {"closed"}
    assert {refund.status for refund in refunds.values()} == {"succeeded"}
    assert made["C3005", "2004"].money == made["C3007", "2005"].money == "denied"
    paid = Order.objects.get(external_id="2005")
    assert (paid.payment_status, paid.phase) == ("refunded", "delivered")


def test_what_came_back_can_be_sold_again(file):
    call_command("replay_orders", file)
    left = StockLevel.objects.exclude(on_hand=0).values_list(
        "product__sku", "condition", "on_hand"
    )
    assert set(left) == {
        ("MUG", "sellable", 15),
        ("CUP", "sellable", 4),
        ("PLATE", "sellable", 1),
        ("HAT", "sellable", 2),
    }
    assert ReturnLine.objects.aggregate(n=Sum("received_quantity"))["n"] == 22
    kinds = Counter(StockMovement.objects.values_list("kind", flat=True))
    assert kinds["restocked"] == 7


def test_goods_come_back_after_they_were_delivered(file):
    """C3005 was written on the day of its sale."""
    call_command("replay_orders", file)
    for ret in Return.objects.select_related("order"):
        assert ret.requested_at == ret.approved_at
        assert ret.requested_at.date().month in {3, 6}
        [parcel] = ret.order.shipments.all()
        assert parcel.delivered_at < ret.received_at < ret.inspected_at
        assert ret.inspected_at < ret.closed_at
        assert ret.closed_at.year == 2010


def test_notes_against_the_policy_are_taken_with_advice(file):
    ReturnPolicy.objects.create(window_days=30)
    call_command("replay_orders", file)
    late = Return.objects.get(external_id="C3007")
    assert "30 days" in late.advice
    assert late.note == "Credit note C3007"
    assert account_of(file).rows == ROWS


STEPS = (
    (requesting, "request_returns"),
    (requesting, "approve_returns"),
    (receiving, "receive_returns"),
    (inspecting, "dispose"),
    (refunding, "refund_returns"),
    (inspecting, "deny_money"),
    (inspecting, "close_returns"),
)


@pytest.mark.parametrize(("module", "step"), STEPS, ids=[name for _, name in STEPS])
def test_an_interrupted_run_is_carried_on(file, monkeypatch, module, step):
    def interrupted(*args, **kwargs):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(module, step, interrupted)
        with pytest.raises(KeyboardInterrupt):
            call_command("replay_orders", file)
    assert not account_of(file).adds_up
    call_command("replay_orders", file)
    account = account_of(file)
    assert account.rows == ROWS
    assert account.uncovered == UNCOVERED
    assert Return.objects.count() == len(RETURNS)
    before = snapshot.tables()
    call_command("replay_orders", file)
    assert snapshot.tables() == before


def test_a_worker_that_ends_overdue_returns_does_not_end_a_replay(file, monkeypatch):
    def interrupted(*args, **kwargs):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(receiving, "receive_returns", interrupted)
        with pytest.raises(KeyboardInterrupt):
            call_command("replay_orders", file)
    closing.expire_returns(closing.late_returns(), actor="task:expire_returns")
    assert Return.objects.filter(status="expired").exists()
    call_command("replay_orders", file)
    assert account_of(file).rows == ROWS


def test_ten_notes_take_as_many_statements_as_one(tmp_path, statements):
    def prepare(count: int):
        """So many notes with a sale each; the sales are delivered."""
        text = FILE.splitlines()[0] + "\n"
        for n in range(count * 1_000, count * 1_000 + count):
            text += f"{n},MUG,MUG,2,2010-03-01 08:00:00,5.00,{n}.0,EIRE\n"
            text += f"C{n},MUG,MUG,-1,2010-03-05 08:00:00,5.00,{n}.0,EIRE\n"
        path = tmp_path / f"{count}.csv"
        path.write_text(text)
        invoices = read_invoices(path)
        shop = open_shop(invoices)
        play(shop, invoices[:count], nothing)
        return shop, read_notes(invoices)

    give_back(*prepare(30))  # what comes back is enough for the sales of the others
    counts = statements.by_size(prepare, lambda some: give_back(*some), sizes=(1, 10))

    assert counts[1] == counts[10]
    assert Return.objects.filter(status="closed").count() == 41


def test_a_refund_above_the_limit_waits_for_a_second_person(file):
    ReturnPolicy.objects.create(approval_above=50)
    call_command("replay_orders", file)
    account = account_of(file)
    assert account.adds_up
    held = account.rows["held: return is inspected"]
    assert (held.units, held.value) == (-14, -58)
    assert account.refunded == 22
    before = snapshot.tables()
    call_command("replay_orders", file)
    assert snapshot.tables() == before


def test_a_return_that_is_not_as_its_note_says_is_loud(file):
    call_command("replay_orders", file)
    Return.objects.filter(external_id="C3001").update(external_id="C9999")
    account = account_of(file)
    assert account.wrong == ["C3001"]
    with pytest.raises(CommandError, match=r"DOES NOT ADD UP: 1 .*C3001"):
        call_command("replay_orders", file)


def test_a_file_without_notes_speaks_of_no_refunds(tmp_path):
    path = tmp_path / "invoices.csv"
    path.write_text("\n".join(FILE.splitlines()[:5]))
    call_command("replay_orders", path)
    assert "Refunded" not in rendered(account_of(path))


def test_some_notes_of_a_real_year():
    """The first that take back something, with what they take back."""
    year = invoices_of_the_year()
    some = [note for note in read_notes(year) if note.parts][:25]
    numbers = {note.invoice.number for note in some}
    numbers |= {sale for note in some for sale in note.parts}
    invoices = [each for each in year if each.number in numbers]
    shop = open_shop(invoices)
    play(shop, invoices, nothing)
    account = take_account(shop, invoices)
    assert account.adds_up
    parts = [note.values for note in read_notes(invoices)]
    assert Return.objects.filter(status="closed").count() == sum(map(len, parts))
    assert Refund.objects.aggregate(n=Sum("amount"))["n"] == account.returned
    assert account.returned == sum(sum(values.values()) for values in parts) > 0
    before = snapshot.tables()
    play(shop, invoices, nothing)
    assert snapshot.tables() == before
