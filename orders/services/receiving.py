"""Orders from partners' programs, in one step: kept in the inbox as every order is, and
taken in at once, in the transaction of the request."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from channels.messages import IncomingOrder
from channels.models import Channel
from channels.services.inbox import RawMessage, store_messages, withdraw_messages
from oms.core.outcome import Outcome
from orders.models import Order
from orders.services.intake import take_in


class Taken(NamedTuple):
    """What became of the order at this position. `is_new` is False where it was here
    before, with the same content."""

    position: int
    order: Order
    is_new: bool


@transaction.atomic
def receive_orders(
    channel: Channel, wanted: Sequence[IncomingOrder], *, actor: str, at=None
) -> Outcome:
    """done: `Taken`, by position; refused: by position. Nothing is kept of what is
    refused, so that it can be sent again corrected."""
    at = at or timezone.now()
    raw = [RawMessage(each.external_id, each.to_payload()) for each in wanted]
    stored = store_messages(channel, raw, actor=actor, at=at, hand_over=False)
    taken = take_in([message.pk for message in stored.done], actor=actor, at=at)
    withdraw_messages(taken.refused)
    new = {order.external_id: order for order in taken.done}
    known = _known(channel, {each.external_id for each in wanted} - new.keys())
    why_not = {
        message.external_id: taken.refused[message.pk]
        for message in stored.done
        if message.pk in taken.refused
    }
    out = Outcome()
    for position, message in enumerate(raw):
        name = message.external_id
        if position not in stored.refused and name in new:
            out.done.append(Taken(position, new[name], True))
        elif name in why_not:
            out.refused[position] = why_not[name]
        elif name in new:
            out.refuse(position, _twice(name))
        else:
            _repeated(out, position, message, known.get(name))
    return out


def _repeated(
    out: Outcome, position: int, message: RawMessage, order: Order | None
) -> None:
    """It has been here before, by whatever way."""
    if order is None:
        text = _("%(id)s is in the inbox and no order yet; look at what it lacks.")
        out.refuse(position, text % {"id": message.external_id})
    elif said := _differs(message.payload, order):
        text = _("%(id)s is %(order)s already, with another content (%(said)s).")
        facts = {"id": message.external_id, "order": order, "said": ", ".join(said)}
        out.refuse(position, text % facts)
    else:
        out.done.append(Taken(position, order, False))


def _differs(payload: dict[str, Any], order: Order) -> list[str]:
    """The fields that differ; when it was placed is ours where nobody said so."""
    if order.inbound_message is None:
        return []
    before = order.inbound_message.payload
    names = (payload.keys() | before.keys()) - {"placed_at"}
    return sorted(name for name in names if payload.get(name) != before.get(name))


def _known(channel: Channel, external_ids: set[str]) -> dict[str, Order]:
    if not external_ids:
        return {}
    rows = Order.objects.filter(channel=channel, external_id__in=external_ids)
    return {row.external_id: row for row in rows.select_related("inbound_message")}


def _twice(name: str) -> str:
    return _("%(id)s comes twice in this call; send each order once.") % {"id": name}
