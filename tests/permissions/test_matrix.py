"""Every address and method of the project, asked by everybody: see `table.py`."""

from types import ModuleType

import pytest
from django import urls
from django.apps import apps
from django.contrib import admin
from django.forms import Form
from django.http import HttpResponse
from django.template.response import SimpleTemplateResponse

from inventory.models import Location
from oms.core import tools
from oms.core.models import User
from oms.urls import urlpatterns
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


def without_a_row(urlconf=None) -> list[str]:
    known = table.read()
    return [each.name for each in routes(urlconf) if (each.name, "GET") not in known]


def test_every_address_has_a_row(people):
    missing = without_a_row()

    assert not missing, f"tests/permissions/table.py says nothing of {missing}"


def test_an_address_without_a_row_is_found(people, monkeypatch):
    def nothing(*_given):
        return HttpResponse()

    more = ModuleType("more")
    more.urlpatterns = [*urlpatterns, urls.path("more/<int:pk>/", nothing, name="more")]
    tool = tools.Tool("more", "More", Form, nothing, "")
    monkeypatch.setitem(tools._tools[Location], "more", tool)

    assert sorted(without_a_row(more)) == ["inventory_location_tool more", "more"]


def test_an_action_without_a_row_is_found(people, rf, monkeypatch):
    page = admin.site.get_model_admin(Location)
    action = action_named("more")
    monkeypatch.setattr(page, "actions", [*page.actions, action])

    unknown = actions_of("superuser", rf) - known_actions().keys()

    assert unknown == {("inventory.location", "more")}


def action_named(name: str):
    def action(page, request, rows):
        """Nothing."""

    action.__name__ = name
    return action


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
    """By what the database is asked for, and by what it holds afterwards."""
    before, asker = state(), Asker(people["*"], keeps=True)

    failed = []
    for route in routes():
        got = asker.ask("GET", path_of(route))
        if got.kind not in (IN, METHOD, GONE, REFUSED, "503") or got.writes:
            failed.append((route.name, *got))

    assert failed == []
    assert sum(map(len, before.values())) > 300  # there is something to change
    assert state() == before


def state() -> dict[str, list]:
    """All rows of all tables; a session is the browser's."""
    return {
        model.__name__: list(model._default_manager.order_by("pk").values_list())
        for model in apps.get_models()
        if model._meta.db_table != "django_session"
    }


def test_no_address_knows_other_methods(people):
    asker = Asker(people["*"])

    got = {
        (route.name, method): asker.ask(method, path_of(route)).kind
        for route in routes()
        for method in OTHERS
    }

    assert {key: kind for key, kind in got.items() if kind != METHOD} == {}


def known_actions() -> dict[tuple[str, str], str]:
    return {(model, name): who for model, name, who in table.rows(table.ACTIONS)}


def actions_of(role: str, rf) -> set[tuple[str, str]]:
    request = rf.get("/admin/")
    request.user = User.objects.get(username=f"the {role}")
    return {
        (model._meta.label_lower, name)
        for model, page in admin.site._registry.items()
        if page.has_view_permission(request)
        for name in page.get_actions(request)
    }


@pytest.mark.parametrize("letter", table.STAFF)
def test_what_is_done_to_many_rows(people, rf, letter):
    said, found = known_actions(), actions_of(table.LETTERS[letter], rf)

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
