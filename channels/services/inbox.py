"""The inbox: every message of a channel is stored once, as it came, before anything is
made of it."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from channels.models import Channel, InboundMessage
from channels.signals import message_received
from oms.core.outcome import Outcome
from oms.core.sets import insert_missing, update_rows
from oms.core.sound import is_text, keys
from oms.core.strict_json import is_storable


class RawMessage(NamedTuple):
    """`external_id` identifies the message within its channel and kind."""

    external_id: str
    payload: dict[str, Any]
    kind: str = InboundMessage.Kind.ORDER


@transaction.atomic
def store_messages(
    channel: Channel,
    messages: Sequence[RawMessage],
    *,
    actor: str,
    at=None,
    hand_over: bool = True,
) -> Outcome:
    """Keep new messages and hand them over; those that are here already are refused by
    position, so a sender may repeat itself. `hand_over` False: the caller handles them
    itself, in the same transaction."""
    out = Outcome()
    at = at or timezone.now()
    rows = {}
    for position, message in enumerate(messages):
        if reason := _refusal(message):
            out.refuse(position, reason)
            continue
        rows.setdefault(
            (message.kind, message.external_id),
            InboundMessage(
                channel=channel,
                kind=message.kind,
                external_id=message.external_id,
                payload=message.payload,
                received_at=at,
            ),
        )
    inserted = insert_missing(
        [rows[key] for key in sorted(rows)], ["kind", "external_id"]
    )
    for pk, *key in inserted:
        row = rows[tuple(key)]
        row.pk = pk
        row._state.adding = False
        out.done.append(row)
    new = {(row.kind, row.external_id) for row in out.done}
    for position, message in enumerate(messages):
        if position in out.refused:
            continue
        key = message.kind, message.external_id
        if key in new:
            new.discard(key)  # the second of two in one set is a repetition
        else:
            out.refuse(position, _already_here(channel, message))
    if out.done and hand_over:
        message_received.send(
            sender=InboundMessage, messages=out.done, actor=actor, at=at
        )
    return out


def finish_messages(errors: dict[int, str], *, at: datetime) -> None:
    """Write how the handling of messages ended: {pk: "" or why it was refused}. The
    caller holds their lock."""
    status = InboundMessage.Status
    update_rows(
        InboundMessage,
        {
            pk: (status.REFUSED if error else status.PROCESSED, error, at)
            for pk, error in errors.items()
        },
        ["status", "error", "processed_at"],
    )


def withdraw_messages(pks: Iterable[int]) -> None:
    """Forget messages that the caller has stored in this transaction: their sender is
    told that they were not taken, and sends them again."""
    if pks:
        InboundMessage.objects.filter(pk__in=pks).delete()


@transaction.atomic
def retry_messages(pks: Iterable[int], *, actor: str, at=None) -> Outcome:
    """Handle refused messages once more: what stood against them may be gone."""
    at = at or timezone.now()
    wanted = set(pks)
    rows = InboundMessage.objects.filter(pk__in=keys(wanted))
    refused = rows.filter(status=InboundMessage.Status.REFUSED).order_by("pk")
    out = Outcome(list(refused.select_for_update(no_key=True)))
    for pk in wanted - {message.pk for message in out.done}:
        text = _("Message %(pk)s was not refused; nothing to do.")
        out.refuse(pk, text % {"pk": pk})
    for message in out.done:
        message.status, message.error = InboundMessage.Status.WAITING, ""
        message.processed_at = None
    names = ["status", "error", "processed_at"]
    values = {m.pk: tuple(getattr(m, name) for name in names) for m in out.done}
    update_rows(InboundMessage, values, names)
    if out.done:
        message_received.send(
            sender=InboundMessage, messages=out.done, actor=actor, at=at
        )
    return out


def _refusal(message: RawMessage) -> str:
    if not message.external_id or not is_text(message.external_id, 128):
        return _(
            "The message has no usable id (%(id).60r): a text of 1 to 128 characters "
            "is needed, none of them NUL. Send it again with its id."
        ) % {"id": message.external_id}
    if message.kind not in InboundMessage.Kind.values:
        return _("Message %(id)s: kind %(kind)r is unknown; use one of: %(all)s.") % {
            "id": message.external_id,
            "kind": message.kind,
            "all": ", ".join(InboundMessage.Kind.values),
        }
    if not isinstance(message.payload, dict) or not is_storable(message.payload):
        return _(
            "Message %(id)s: the body must be a JSON object without NUL characters. "
            "Send it again as one."
        ) % {"id": message.external_id}
    return ""


def _already_here(channel: Channel, message: RawMessage) -> str:
    return _("Message %(id)s of %(channel)s is here already; nothing to do.") % {
        "id": message.external_id,
        "channel": channel,
    }


def waiting_messages(kind: str) -> list[int]:
    """Keys of the messages that nobody has handled yet, oldest first."""
    waiting = InboundMessage.objects.filter(
        kind=kind, status=InboundMessage.Status.WAITING
    )
    return list(waiting.order_by("pk").values_list("pk", flat=True))


def waiting_orders(keys: Iterable[tuple[int, str]]) -> set[tuple[int, str]]:
    """Which of these orders, (channel, external id), have come and wait to be taken
    in."""
    keys = set(keys)
    found = InboundMessage.objects.filter(
        kind=InboundMessage.Kind.ORDER,
        status=InboundMessage.Status.WAITING,
        channel__in={channel for channel, _id in keys},
        external_id__in={external_id for _channel, external_id in keys},
    )
    return keys & set(found.values_list("channel", "external_id"))


def lock_waiting(pks: Iterable[int], kind: str) -> list[InboundMessage]:
    """Lock those that wait, with their channels; what somebody else is handling just
    now is left out."""
    rows = InboundMessage.objects.filter(
        pk__in=pks, kind=kind, status=InboundMessage.Status.WAITING
    )
    rows = rows.select_related("channel").order_by("pk")
    return list(rows.select_for_update(no_key=True, skip_locked=True, of=("self",)))


def not_waiting(pk: int) -> str:
    return _(
        "Message %(pk)s does not wait: it is handled already or just now. "
        "Nothing to do."
    ) % {"pk": pk}
