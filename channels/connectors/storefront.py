"""A plain storefront: signed JSON, in the words of `channels/messages.py`.

    {"type": "order.placed", "data": {the order}}
    {"type": "return.requested", "data": {"order": …, "lines": [{"sku": …, …}]}}

docs/storefront.md describes it for those who write a shop.
"""

from typing import NamedTuple

from django.utils.translation import gettext as _

from channels.models import InboundMessage
from channels.reading import MessageError
from channels.services.inbox import RawMessage
from channels.strict_json import parse_json

KINDS = {
    "order.placed": InboundMessage.Kind.ORDER,
    "return.requested": InboundMessage.Kind.RETURN,
}


class Said(NamedTuple):
    """`message` is for the inbox; None for a type that we do nothing with."""

    type: str
    message: RawMessage | None


def parse(body: bytes) -> Said:
    """Read the envelope and the id; what is wrong inside an order is told by those who
    read the inbox, which keeps it. Raises MessageError."""
    said = parse_json(body)
    kind, data = said.get("type"), said.get("data")
    if not isinstance(kind, str) or not 0 < len(kind) <= 64:
        raise MessageError(_("type: a text such as order.placed is expected."))
    if kind not in KINDS:
        return Said(kind, None)
    if not isinstance(data, dict):
        raise MessageError(_("data: an object is expected."))
    external_id = data.get("external_id")
    if not isinstance(external_id, str) or not external_id.strip():
        raise MessageError(_("data.external_id: a text that is not empty is expected."))
    return Said(kind, RawMessage(external_id.strip(), data, KINDS[kind]))
