"""What customers ask to send back through their channel: messages become returns.

The customer is bound by the policy. What is refused stays in the inbox with the reason,
and is a work item for staff: the channel cannot be asked again.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from channels.messages import IncomingReturn, MessageError
from channels.models import InboundMessage
from channels.services.inbox import (
    finish_messages,
    lock_waiting,
    not_waiting,
    waiting_orders,
)
from oms.core import workitems
from oms.core.models import WorkItem
from oms.core.outcome import Outcome
from orders.models import Order, OrderLine
from returns.models import Return
from returns.models.returns import ReturnReason
from returns.services.locking import lock_orders
from returns.services.requesting import NewReturn, request_returns, room_of

KIND = InboundMessage.Kind.RETURN
Asked = dict[InboundMessage, IncomingReturn]
Orders = dict[tuple[int, str], Order]  # by channel and external id


@transaction.atomic
def take_in(messages: Iterable[int], *, actor: str, at=None) -> Outcome:
    """Ask for a return for each message, given by primary key.

    done: the returns. refused, by message: what cannot be read or may not come back;
    the message keeps the reason. A message that came before its order waits for it.
    """
    at = at or timezone.now()
    wanted = set(messages)
    waiting = lock_waiting(wanted, KIND)
    out = Outcome()
    for pk in wanted - {message.pk for message in waiting}:
        out.refuse(pk, not_waiting(pk))
    asked, errors = _read(waiting)
    orders = _orders(asked)
    for message in _too_early(asked, orders):
        said = asked.pop(message)
        waiting.remove(message)
        out.refuse(message.pk, _waits(said))
    wishes, asking = [], []
    room = room_of(orders.values())
    for message, said in asked.items():
        try:
            order = orders.get((message.channel_id, said.order))
            wishes.append(wish_of(said, order, room))
            asking.append(message)
        except MessageError as error:
            errors[message.pk] = str(error)
    answer = request_returns(wishes, actor=actor, at=at)
    out.done = answer.done
    for position, reasons in answer.refused.items():
        errors[asking[position].pk] = " ".join(reasons)
    for pk, error in errors.items():
        out.refuse(pk, error)
    finish_messages({m.pk: errors.get(m.pk, "") for m in waiting}, at=at)
    items = [_refused(m, errors[m.pk]) for m in waiting if m.pk in errors]
    workitems.open_items(items, at=at)
    return out


def _read(messages: Sequence[InboundMessage]) -> tuple[Asked, dict[int, str]]:
    asked, errors = {}, {}
    for message in messages:
        try:
            asked[message] = IncomingReturn.from_payload(message.payload)
        except MessageError as error:
            errors[message.pk] = str(error)
    return asked, errors


def _orders(asked: Asked) -> Orders:
    """The orders that are meant, locked."""
    keys = {(message.channel_id, said.order) for message, said in asked.items()}
    found = Order.objects.filter(
        channel__in={channel for channel, _id in keys},
        external_id__in={external_id for _channel, external_id in keys},
    ).values_list("pk", "channel", "external_id")
    locked = lock_orders([pk for pk, *key in found if tuple(key) in keys])
    return {(order.channel_id, order.external_id): order for order in locked}


def _too_early(asked: Asked, orders: Orders) -> list[InboundMessage]:
    """Those whose order has come and is not taken in yet."""
    keys = {m: (m.channel_id, said.order) for m, said in asked.items()}
    early = waiting_orders(key for key in keys.values() if key not in orders)
    return [message for message, key in keys.items() if key in early]


def wish_of(
    said: IncomingReturn,
    order: Order | None,
    room: dict[int, int],
    source: str = Return.Source.CUSTOMER,
) -> NewReturn:
    """What is said by SKU, in pieces of lines; takes them out of `room`. Raises
    MessageError."""
    if order is None:
        raise MessageError(
            _(
                "Return %(id)s is for order %(order)s, which is not here. Check the "
                "number with the channel, or open the return by hand."
            )
            % {"id": said.external_id, "order": said.order}
        )
    reason = said.reason or ReturnReason.OTHER
    if reason not in ReturnReason.values:
        raise MessageError(
            _("reason is %(reason)r; expected one of: %(all)s.")
            % {"reason": reason, "all": ", ".join(ReturnReason.values)}
        )
    pieces: dict[int, int] = defaultdict(int)
    for line in said.lines:
        _spread(order, line.sku, line.quantity, room, pieces)
    return NewReturn(
        order.pk,
        dict(pieces),
        reason=reason,
        source=source,
        note=said.note,
        external_id=said.external_id,
    )


def _spread(
    order: Order, sku: str, quantity: int, room: dict[int, int], pieces: dict[int, int]
) -> None:
    """Name the lines that a SKU means, ours or the channel's: goods where pieces are
    left, of a bundle its components. What is too much stays with the last line."""
    lines = sorted(order.lines.all(), key=lambda line: line.position)
    named = [line for line in lines if sku in (line.channel_sku, line.sku)]
    if not named:
        raise MessageError(
            _("%(order)s has no line with the SKU %(sku)s; it has: %(all)s.")
            % {
                "order": order,
                "sku": sku,
                "all": ", ".join(line.channel_sku or line.sku for line in lines),
            }
        )
    named.sort(key=lambda line: line.parent_id is not None)
    for line in named:
        parts = _parts(line, lines)
        free = min((room[part.pk] // each for part, each in parts), default=0)
        taken = quantity if line is named[-1] else min(quantity, max(0, free))
        quantity -= taken
        for part, each in parts:
            if taken:
                pieces[part.pk] += taken * each
                room[part.pk] -= taken * each


def _parts(line: OrderLine, lines: list[OrderLine]) -> list[tuple[OrderLine, int]]:
    """(line of goods, pieces for one of `line`)."""
    if not line.is_bundle:
        return [(line, 1)]
    return [
        (part, part.pieces_per_bundle) for part in lines if part.parent_id == line.pk
    ]


def _waits(said: IncomingReturn) -> str:
    return _("Return %(id)s waits until order %(order)s is taken in.") % {
        "id": said.external_id,
        "order": said.order,
    }


def _refused(message: InboundMessage, error: str) -> WorkItem:
    title = _("%(channel)s: return %(id)s was refused. %(why)s") % {
        "channel": message.channel,
        "id": message.external_id,
        "why": error,
    }
    return WorkItem(
        kind="return_refused",
        subject_type="inboundmessage",
        subject_id=message.pk,
        title=title[:300],
    )
