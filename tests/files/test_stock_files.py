"""Stock in files: what is on hand, and so many more or fewer."""

import pytest

from inventory.models import StockLevel, StockMovement
from oms.core.exceptions import BusinessRuleError
from oms.core.models import WorkItem
from orders.models import Order
from tests import shop
from tests.factories.inventory import (
    LocationFactory,
    LocationGroupFactory,
    ProductFactory,
)
from tests.files.importing import apply, counts, errors, send, undo

pytestmark = pytest.mark.django_db


@pytest.fixture
def shelf(world):
    """10 shirts and 5 mugs in MUC; a place without anything."""
    place = LocationFactory(code="MUC", name="Munich")
    ProductFactory(sku="SHIRT-RED")
    ProductFactory(sku="MUG-ENA-CRM")
    shop.receive(place, {"SHIRT-RED": 10, "MUG-ENA-CRM": 5})
    LocationFactory(code="LEE", name="Leeds")
    return place


def on_hand(sku, place="MUC"):
    return StockLevel.objects.get(product__sku=sku, location__code=place).on_hand


def test_a_file_says_what_it_would_do_and_does_just_that(shelf):
    run = send(
        "SKU;Location;On hand\nSHIRT-RED;MUC;12\nMUG-ENA-CRM;Munich;5\n"
        "SHIRT-RED;LEE;3\nMUG-ENA-CRM;LEE;\n"
    )
    assert (run.status, counts(run)) == (
        "previewed",
        {"new": 1, "changed": 1, "unchanged": 2},
    )
    assert on_hand("SHIRT-RED") == 10
    run = apply(run)
    assert (run.status, run.job.done_count, run.job.refused_count) == ("applied", 2, 0)
    assert (on_hand("SHIRT-RED"), on_hand("SHIRT-RED", "LEE")) == (12, 3)
    assert on_hand("MUG-ENA-CRM") == 5


def test_undo_moves_back_what_was_moved(shelf):
    run = apply(send("sku,location,on_hand\nSHIRT-RED,MUC,4\n"))
    assert on_hand("SHIRT-RED") == 4
    run = undo(run)
    assert (run.status, on_hand("SHIRT-RED")) == ("undone", 10)
    moved = StockMovement.objects.filter(ref_type="importundo", ref_id=run.pk)
    assert [m.on_hand_delta for m in moved] == [6]


def test_an_unknown_sku_names_the_nearest(shelf):
    run = send("sku,location,on_hand\nMUG-CRM,MUC,1\nshirt-red,MUC,1\nXYZ,MUC,1\n")
    assert errors(run) == {
        2: ["unknown SKU “MUG-CRM”; did you mean MUG-ENA-CRM?"],
        3: ["unknown SKU “shirt-red”; did you mean SHIRT-RED?"],
        4: ["unknown SKU “XYZ”"],
    }


def test_a_file_of_yesterday_is_caught_row_by_row(shelf):
    run = send("sku,location,on_hand,was\nSHIRT-RED,MUC,12,8\nMUG-ENA-CRM,MUC,7,5\n")
    assert counts(run) == {"changed": 1, "conflict": 1}
    assert run.rows.get(number=2).note == (
        "It was 8 when exported and is 10 now; the file changes it by +4."
    )
    run = apply(run)
    assert (on_hand("SHIRT-RED"), on_hand("MUG-ENA-CRM")) == (10, 7)


def test_what_moved_since_the_preview_is_refused_and_the_rest_is_done(shelf):
    run = send("sku,location,on_hand\nSHIRT-RED,MUC,12\nMUG-ENA-CRM,MUC,7\n")
    shop.receive(shelf, {"SHIRT-RED": 1})
    run = apply(run)
    assert (run.job.done_count, run.job.refused_count) == (1, 1)
    assert (on_hand("SHIRT-RED"), on_hand("MUG-ENA-CRM")) == (11, 7)
    assert "10 were on hand" in run.rows.get(number=2).result


def test_a_conflict_can_be_taken_from_the_file(shelf):
    run = send("sku,location,on_hand,was\nSHIRT-RED,MUC,12,8\n")
    apply(run, conflicts="file")
    assert on_hand("SHIRT-RED") == 12


def test_or_its_difference_is_added_to_what_is_there_now(shelf):
    """Twelve of eight are four more, and two of six are four less."""
    run = send("sku,location,on_hand,was\nSHIRT-RED,MUC,12,8\nMUG-ENA-CRM,MUC,2,6\n")

    run = apply(run, conflicts="difference")

    assert (on_hand("SHIRT-RED"), on_hand("MUG-ENA-CRM")) == (14, 1)
    undo(run)
    assert (on_hand("SHIRT-RED"), on_hand("MUG-ENA-CRM")) == (10, 5)


def test_a_difference_that_leaves_less_than_nothing_refuses_its_row(shelf):
    run = send("sku,location,on_hand,was\nSHIRT-RED,MUC,12,8\nMUG-ENA-CRM,MUC,2,8\n")

    run = apply(run, conflicts="difference")

    assert (on_hand("SHIRT-RED"), on_hand("MUG-ENA-CRM")) == (14, 5)
    refused = run.rows.get(number=3)
    assert refused.result == "The file takes 6 away, but only 5 are on hand."


def test_files_of_products_have_no_difference_to_add(shelf):
    run = send("sku,name\nSHIRT-RED,Shirt\n")

    with pytest.raises(BusinessRuleError, match="in conflict cannot be taken"):
        apply(run, conflicts="difference")


def test_a_number_below_what_is_promised_frees_orders_and_says_so(world):
    place = LocationFactory(code="MUC", name="Munich")
    world.channel.pool = LocationGroupFactory(locations=[place])
    world.channel.save()
    shop.receive(place, {"SHIRT": 5})
    orders = shop.place_orders(world.channel, 2, [("SHIRT", 2)])
    run = send("sku,location,on_hand\nSHIRT,MUC,3\n")
    assert "promised to orders and taken" in run.rows.get().note
    [said] = run.consequences
    assert said == [
        "1 order loses its stock and waits again.",
        [["order", orders[1].pk, orders[1].number]],
    ]
    apply(run)
    assert on_hand("SHIRT") == 3
    assert WorkItem.objects.get(kind="shortage").subject_id == orders[1].pk


def test_adjustments_need_a_reason_and_leave_what_is_promised(shelf):
    run = send(
        "sku,location,adjustment,reason\nSHIRT-RED,MUC,-4,broken\nMUG-ENA-CRM,MUC,2,\n"
        "SHIRT-RED,LEE,-1,lost\nMUG-ENA-CRM,LEE,2,found\n"
    )
    assert run.shape == "stock_adjust"
    assert list(errors(run)) == [3, 4]
    run = apply(run)
    assert (on_hand("SHIRT-RED"), on_hand("MUG-ENA-CRM", "LEE")) == (6, 2)
    undo(run)
    assert (on_hand("SHIRT-RED"), on_hand("MUG-ENA-CRM", "LEE")) == (10, 0)


def test_what_has_left_since_is_named_by_the_undo(shelf):
    run = apply(send("sku,location,on_hand\nSHIRT-RED,LEE,3\nMUG-ENA-CRM,MUC,9\n"))
    send_away = send("sku,location,adjustment,reason\nSHIRT-RED,LEE,-2,gone\n")
    apply(send_away)
    run = undo(run)
    assert (run.status, run.undo_job.refused_count) == ("partially_undone", 1)
    assert "would leave too few" in run.rows.get(number=2).result
    assert (on_hand("SHIRT-RED", "LEE"), on_hand("MUG-ENA-CRM")) == (1, 5)


def test_the_same_file_twice_changes_nothing(shelf):
    text = "sku,location,adjustment,reason\nSHIRT-RED,MUC,2,found\n"
    apply(send(text))
    with pytest.raises(BusinessRuleError, match=r"This file was applied on .* by ann"):
        apply(send(text))
    assert on_hand("SHIRT-RED") == 12


def test_a_file_without_a_location_is_asked_for_it(shelf):
    text = "sku,on_hand\nSHIRT-RED,2\n"
    run = send(text)
    assert (run.status, run.error) == (
        "asking",
        "Say for the whole file: the location.",
    )
    run = send(text, location="MUC")
    assert counts(run) == {"changed": 1}
    # remembered for files with this header
    assert send("sku,on_hand\nSHIRT-RED,3\n").status == "previewed"


def test_no_orders_are_touched_by_reading(shelf):
    send("sku,location,on_hand\nSHIRT-RED,MUC,0\n")
    assert not Order.objects.exists()
