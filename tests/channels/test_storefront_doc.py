"""docs/storefront.md is true: its code signs, its messages are taken."""

import json
import re

import pytest

from channels.models import InboundMessage
from orders.models import Order
from returns.models import Return
from returns.models.returns import ReturnReason
from tests import factories, shop
from tests.channels.sender import CLIENT
from tests.sandbox import ROOT

pytestmark = pytest.mark.django_db(transaction=True)
TEXT = (ROOT / "docs/storefront.md").read_text()


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", TEXT, re.DOTALL)


def send(sender, message: dict, call_id: str):
    """As the document says."""
    names = {"secret": sender.secret, "message": message, "call_id": call_id}
    [code] = blocks("python")
    exec(code, names)
    return CLIENT.post(sender.url, content=names["body"], headers=names["headers"])


def test_its_messages_signed_by_its_code_are_taken(world, sender, drain_queue):
    mug = factories.ProductFactory(sku="MUG-OAK")
    shop.receive(world.ber, {mug.sku: 5})
    placed, asked = map(json.loads, blocks("json"))

    assert send(sender, placed, "1").json() == {"detail": "Accepted."}
    drain_queue()
    order = Order.objects.get()
    assert (order.external_id, order.status) == ("10023", "confirmed")
    shop.advance([order])
    assert send(sender, asked, "2").json() == {"detail": "Accepted."}
    drain_queue()

    assert Return.objects.get().external_id == "R-77"
    assert set(InboundMessage.objects.values_list("status", flat=True)) == {"processed"}


def test_its_reasons_are_ours():
    listed = TEXT.partition("`reason` is one of")[2].partition(";")[0]

    assert re.findall(r"`(\w+)`", listed) == ReturnReason.values


def test_its_statuses_are_those_of_the_door():
    view = (ROOT / "channels/views.py").read_text()
    door = (ROOT / "channels/services/door.py").read_text()
    given = set(re.findall(r"(?:_say|NotReadError|Answer)\((\d{3})", view + door))
    given |= {"405", "503"}  # require_POST, _later

    assert set(re.findall(r"^\| (\d{3}) \|", TEXT, re.MULTILINE)) == given
