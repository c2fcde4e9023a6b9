"""The 3PL cancels work, as asked, while it sends it, and while the request is taken
back."""

from functools import partial

import pytest

from fulfillment.models import FulfillmentOrder
from fulfillment.services import giving_back, leaving, negotiating
from fulfillment.services.shipping import Label
from oms.core import transitions
from oms.invariants import violations
from tests.concurrency import racing
from tests.fulfillment.thirdparty import asked, become_partner, sent

pytestmark = pytest.mark.django_db(transaction=True)

WORKS = 4


def test_one_of_them_happens(world, monkeypatch):
    become_partner(world.ber)
    works = sent(world.channel, WORKS)
    for work in works:
        asked(work).one()
    racing.dawdle(monkeypatch, transitions, "lock", 0.1)
    calls = []
    for work in works:
        label = {work.pk: Label(f"T{work.number}")}
        three = [
            partial(giving_back.accept_cancellation, [work.pk], actor="key:wms"),
            partial(leaving.ship_works, label, actor="key:wms"),
            partial(negotiating.withdraw_cancellation, [work.pk], actor="user:mia"),
        ]
        turn = work.pk % 3
        calls += three[turn:] + three[:turn]

    results = racing.race(calls)

    assert racing.errors(results) == []
    ends = FulfillmentOrder.objects.values_list("status", "cancellation")
    assert set(ends) <= {
        ("cancelled", "accepted"),
        ("fulfilled", "rejected"),
        ("fulfilled", "withdrawn"),
    }
    assert violations() == []
