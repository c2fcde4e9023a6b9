"""The door: what a channel sends us over HTTP, kept as it came before it is read."""

import base64
import hashlib
import logging
import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from channels.connectors import storefront
from channels.messages import MessageError
from channels.models import Channel, ChannelSecret, HookCall, InboundMessage
from channels.services.inbox import RawMessage, store_messages
from oms.core import transitions, workitems
from oms.core.faults import fault_point
from oms.core.models import WorkItem
from oms.core.outcome import Outcome
from oms.core.sealed import seal, unseal
from oms.core.sets import insert_missing, insert_rows, update_rows
from oms.core.timeline import event_of

log = logging.getLogger(__name__)
Status = HookCall.Status
PREFIX = "whsec_"
KEY_BYTES = 32


class Answer(NamedTuple):
    """What the sender hears: an HTTP status and a sentence."""

    status: int
    text: str


@transaction.atomic
def make_secret(
    channel: Channel, *, actor: str, old_until: datetime | None = None, at=None
) -> str:
    """A new secret of the channel, which nobody can see again. Older ones end at
    `old_until`, at once where none is given or it is over."""
    at = at or timezone.now()
    end = max(old_until or at, at)
    [locked] = transitions.lock(Channel, [channel.pk])
    older = [s for s in locked.secrets.all() if s.ends_at is None or s.ends_at > end]
    update_rows(ChannelSecret, {old.pk: (end,) for old in older}, ["ends_at"])
    key = secrets.token_bytes(KEY_BYTES)
    insert_rows([ChannelSecret(channel=locked, sealed=seal(key), created_at=at)])
    data = {"older_end": end.isoformat()} if older else {}
    action = "channel.secret_made"
    insert_rows([event_of(locked, action, actor=actor, at=at, data=data)])
    return PREFIX + base64.b64encode(key).decode()


def live_secrets(code: str, now: datetime) -> list[ChannelSecret]:
    """Those that may have signed now: the newest, and older ones until their end."""
    live = Q(ends_at__isnull=True) | Q(ends_at__gt=now)
    rows = ChannelSecret.objects.filter(live, channel__code=code)
    return list(rows.select_related("channel"))


def keys_of(rows: Iterable[ChannelSecret]) -> list[bytes]:
    """The keys themselves, without those that SECRET_KEY does not open any more."""
    keys = []
    for row in rows:
        try:
            keys.append(unseal(row.sealed))
        except ValueError:
            log.error("secret %s of %s cannot be opened", row.pk, row.channel)
    return keys


def take_call(channel: Channel, call_id: str, body: bytes, *, at: datetime) -> Answer:
    """Keep a call whose signature was right, read it, and hand its message over.

    Two transactions: what was sent is kept even if it cannot be read. The same call
    again gets the same answer; another body under its id is kept for people to see.
    """
    call = _keep(channel, call_id, body, at)
    if call is None:
        return Answer(200, _("Kept as a conflict: this id came with another body."))
    fault_point("door.kept")
    if call.status == Status.KEPT:
        call = _read_now(call, at)
    return _answer(call)


@transaction.atomic
def _keep(channel: Channel, call_id: str, body: bytes, at: datetime) -> HookCall | None:
    """The call as it is kept; None where its id was kept with another body."""
    call = HookCall(channel=channel, call_id=call_id, body=body, received_at=at)
    for pk, _call_id in insert_missing([call], ["call_id"]):
        call.pk = pk
        return call
    kept = HookCall.objects.select_related("channel").get(
        channel=channel, call_id=call_id
    )
    if bytes(kept.body) == body:
        return kept
    digest = hashlib.sha256(body).hexdigest()[:16]
    call.call_id = f"{call_id} conflict {digest}"  # no sender's id holds a space
    call.status = Status.REFUSED
    call.note = _("Came under an id that is taken; see call %(pk)d.") % {"pk": kept.pk}
    for pk, _call_id in insert_missing([call], ["call_id"]):
        call.pk = pk
        workitems.open_items([_conflict(call, call_id)], at=at)
    return None


def _read_now(call: HookCall, at: datetime) -> HookCall:
    actor = f"channel:{call.channel.code}"
    try:
        out = read_calls([call.pk], channel=call.channel, actor=actor, at=at)
    except Exception:  # it is kept; the sweep reads it
        log.exception("call %s of %s waits to be read", call.call_id, call.channel)
        return call
    if out.done:
        return out.done[0]
    return HookCall.objects.get(pk=call.pk)  # somebody else has read it meanwhile


def _answer(call: HookCall) -> Answer:
    if call.status == Status.REFUSED:
        return Answer(400, call.note)
    if call.status == Status.KEPT:
        return Answer(200, _("Kept; it is going to be read."))
    return Answer(200, call.note or _("Accepted."))


@transaction.atomic
def read_calls(
    calls: Iterable[int], *, channel: Channel, actor: str, at=None
) -> Outcome:
    """Read calls of a channel that are kept, given by primary key, and hand their
    messages to the inbox. done: the calls, whatever they say; refused: those that were
    read before."""
    at = at or timezone.now()
    wanted = set(calls)
    kept = HookCall.objects.filter(pk__in=wanted, channel=channel, status=Status.KEPT)
    out = Outcome(list(kept.order_by("pk").select_for_update(no_key=True)))
    for pk in wanted - {call.pk for call in out.done}:
        out.refuse(pk, _("Call %(pk)s is read already; nothing to do.") % {"pk": pk})
    said = []
    for call in out.done:
        try:
            kind, message = storefront.parse(bytes(call.body))
        except MessageError as error:
            _finish(call, Status.REFUSED, str(error))
            continue
        if message is None:
            text = _("Nothing is done with %(kind)s.") % {"kind": kind}
            _finish(call, Status.IGNORED, text)
        else:
            said.append((call, message))
    _hand_over(channel, said, actor, at)
    update_rows(
        HookCall,
        {call.pk: (call.status, call.note) for call in out.done},
        ["status", "note"],
    )
    return out


def _hand_over(
    channel: Channel,
    said: Sequence[tuple[HookCall, RawMessage]],
    actor: str,
    at: datetime,
) -> None:
    """Store the messages. What is here already is ignored; if it says something else
    now, people hear of it."""
    out = store_messages(channel, [message for _c, message in said], actor=actor, at=at)
    again = {said[position][1].external_id for position in out.refused}
    stored = {
        (row.kind, row.external_id): row
        for row in InboundMessage.objects.filter(channel=channel, external_id__in=again)
    }
    items = []
    for position, (call, message) in enumerate(said):
        if position not in out.refused:
            _finish(call, Status.ACCEPTED, "")
            continue
        first = stored.get((message.kind, message.external_id))
        status = Status.IGNORED if first else Status.REFUSED
        _finish(call, status, " ".join(out.refused[position]))
        if first and first.payload != message.payload:
            items.append(_changed(first, call, channel))
    workitems.open_items(items, at=at)


def _finish(call: HookCall, status: str, note: str) -> None:
    call.status, call.note = status, note[:300]


def _conflict(call: HookCall, call_id: str) -> WorkItem:
    title = _(
        "%(channel)s sent call %(id)s again with another body; the first one counts. "
        "Ask the channel which is right."
    ) % {"channel": call.channel, "id": call_id}
    return WorkItem(
        kind="hook_conflict",
        subject_type="hookcall",
        subject_id=call.pk,
        title=title[:300],
    )


def _changed(first: InboundMessage, call: HookCall, channel: Channel) -> WorkItem:
    title = _(
        "%(channel)s told %(id)s again and differently; the first message counts. "
        "Compare them, and correct the order by hand if the second is right."
    ) % {"channel": channel, "id": first.external_id}
    return WorkItem(
        kind="message_changed",
        subject_type="hookcall",
        subject_id=call.pk,
        title=title[:300],
    )


def channels_with_kept_calls() -> list[tuple[Channel, list[int]]]:
    """What nobody has read yet, oldest first: (channel, keys of its calls)."""
    rows = HookCall.objects.filter(status=Status.KEPT).order_by("channel", "pk")
    found: dict[Channel, list[int]] = {}
    for call in rows.select_related("channel").defer("body"):
        found.setdefault(call.channel, []).append(call.pk)
    return list(found.items())
