"""What files say of people goes when the time is over, or when somebody is erased."""

from datetime import timedelta

import pytest
from django.utils import timezone

from oms.core.exceptions import BusinessRuleError
from oms.core.files import forgetting, runs
from oms.core.files.keeping import path_of
from oms.core.files.models import ImportRow, ImportRun
from orders.models import Customer, Order
from orders.services.cancellation import cancel_orders
from orders.services.erasing import erase_customers
from tests.files.importing import apply, counts, send, undo
from tests.orders.zoe import left_of

pytestmark = pytest.mark.django_db
HEADER = (
    "external_id,placed_at,currency,email,ship_to_name,ship_to_country,sku,quantity,"
    "unit_price\n"
)


def line(number: str, name: str) -> str:
    mail = f"{name.lower()}@example.org"
    return f"{number},2026-03-01 10:00,EUR,{mail},{name},DE,SHIRT,1,9.90\n"


@pytest.fixture
def sent(world):
    """Two people in one file."""
    text = HEADER + line("A-1", "Zwiebelfisch") + line("A-2", "Muster")
    return send(text, "orders.csv", channel="shop")


def erase(name: str) -> None:
    who = Customer.objects.get(email=f"{name.lower()}@example.org")
    mine = Order.objects.filter(customer=who)
    cancel_orders(mine, reason="asked for it", actor="user:mia")
    out = erase_customers([who], actor="user:mia")
    assert not out.refused


@pytest.fixture
def commits(django_capture_on_commit_callbacks):
    return lambda: django_capture_on_commit_callbacks(execute=True)


def test_who_is_erased_is_in_no_staged_row_and_no_file(sent, commits):
    run = apply(sent)
    assert "core_importrow" in left_of("Zwiebelfisch")
    with commits():
        erase("Zwiebelfisch")
    assert left_of("Zwiebelfisch") == []
    assert not path_of(run.stored_as).exists()
    assert run.rows.get(number=3).cells["ship_to_name"] == "Muster"
    run.refresh_from_db()
    assert (run.status, run.row_count, len(run.sha256)) == ("applied", 2, 64)


def test_the_others_can_be_undone_after_somebody_is_erased(sent, commits):
    run = apply(sent)
    with commits():
        erase("Zwiebelfisch")
    undo(run)
    assert set(Order.objects.values_list("status", flat=True)) == {"cancelled"}


def test_a_preview_that_names_who_is_erased_is_taken_away(sent, commits):
    apply(sent)
    again = send(
        HEADER + line("B-1", "Muster") + line("B-2", "Zwiebelfisch"),
        "next.csv",
        channel="shop",
    )
    assert counts(again) == {"new": 2}
    with commits():
        erase("Zwiebelfisch")
    again.refresh_from_db()
    assert again.status == "stale"
    assert "send it again" in again.error
    assert not again.rows.exists()
    assert not path_of(again.stored_as).exists()
    with pytest.raises(BusinessRuleError):
        runs.answer(again, profile="orders", options={}, columns={})


def test_old_files_and_rows_go_and_what_happened_stays(sent, commits):
    run = apply(sent)
    young = send(HEADER + line("B-1", "Muster"), "next.csv", channel="shop")
    before = timezone.now() - forgetting.KEPT - timedelta(hours=1)
    ImportRun.objects.filter(pk=run.pk).update(created_at=before)
    with commits():
        forgetting.sweep_runs()
    run.refresh_from_db()
    assert (run.status, run.row_count, run.new_count) == ("applied", 2, 2)
    assert run.forgotten_at
    assert not path_of(run.stored_as).exists()
    assert list(ImportRow.objects.values_list("run", flat=True)) == [young.pk]
    assert path_of(young.stored_as).exists()


def test_a_run_that_is_at_work_is_left_until_it_is_over(sent, commits):
    before = timezone.now() - forgetting.KEPT - timedelta(hours=1)
    ImportRun.objects.update(created_at=before, status="uploaded")
    with commits():
        forgetting.sweep_runs()
    assert ImportRow.objects.count() == 2
    assert path_of(sent.stored_as).exists()
