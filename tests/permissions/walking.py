"""Every address of the project, and what somebody gets who asks for it."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from django.apps import apps
from django.conf import settings
from django.db import connection, models, transaction
from django.test import Client
from django.urls import URLPattern, get_resolver

from oms.core import desk, tools

IN, REFUSED, LOGIN, METHOD, GONE = "in", "403", "login", "405", "404"
PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>|\(\?P<(\w+)>[^)]*\)")
WRITING = re.compile(r"\b(INSERT INTO|UPDATE|DELETE FROM|TRUNCATE)\s+\W*(\w+)", re.I)
KEYS = {"object_id", "pk", "id"}


class Route(NamedTuple):
    """`name` as in the table; `path` still has its parameters."""

    name: str
    path: str

    @property
    def parameters(self) -> list[str]:
        return [a or b for a, b in PARAMETER.findall(self.path)]


def routes(urlconf=None) -> list[Route]:
    """One for each address; each tool and each action of a page is one of its own.
    Partners' programs are asked about in tests/api."""
    found = []
    for name, path in _walk(get_resolver(urlconf)):
        if path.startswith("api/"):
            continue
        named = _named(name)
        found += [
            Route(f"{name} {each}", path.replace("<slug:name>", each)) for each in named
        ]
        found += [] if named else [Route(name, path)]
    return found


def _named(name: str) -> list[str]:
    """What the address does, where the end of it says so."""
    if name.endswith("_tool"):
        return list(tools._tools[model_of(name)]) or ["none"]
    if name.endswith("_do"):
        actions = desk._actions[model_of(name)].values()
        return [action.name for action in actions if action.run]
    return []


def _walk(resolver, prefix: str = "") -> Iterator[tuple[str, str]]:
    for each in resolver.url_patterns:
        path = prefix + str(each.pattern).lstrip("^")
        if isinstance(each, URLPattern):
            yield each.name or _nameless(path), path.rstrip("$")
        else:
            yield from _walk(each, path)


def _nameless(path: str) -> str:
    """What Django gives no name: the short address of a row, and whatever is left."""
    parts = path.split("/")
    return f"{parts[1]}_{parts[2]}_short" if "<path:object_id>" in path else "anything"


def model_of(name: str) -> type[models.Model] | None:
    """The model whose pages the address belongs to."""
    fitting = [
        model
        for model in apps.get_models()
        if name.startswith(f"{model._meta.app_label}_{model._meta.model_name}_")
    ]
    return max(fitting, key=lambda model: len(model._meta.model_name), default=None)


def address(route: Route, given: dict[str, object]) -> str:
    """The path with its parameters filled in: keys by the newest row of the model, the
    rest by `given`."""

    def value(match) -> str:
        parameter = match[1] or match[2]
        if parameter in given:
            return filled(given)[parameter]
        model = model_of(route.name)
        assert parameter in KEYS, f"{route.name}: nothing is said of <{parameter}>"
        assert model is not None, f"{route.name}: of which model is its {parameter}?"
        row = model._default_manager.order_by("pk").last()
        assert row is not None, f"{route.name}: the shop has no {model.__name__}"
        return str(row.pk)

    return "/" + PARAMETER.sub(value, route.path).replace("/?", "/")


def filled(given: dict[str, object]) -> dict[str, str]:
    """What is only known once there are rows is asked for now."""
    return {k: str(v() if callable(v) else v) for k, v in given.items()}


class Answer(NamedTuple):
    kind: str  # IN, REFUSED, LOGIN, METHOD, GONE or a status that should not be
    writes: list[str]  # names of the tables


class Asker:
    """Sends requests as somebody would, and undoes them unless it `keeps` what they
    did."""

    def __init__(self, session: str, *, keeps: bool = False):
        self.session, self.client = session, Client(raise_request_exception=False)
        self.undone = "" if keeps else transaction.savepoint()

    def ask(self, method: str, path: str, form: dict | None = None) -> Answer:
        self.client.cookies.clear()
        if self.session:
            self.client.cookies[settings.SESSION_COOKIE_NAME] = self.session
        writes = []

        def note(execute, sql, params, many, context):
            writes.extend(table for _verb, table in WRITING.findall(str(sql)))
            return execute(sql, params, many, context)

        with connection.execute_wrapper(note):
            answer = self._send(method, path, form or {})
        if self.undone and (writes or method == "POST"):
            transaction.set_rollback(False)
            transaction.savepoint_rollback(self.undone)
        return Answer(_kind(answer), [t for t in writes if t != "django_session"])

    def _send(self, method: str, path: str, form: dict):
        if method == "POST":
            return self.client.post(path, form)
        return self.client.generic(method, path)


def _kind(answer) -> str:
    status = answer.status_code
    if status in (301, 302) and answer.url.startswith("/admin/login/"):
        return LOGIN
    if status in (200, 301, 302, 304, 400, 409):
        return IN
    return str(status)
