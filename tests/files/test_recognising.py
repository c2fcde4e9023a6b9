"""What a file is, by its header alone."""

import pytest

from oms.core.files.columns import key_of
from oms.core.files.profiles import all_profiles, best_profiles, options_of
from oms.core.files.sheet import Row
from tests.files import foreign


def best(header):
    return best_profiles(Row(1, header), all_profiles())


@pytest.mark.parametrize("code", foreign.HEADERS)
def test_each_file_is_recognised_and_by_one_profile_only(code):
    header = foreign.HEADERS[code]
    fitting = best(header)

    assert fitting[0].code == code
    ahead = [profile.fits(Row(1, header)) for profile in fitting]
    assert len(ahead) == 1 or ahead[0] > ahead[1] + 3, [p.code for p in fitting]


@pytest.mark.parametrize("code", foreign.HEADERS)
def test_columns_may_be_cut_and_written_otherwise(code):
    profile = next(each for each in all_profiles() if each.code == code)
    needed = {key for c in profile.columns if c.is_required for key in c.keys}
    kept = [name for name in foreign.HEADERS[code] if key_of(name) in needed]
    if code == "odoo_orders":
        kept += ["Order Date", "Order Lines/Product"]
    if code == "shopify_inventory":
        kept += ["On hand (new)"]
    if code == "shopify_inventory_wide":
        kept += ["Main Street"]

    assert best(kept)[0].code == code
    assert best([f" {name.upper()} " for name in kept])[0].code == code


@pytest.mark.parametrize("profile", all_profiles(), ids=lambda each: each.code)
def test_our_own_columns_are_recognised_as_ours(profile):
    if profile.code in foreign.HEADERS:
        return
    names = [column.name for column in profile.columns]

    assert best(names)[0].code == profile.code


def test_the_form_of_a_year_before_is_recognised():
    assert best(foreign.SHOPIFY_INVENTORY_2023)[0].code == "shopify_inventory"


def test_a_needed_column_that_is_missing_is_no_match():
    cut = [name for name in foreign.SHOPIFY_ORDERS if name != "Lineitem price"]

    assert not [each for each in best(cut) if each.code == "shopify_orders"]


def test_only_what_the_file_does_not_say_is_asked():
    def asked(code):
        profile = next(each for each in all_profiles() if each.code == code)
        return [o.name for o in options_of(profile, foreign.HEADERS[code])]

    assert asked("shopify_orders") == ["channel"]
    assert asked("shipstation_orders") == ["channel", "currency"]
    assert asked("woocommerce_orders") == ["channel", "currency"]
    assert asked("shopify_inventory") == []
    assert asked("woocommerce_stock") == ["location"]
    assert asked("woocommerce_products") == []
