"""The rules that keep the house readable."""

import ast
from pathlib import Path

import pytest
from django.apps import apps

from oms.core.base import StatusModel
from tests.architecture import source

FORBIDDEN_NAMES = {"utils", "helpers", "common", "misc", "manager", "managers"}
MODEL_SIGNALS = {"pre_save", "post_save", "pre_delete", "post_delete", "m2m_changed"}
NETWORK = {"requests", "httpx", "urllib", "urllib3", "http", "socket", "smtplib"}
TESTS = sorted((source.ROOT / "tests").rglob("*.py"))
EVERYTHING = [*source.files(), *TESTS]


def test_files_have_at_most_300_lines():
    long = {
        source.name(path): lines
        for path in EVERYTHING
        if (lines := len(path.read_text().splitlines())) > 300
    }

    assert long == {}


def test_functions_have_at_most_50_lines():
    long = [
        f"{source.name(path)}:{node.name}"
        for path in EVERYTHING
        for node in ast.walk(source.tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno - node.lineno + 1 > 50
    ]

    assert long == []


def test_no_module_has_a_name_that_says_nothing():
    assert [source.name(p) for p in source.files() if p.stem in FORBIDDEN_NAMES] == []


def test_there_are_no_signals_of_models():
    assert (
        _importing(source.files(), lambda m: m.rpartition(".")[2] in MODEL_SIGNALS)
        == []
    )


def test_services_do_not_call_the_network():
    assert _importing(source.services(), lambda m: m.partition(".")[0] in NETWORK) == []


def test_the_project_package_is_empty():
    assert (source.ROOT / "oms" / "__init__.py").read_text() == ""


def _transitions():
    for model in apps.get_models():
        if not issubclass(model, StatusModel):
            continue
        for name, member in vars(model).items():
            if meta := getattr(member, "_django_fsm", None):
                for source_status, step in meta.transitions.items():
                    yield f"{model.__name__}.{name}", source_status, step


def test_transitions_name_their_sources_and_a_plain_target():
    wrong = [
        name
        for name, status, step in _transitions()
        if status in {"*", "+"} or not isinstance(step.target, str)
    ]

    assert wrong == []


def test_every_transition_has_the_action_for_the_timeline():
    wrong = [
        name
        for name, _status, step in _transitions()
        if not step.custom.get("action", "").startswith(
            f"{name.split('.')[0].lower()}."
        )
    ]

    assert len(list(_transitions())) > 10
    assert wrong == []


@pytest.mark.parametrize("path", source.files(), ids=source.name)
def test_refusals_are_translated(path: Path):
    bare = [
        call.lineno
        for call in source.calls(path)
        if _takes_a_reason(call)
        and any(
            isinstance(a, ast.Constant | ast.JoinedStr) and _words(a)
            for a in call.args[-1:]
        )
    ]

    assert bare == []


def _takes_a_reason(call: ast.Call) -> bool:
    name = getattr(call.func, "attr", getattr(call.func, "id", ""))
    return name in {"refuse", "BusinessRuleError", "MessageError"}


def _words(node: ast.AST) -> bool:
    """Whether a literal holds words of its own, besides the values filled in."""
    texts = [n.value for n in ast.walk(node) if isinstance(n, ast.Constant)]
    return any(isinstance(t, str) and any(c.isalpha() for c in t) for t in texts)


def _importing(paths, is_wrong) -> list[str]:
    return [
        f"{source.name(path)} imports {module}"
        for path in paths
        for module in source.imports(path)
        if is_wrong(module)
    ]
