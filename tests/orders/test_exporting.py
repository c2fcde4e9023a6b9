"""Everything that is kept of a person, in one file."""

import json

import pytest

from oms.core.models import Event
from orders.services import exporting
from tests.orders.zoe import SECRETS
from tests.returns import desk

pytestmark = pytest.mark.django_db


def test_the_export_has_everything(zoe, world):
    found = exporting.export_customer(zoe, actor="user:mia")

    for heading in (
        *("customers", "orders", "lines", "payments", "payment ledger", "holds"),
        *("events", "shipments", "labels", "returns", "refunds", "inbound messages"),
        *("messages about returns", "calls of channels", "tracking", "risk"),
    ):
        assert found[heading], heading
    text, data = exporting.as_text(found), exporting.as_json(found)
    assert json.loads(data)["customers"][0]["email"] == "Zwiebel@example.org"
    for secret in SECRETS:
        assert secret.lower() in data.lower(), secret
        assert secret.lower() in text.lower(), secret
    assert Event.objects.filter(action="customer.exported").count() == 1


def test_the_export_has_nothing_of_others(zoe, world):
    desk.sent(world, [("MUG", 1)])
    found = exporting.export_customer(zoe, actor="user:mia")

    assert "Erika" not in exporting.as_json(found)
    assert len(found["orders"]) == 1
