"""Messages that cannot be read stay in the inbox with the reason; good ones go on."""

import pytest

from channels.models import InboundMessage
from channels.services.inbox import RawMessage, store_messages
from orders.models import Order
from orders.services import intake
from tests import shop

pytestmark = pytest.mark.django_db
LINE = {"sku": "SHIRT", "quantity": 1, "unit_price": "1.00"}
BAD = [
    {"currency": "XXQ"},
    {"placed_at": "2026-01-01T00:00:00"},
    {"lines": None},
    {"lines": []},
    *({"lines": [LINE | {"quantity": n}]} for n in (0, -1, 1.5, "1", None, 2**31)),
    *({"lines": [LINE | {"unit_price": n}]} for n in ("NaN", 1.5, "x", "1e99")),
    {"lines": [LINE | {"sku": "x" * 65}]},
]


@pytest.mark.parametrize("fields", BAD, ids=str)
def test_a_bad_message_is_refused_and_the_good_one_beside_it_taken(world, fields):
    payload = shop.incoming().to_payload()
    bad = RawMessage("bad", payload | {"external_id": "bad"} | fields)
    kept = store_messages(world.channel, [bad], actor="t").done[0]
    [good] = shop.send(world.channel, [shop.incoming()])

    out = intake.take_in([kept.pk, good], actor="t")

    message = InboundMessage.objects.get(pk=kept.pk)
    assert out.refused == {kept.pk: [message.error]}
    assert (message.status, bool(message.error)) == ("refused", True)
    assert Order.objects.values_list("inbound_message", flat=True).get() == good
