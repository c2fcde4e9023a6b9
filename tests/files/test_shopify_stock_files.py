"""Stock of Shopify, in its three forms."""

import pytest

from inventory.models import StockLevel
from tests.files import foreign
from tests.files.importing import apply, counts, errors, left, send, undo

pytestmark = pytest.mark.usefixtures("world")


def stock(sku, **said):
    return {"Handle": sku.lower(), "Title": f"The {sku}", "SKU": sku, **said}


def on_hand(sku, code) -> int:
    return StockLevel.objects.get(product__sku=sku, location__code=code).on_hand


def test_only_the_new_number_changes_stock():
    new, now = "On hand (new)", "On hand (current)"
    rows = [
        stock("SHIRT", Location="ber", **{now: "5", new: "7"}),
        stock("SHIRT", Location="NYC", **{now: "100", new: ""}),
        stock("MUG", Location="BER", **{now: "not stocked", new: "not stocked"}),
        stock("-", Location="BER", **{now: "1", new: "5"}),
        stock("-", Location="BER", **{now: "1", new: ""}),
        stock("HAT", Location="BER", **{now: "1", new: "2"}),
        stock("MUG", Location="Nowhere", **{now: "1", new: "2"}),
    ]

    run = send(foreign.as_csv(foreign.table(foreign.SHOPIFY_INVENTORY, rows)))

    assert run.profile == "shopify_inventory"
    assert counts(run) == {"changed": 1, "unchanged": 3, "error": 3}
    assert "nothing changes" in left(run)[3]
    assert "not stocked at BER" in left(run)[4]
    assert "“The -” has no SKU: its 5 pieces at BER" in errors(run)[5][0]
    assert "unknown SKU" in errors(run)[7][0]
    assert "unknown location" in errors(run)[8][0]
    apply(run)
    assert (on_hand("SHIRT", "BER"), on_hand("SHIRT", "NYC")) == (7, 100)
    undo(run)
    assert on_hand("SHIRT", "BER") == 100


def test_a_column_for_each_place_is_a_row_for_each_place():
    header = [*foreign.SHOPIFY_INVENTORY_WIDE, "BER", "NYC"]
    rows = [
        stock("SHIRT", BER="3", NYC="not stocked"),
        stock("MUG", BER="100", NYC="4"),
    ]

    run = send(foreign.as_csv(foreign.table(header, rows)))

    assert run.profile == "shopify_inventory_wide"
    assert counts(run) == {"changed": 2, "unchanged": 2}
    apply(run)
    assert (on_hand("SHIRT", "BER"), on_hand("MUG", "NYC")) == (3, 4)


def test_the_form_of_2023_says_the_number_itself():
    rows = [stock("SHIRT", Location="BER", **{"On hand": "9", "Available": "2"})]

    run = send(foreign.as_csv(foreign.table(foreign.SHOPIFY_INVENTORY_2023, rows)))

    apply(run)
    assert on_hand("SHIRT", "BER") == 9
