"""Two partners, every endpoint, each other's ids (73): what a key may not see does not
exist for it."""

from datetime import timedelta

import pytest

from oms.core.api import pages
from oms.core.webhooks import feed
from tests import factories
from tests.api import table
from tests.api.partner import Partner
from tests.api.walking import OPEN, endpoints, strays

pytestmark = pytest.mark.django_db
ALL = endpoints()
OWN = [e for e in ALL if e.resource not in table.SHARED]
JOBS = {"exports", "imports"}
WRITING = [e for e in ALL if e.method != "get"]


@pytest.fixture
def partners(world) -> tuple[Partner, Partner]:
    factories.ChannelFactory(code="other", name="Other")
    mine = Partner(name="mine", channels=["shop"])
    return mine, Partner(name="theirs", channels=["other"])


def ask(partner: Partner, endpoint, name: str):
    path = f"/api/v1/{endpoint.path.format(name)}"
    headers = {"Idempotency-Key": f"{endpoint} {name}"}
    if endpoint.method == "patch":
        headers["If-Match"] = "*"
    call = getattr(partner.client, endpoint.method)
    if endpoint.method == "get":
        return call(path)
    return call(path, table.BODIES.get(str(endpoint), {}), headers=headers)


def test_every_resource_and_every_writing_action_has_a_row():
    actions = {str(e) for e in WRITING if e.is_detail}

    assert {e.resource for e in ALL} == table.ROWS.keys()
    assert actions == table.BODIES.keys()
    assert strays() == OPEN


@pytest.mark.parametrize("endpoint", [e for e in OWN if e.is_detail], ids=str)
def test_73_what_another_partner_has_does_not_exist(partners, endpoint):
    mine, theirs = partners
    make, nothing = table.ROWS[endpoint.resource]
    name = make(theirs)

    hidden, missing = ask(mine, endpoint, name), ask(mine, endpoint, nothing)

    assert (hidden.status_code, missing.status_code) == (404, 404)
    same = [{**answer.json(), "instance": ""} for answer in (hidden, missing)]
    assert same[0] == same[1]
    assert ask(theirs, endpoint, name).status_code in {200, 201, 202, 204, 409}, (
        "or it is no test"
    )


@pytest.mark.parametrize("endpoint", [e for e in OWN if e.action == "list"], ids=str)
def test_73_lists_do_not_show_it(partners, endpoint, monkeypatch):
    monkeypatch.setattr(pages, "LATE", timedelta(seconds=-60))
    monkeypatch.setattr(feed, "MARGIN", timedelta(seconds=-60))
    mine, theirs = partners
    table.ROWS[endpoint.resource][0](theirs)

    assert ask(theirs, endpoint, "").json()["results"] != []
    assert ask(mine, endpoint, "").json()["results"] == []


@pytest.mark.parametrize("endpoint", ALL, ids=str)
def test_nobody_comes_in_without_a_key(partners, endpoint, client):
    path = f"/api/v1/{endpoint.path.format('1')}"

    answer = client.generic(endpoint.method.upper(), path)

    assert answer.status_code == 401, answer.content
    assert answer.json()["code"] == "unauthenticated"


@pytest.mark.parametrize("endpoint", ALL, ids=str)
def test_every_endpoint_wants_a_scope(partners, endpoint):
    other = "webhooks" if endpoint.resource in JOBS else "jobs"
    wrong = Partner(name="wrong", scopes=[other])
    wrong.client.raise_request_exception = True

    answer = ask(wrong, endpoint, "1")

    assert (answer.status_code, answer.json()["code"]) == (403, "scope_missing")


def test_another_channel_takes_no_order_and_no_filter_finds_one(partners):
    mine, theirs = partners
    order = theirs.create(external_id="SECRET")

    assert mine.get("orders/?external_id=SECRET").json()["results"] == []
    assert mine.get("orders/?channel=other").json()["results"] == []
    refused = mine.post("orders/", _order("other"))
    unknown = mine.post("orders/", _order("nowhere"))
    assert (refused.status_code, unknown.status_code) == (400, 400)
    assert refused.json()["detail"] == unknown.json()["detail"]
    assert order.channel.code == "other"


def _order(channel: str) -> dict:
    from tests.api.partner import new_order

    return new_order(channel=channel, external_id="SECRET")
