"""Every address and method of the project, asked by everybody: see `table.py`."""

import logging
from copy import copy
from types import ModuleType

import pytest
from django import urls
from django.apps import apps
from django.conf import settings
from django.contrib import admin, auth
from django.forms import Form
from django.http import HttpResponse
from django.template import Template

from fulfillment.documents import label, picklist, slip
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


@pytest.fixture(scope="module")
def paths(whole_office, django_db_blocker):
    with django_db_blocker.unblock():
        return {route.name: path_of(route) for route in routes()}


@pytest.fixture
def undrawn(monkeypatch):
    """Who is admitted is known before a page or a paper is drawn and a line is logged;
    and who it is does not change meanwhile."""
    monkeypatch.setattr(Template, "render", lambda *_: "")
    for document, draw in (
        (label, "label_pdf"),
        (picklist, "pick_list_pdf"),
        (slip, "slip_pdf"),
    ):
        monkeypatch.setattr(document, draw, lambda *_: b"%PDF")
    monkeypatch.setattr(logging.root.manager, "disable", logging.CRITICAL)
    look_up, known = auth.get_user, {}

    def user_of(request):
        session = request.COOKIES.get(settings.SESSION_COOKIE_NAME)
        if session not in known:
            known[session] = look_up(request)
            known[session].get_all_permissions()
        return copy(known[session])

    monkeypatch.setattr(auth, "get_user", user_of)


@pytest.mark.parametrize("letter", EVERYBODY)
def test_who_gets_what(people, paths, letter, undrawn):
    known, asker, wrong = table.read(), Asker(people[letter]), []

    for name, path in paths.items():
        if (name, "GET") not in known:
            continue  # another test tells
        for method in ("GET", "POST"):
            column = known[name, method]
            got = asker.ask(method, path, filled(table.FORMS.get(name, {})))
            if got.kind not in (right := right_answers(column, letter)):
                wrong.append(f"{method} {name}: {got.kind}, not {right}")
            if got.writes and (method == "GET" or got.kind != IN):
                wrong.append(f"{method} {name}: writes {got.writes}")

    assert not wrong, "\n".join(wrong)


def test_looking_changes_nothing(people, paths):
    """By what the database is asked for, and by what it holds afterwards."""
    before, asker = state(), Asker(people["*"], keeps=True)

    failed = []
    for name, path in paths.items():
        got = asker.ask("GET", path)
        if got.kind not in (IN, METHOD, GONE, REFUSED, "503") or got.writes:
            failed.append((name, *got))

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


def test_no_address_knows_other_methods(people, paths, undrawn):
    asker = Asker(people["*"])

    got = {
        (name, method): asker.ask(method, path).kind
        for name, path in paths.items()
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
