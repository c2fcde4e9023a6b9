"""Every address and method of the project, asked by everybody: see `table.py`."""

import pytest
from django.apps import apps
from django.contrib import admin
from django.db.models import Max
from django.template.response import SimpleTemplateResponse

from oms.core.models import User
from tests.permissions import table
from tests.permissions.walking import (
    GONE,
    IN,
    LOGIN,
    METHOD,
    REFUSED,
    Asker,
    address,
    filled,
    routes,
)

STRANGER = "-"
EVERYBODY = f"{STRANGER}{table.STAFF}"
OTHERS = ("PUT", "PATCH", "DELETE", "TRACE")


def right_answers(column: str, letter: str) -> set[str]:
    """What this person may get, by what the table says."""
    if column == "open":
        return {IN}
    if column.startswith("!"):
        return {column[1:]}
    if letter == STRANGER:
        return {"405": {LOGIN, METHOD}, "left": {IN}}.get(column, {LOGIN})
    if column == "left":
        return {METHOD}
    if column == "405":
        return {METHOD, REFUSED}
    if column.isdigit():
        return {column}
    admitted, _slash, others = column.partition("/")
    admitted = table.STAFF if admitted == "all" else admitted
    return {IN} if letter in admitted else {others or REFUSED, REFUSED}


def path_of(route) -> str:
    return address(route, table.VALUES.get(route.name, {}))


def test_every_address_has_a_row(people):
    known = table.read()

    missing = [route.name for route in routes() if (route.name, "GET") not in known]

    assert not missing, f"tests/permissions/table.py says nothing of {missing}"


def test_every_row_has_an_address(people):
    names = {route.name for route in routes()}
    said = {" ".join(name) for *name, _get, _post in table.rows(table.ADDRESSES)}
    models = [name.replace(".", "_") for name, *_ in table.rows(table.MODELS)]

    assert sorted(said - names) == []
    assert [name for name in models if f"{name}_change" not in names] == []


@pytest.mark.parametrize("letter", EVERYBODY)
def test_who_gets_what(people, letter, monkeypatch):
    # who is admitted is known before the page is drawn
    monkeypatch.setattr(SimpleTemplateResponse, "rendered_content", "")
    known, asker, wrong = table.read(), Asker(people[letter]), []

    for route in routes():
        if (route.name, "GET") not in known:
            continue  # another test tells
        path = path_of(route)
        for method in ("GET", "POST"):
            column = known[route.name, method]
            got = asker.ask(method, path, filled(table.FORMS.get(route.name, {})))
            if got.kind not in (right := right_answers(column, letter)):
                wrong.append(f"{method} {route.name}: {got.kind}, not {right}")
            if got.writes and (method == "GET" or got.kind != IN):
                wrong.append(f"{method} {route.name}: writes {got.writes}")

    assert not wrong, "\n".join(wrong)


def test_looking_changes_nothing(people):
    before, asker = state(), Asker(people["*"])

    failed = []
    for route in routes():
        got = asker.ask("GET", path_of(route))
        if got.kind not in (IN, METHOD, GONE, REFUSED, "503") or got.writes:
            failed.append((route.name, *got))

    assert failed == []
    assert state() == before


def state() -> dict[str, tuple]:
    """How many rows each table has, and when one was last changed."""
    found = {}
    for model in apps.get_models():
        fields = {field.name for field in model._meta.fields}
        newest = {"newest": Max("updated_at")} if "updated_at" in fields else {}
        rows = model._default_manager.all()
        if model._meta.db_table != "django_session":
            found[model.__name__] = rows.count(), rows.aggregate(**newest)
    return found


def test_no_address_knows_other_methods(people):
    asker = Asker(people["*"])

    got = {
        (route.name, method): asker.ask(method, path_of(route)).kind
        for route in routes()
        for method in OTHERS
    }

    assert {key: kind for key, kind in got.items() if kind != METHOD} == {}


@pytest.mark.parametrize("letter", table.STAFF)
def test_what_is_done_to_many_rows(people, rf, letter):
    said = {(model, name): who for model, name, who in table.rows(table.ACTIONS)}
    request = rf.get("/admin/")
    request.user = User.objects.get(username=f"the {table.LETTERS[letter]}")

    found = {
        (model._meta.label_lower, name)
        for model, page in admin.site._registry.items()
        if page.has_view_permission(request)
        for name in page.get_actions(request)
    }

    unknown = found - said.keys()
    assert not unknown, f"tests/permissions/table.py says nothing of {unknown}"
    assert found == {key for key, who in said.items() if letter in who}


def test_nothing_is_deleted_but_what_the_table_names(people, rf):
    request = rf.get("/admin/")
    request.user = User.objects.get(username="the superuser")

    deletable = {
        model._meta.label_lower
        for model, page in admin.site._registry.items()
        if page.has_delete_permission(request)
    }

    said = {model for model, *_, deletes in table.rows(table.MODELS) if deletes != "-"}
    assert deletable == said
