"""Every kind of work item has words and a way out."""

import ast
import importlib

import pytest

from fulfillment.services import notices
from oms.core import fixes
from oms.invariants import INVARIANTS
from orders.services import asking, paymentitems
from orders.services.validation import CHECKS
from tests.architecture import source

FAMILIES = {  # kinds that are not written down where the item is made
    ("orders/services/validation.py", "kind"): list(CHECKS),
    ("orders/services/paymentitems.py", "kind"): [
        *(paymentitems.EXPIRING, paymentitems.EXPIRED),
        *(paymentitems.MISMATCH, paymentitems.UNKNOWN),
        *(paymentitems.OVERPAID, paymentitems.UNCOLLECTED),
        *map(paymentitems.failed, asking.COUNTED),
    ],
    ("fulfillment/services/notices.py", "kind"): notices.KINDS,
    ("oms/tasks.py", "f'broken:{each.code}'"): [f"broken:{c}" for c in INVARIANTS],
}


def kinds_in_code() -> set[str]:
    kinds = set()
    making = (each for each in source.files() if "WorkItem(" in each.read_text())
    for path in making:
        name = source.name(path)
        for node in ast.walk(source.tree(path)):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "WorkItem":
                said = {keyword.arg: keyword.value for keyword in node.keywords}
                if "kind" in said:
                    kinds |= set(_kinds(name, said["kind"]))
    return kinds


def _kinds(name: str, said: ast.expr) -> list[str]:
    if isinstance(said, ast.Constant):
        return [said.value]
    if (name, ast.unparse(said)) in FAMILIES:
        return FAMILIES[name, ast.unparse(said)]
    assert isinstance(said, ast.Name), f"{name}: which kinds are {ast.unparse(said)}?"
    module = importlib.import_module(name.removesuffix(".py").replace("/", "."))
    return [getattr(module, said.id)]


KINDS = sorted(kinds_in_code())


def test_all_families_are_found():
    assert {"unpaid", "parcel_silent", "blind_return", "hook_conflict"} <= set(KINDS)
    assert len(KINDS) > 30


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_has_words_and_a_way_out(kind):
    assert fixes.is_known(kind), f"{kind}: say in an app's admin/fixes.py what it means"
    said = fixes.kind_of(kind)

    assert str(said.label)
    assert str(said.meaning).endswith(".")
    assert said.fixes, f"{kind} has no fix"


@pytest.mark.parametrize("kind", KINDS)
def test_a_fix_asks_with_first_values(kind):
    names = [fix.name for fix in fixes.kind_of(kind).fixes]
    assert len(names) == len(set(names))
    for fix in fixes.kind_of(kind).fixes:
        assert "." in fix.permission
        form = fix.form() if fix.form else None
        for name, field in form.fields.items() if form else ():
            assert form.get_initial_for_field(field, name), (fix.name, name)


def test_a_kind_that_nobody_knows_can_be_closed():
    said = fixes.kind_of("from_a_plugin")

    assert str(said.label) == "From a plugin"
    assert [fix.name for fix in said.fixes] == ["done"]


def test_a_family_names_its_member():
    assert fixes.label_of("broken:E2") == "The books do not agree: E2"
