"""A partner's program, as the tests of the API see it."""

import itertools
from urllib.parse import urlencode

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from rest_framework.test import APIClient

from oms.core.api.keys import NewKey, create_keys
from oms.core.api.models import Scope
from orders.models import Order

_numbers = itertools.count(1)
SHIP_TO = {
    "name": "Erika Muster",
    "street": "Lindenstraße 1",
    "city": "Berlin",
    "postal_code": "10969",
    "country": "DE",
}


def make_key(name="acme", scopes=tuple(Scope.values), **limits):
    return create_keys([NewKey(name, scopes, **limits)], actor="test").one()


def order_line(**fields) -> dict:
    return {"sku": "SHIRT", "quantity": 1, "unit_price": "10.00"} | fields


def new_order(**fields) -> dict:
    """The body of an order, with an external id of its own."""
    given = {"external_id": f"API-{next(_numbers)}", "currency": "EUR"}
    return given | {"lines": [order_line()], "ship_to": SHIP_TO} | fields


class Partner:
    """Calls paths under /api/v1/ with a key; a POST gets an Idempotency-Key of its own
    unless the test gives one, or "" for none."""

    def __init__(self, key=None, **limits):
        self.key = key or make_key(**limits)
        self.client = APIClient()
        self.client.credentials(HTTP_AUTHORIZATION=f"Bearer {self.key.secret}")

    def get(self, path: str, **headers):
        return self.client.get(f"/api/v1/{path}", headers=_named(headers))

    def post(self, path: str, body=None, key=None, **headers):
        if key is None:
            key = f"k-{next(_numbers)}"
        if key:
            headers["Idempotency_Key"] = key
        body = {} if body is None else body
        return self.client.post(f"/api/v1/{path}", body, headers=_named(headers))

    def send(self, content: str | bytes, key=None, kind="text/csv", **said):
        """A file as the body itself, and what is said of it in the query."""
        headers = {"Idempotency-Key": key or f"k-{next(_numbers)}"}
        data = content if isinstance(content, bytes) else content.encode()
        path = f"/api/v1/imports/?{urlencode(said)}"
        return self.client.generic("POST", path, data, kind, headers=headers)

    def send_form(self, content: str, name="orders.csv", key=None, **said):
        """The same as a form."""
        headers = {"Idempotency-Key": key or f"k-{next(_numbers)}"}
        said["file"] = SimpleUploadedFile(name, content.encode(), "text/csv")
        return Client().post(
            "/api/v1/imports/",
            said,
            headers={**headers, "Authorization": f"Bearer {self.key.secret}"},
        )

    def patch(self, path: str, body, **headers):
        return self.client.patch(f"/api/v1/{path}", body, headers=_named(headers))

    def create(self, **fields) -> Order:
        answer = self.post("orders/", new_order(**fields))
        assert answer.status_code == 201, answer.json()
        return Order.objects.get(number=answer.json()["number"])


def _named(headers: dict) -> dict:
    return {name.replace("_", "-"): value for name, value in headers.items()}


def wrongs(answer) -> list[tuple[str, str, str]]:
    """(where, pointer, code) of each error."""
    return [(e["in"], e["pointer"], e["code"]) for e in answer.json()["errors"]]
