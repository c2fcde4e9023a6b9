"""The stack: imports point left, and a table has one writer."""

import ast

from django.apps import apps
from django.db import models

from tests.architecture import source

SET_WRITERS = {"update_rows", "insert_rows", "insert_missing"}
QUERY_WRITERS = {"create", "bulk_create", "update", "bulk_update", "delete"}
QUERY_WRITERS |= {"get_or_create", "update_or_create"}
DERIVED = {"payment_status", "fulfillment_status", "phase"}
TASK_TABLES = {"Event", "WorkItem"}  # oms.core offers them to every app
PLAYED = ("oms/demo/", "oms/story/", "oms/replay/", "oms/practice/")
ENTERED = {  # by people, in the back office: no service makes them
    *("Location", "LocationGroup", "Channel", "Product", "Barcode", "BundleComponent"),
    *("SupplierOffer", "RateTable", "RateZone", "Rate", "Package"),
    *("RiskRule", "BlocklistEntry", "ReturnPolicy"),
}


def test_imports_point_left():
    order = {app: position for position, app in enumerate(source.APPS)}

    wrong = [
        f"{source.name(path)} imports {module}"
        for path in source.files()
        for module in source.imports(path)
        if (app := source.app_of(module))
        and order[app] > order[source.app_of_file(path)]
    ]

    assert wrong == []


def test_the_longest_prefix_names_the_app():
    assert source.app_of("oms.core.sets") == "oms.core"
    assert source.app_of("oms.checks") == "oms"
    assert source.app_of("ordersmith") is None


def test_services_write_the_tables_of_their_own_app_only():
    owners = {model.__name__: source.app_of(model.__module__) for model in _models()}

    wrong = [
        f"{source.name(path)}:{call.lineno} writes {model}"
        for path in source.services()
        for call in source.calls(path)
        if (model := _written_model(call, path))
        and owners.get(model) not in {None, source.app_of_file(path)}
        and model not in TASK_TABLES
    ]

    assert wrong == []


def test_only_the_stock_services_write_levels_and_movements():
    writers = {
        (source.name(path), "StockMovement" if ledger else "StockLevel")
        for path in source.files()
        for call in source.calls(path)
        if (ledger := _called(call) == "StockMovement")
        or _written_model(call, path) in {"StockLevel", "StockMovement"}
    }

    assert writers == {
        ("inventory/services/stock.py", "StockMovement"),
        ("inventory/services/stock.py", "StockLevel"),
        ("inventory/services/safety.py", "StockLevel"),
        ("inventory/services/bins.py", "StockLevel"),
    }


def test_only_the_rollups_write_the_derived_words():
    writers = {
        source.name(path)
        for path in source.files()
        for node in ast.walk(source.tree(path))
        if _sets_derived(node)
    }

    assert writers == {"orders/services/rollups.py"}


def test_services_save_no_single_rows():
    saving = [
        f"{source.name(path)}:{call.lineno}"
        for path in source.services()
        for call in source.calls(path)
        if isinstance(call.func, ast.Attribute) and call.func.attr == "save"
    ]

    assert saving == []


def test_what_is_played_is_done_by_services():
    """The demo, the story and the replay make what people enter, and nothing else."""
    played = [p for p in source.files() if source.name(p).startswith(PLAYED)]
    calls = [(path, call) for path in played for call in source.calls(path)]

    written = {_written_model(call, path) for path, call in calls} - {None}
    saved = [
        f"{source.name(path)}:{call.lineno}"
        for path, call in calls
        if getattr(call.func, "attr", "") == "save"
    ]

    assert written == ENTERED
    assert saved == []


def _models() -> list[type[models.Model]]:
    return [m for m in apps.get_models() if source.app_of(m.__module__)]


def _called(call: ast.Call) -> str:
    """What is called; `build(Model, …)` makes a Model."""
    if getattr(call.func, "id", "") == "build" and call.args:
        call = ast.Call(func=call.args[0], args=[], keywords=[])
    return getattr(call.func, "id", getattr(call.func, "attr", ""))


def _written_model(call: ast.Call, path) -> str | None:
    """The model that a call writes, where the source says so."""
    called = _called(call)
    if called == "update_rows" and call.args:
        return getattr(call.args[0], "id", None)
    if called in SET_WRITERS and call.args:
        made = [n for n in ast.walk(call.args[0]) if isinstance(n, ast.Call)]
        return next((_called(n) for n in made if _called(n)[:1].isupper()), None)
    if called in QUERY_WRITERS and isinstance(call.func, ast.Attribute):
        for node in ast.walk(call.func.value):
            if isinstance(node, ast.Attribute) and node.attr == "objects":
                return getattr(node.value, "id", None)
    return None


def _sets_derived(node: ast.AST) -> bool:
    if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        return any(
            isinstance(part, ast.Attribute)
            and part.attr in DERIVED
            and isinstance(part.ctx, ast.Store)
            for target in targets
            for part in ast.walk(target)
        )
    if isinstance(node, ast.Call) and _called(node) in {"update_rows", "update"}:
        if any(keyword.arg in DERIVED for keyword in node.keywords):
            return True
        return any(
            isinstance(part, ast.Constant) and part.value in DERIVED
            for arg in node.args
            for part in ast.walk(arg)
        )
    return False
