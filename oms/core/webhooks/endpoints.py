"""Endpoints: made, changed, given a new secret, stopped and started."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from oms.core import transitions, workitems
from oms.core.api.clients import ended
from oms.core.models import WebhookEndpoint, WorkItem
from oms.core.outcome import Outcome
from oms.core.sealed import seal
from oms.core.sets import insert_rows, update_rows
from oms.core.sound import keys
from oms.core.timeline import event_of
from oms.core.webhooks import signing
from oms.core.webhooks.checking import why_not
from oms.core.webhooks.targets import Target

Status = WebhookEndpoint.Status
OFF = "webhook_off"  # kind of work item
OVERLAP = timedelta(days=1)  # of an old secret with its successor
MOST_PER_OWNER = 20


@dataclass(frozen=True)
class NewEndpoint:
    """`client`: of the key that makes it, None for staff."""

    url: str
    event_types: Sequence[str]
    description: str = ""
    channels: Sequence[str] = ()
    locations: Sequence[str] = ()
    is_sandbox: bool = False
    client: int | None = None


CHANGEABLE = ("url", "event_types", "description", "channels", "locations")


def create_endpoint(
    new: NewEndpoint, *, actor: str, judged: Target | None = None, at=None
) -> Outcome:
    """done: the endpoint, with its `secret`. refused: by field. Asks the name server
    before the transaction; who is in one already says what was `judged` before it."""
    at = at or timezone.now()
    out = _checked({name: getattr(new, name) for name in CHANGEABLE}, judged)
    if not out.refused:
        _insert(new, out, actor, at)
    return out


def _checked(values: Mapping, judged: Target | None) -> Outcome:
    out = Outcome()
    for name, value in values.items():
        if name == "url" and judged is not None and judged.url == value:
            continue
        if reason := why_not(name, value):
            out.refuse(name, reason)
    return out


@transaction.atomic
def _insert(new: NewEndpoint, out: Outcome, actor: str, at: datetime) -> None:
    mine = WebhookEndpoint.objects.filter(owner=actor)
    if mine.count() >= MOST_PER_OWNER:
        text = _("%(n)d endpoints are enough; delete one that is not used any more.")
        out.refuse("url", text % {"n": MOST_PER_OWNER})
        return
    key = signing.new_key()
    endpoint = WebhookEndpoint(
        **{name: getattr(new, name) for name in ("url", "description", "is_sandbox")},
        **{name: _sorted(getattr(new, name)) for name in ("channels", "locations")},
        event_types=_sorted(new.event_types),
        client=new.client,
        owner=actor,
        sealed=seal(key),
    )
    endpoint.save(force_insert=True)
    _tell([endpoint], "created", actor, at, {"url": endpoint.url})
    endpoint.secret = signing.text_of(key)
    out.done.append(endpoint)


def change_endpoint(
    pk: int, changes: Mapping, *, actor: str, judged: Target | None = None, at=None
) -> Outcome:
    """Write some of CHANGEABLE. refused: by field, or by key where it is not there."""
    at = at or timezone.now()
    out = _checked(changes, judged)
    if not out.refused:
        _change(pk, changes, out, actor, at)
    return out


@transaction.atomic
def _change(pk: int, changes: Mapping, out: Outcome, actor: str, at: datetime) -> None:
    locked = transitions.lock(WebhookEndpoint, keys([pk]))
    out.add(transitions.missing([pk], locked, _("The webhook endpoint")))
    for endpoint in locked:
        changed = {}
        for name, value in changes.items():
            wanted = value if isinstance(value, str) else _sorted(value)
            if getattr(endpoint, name) != wanted:
                setattr(endpoint, name, wanted)
                changed[name] = wanted
        if changed:
            endpoint.save(update_fields=[*changed, "updated_at"])
            _tell([endpoint], "changed", actor, at, changed)
        out.done.append(endpoint)


@transaction.atomic
def rotate_secret(
    pk: int, *, actor: str, overlap: timedelta = OVERLAP, at=None
) -> Outcome:
    """A new secret. Until the overlap is over each message carries two signatures.
    done: the endpoint, with its `secret`."""
    at = at or timezone.now()
    locked = transitions.lock(WebhookEndpoint, keys([pk]))
    out = transitions.missing([pk], locked, _("The webhook endpoint"))
    for endpoint in locked:
        key, end = signing.new_key(), at + max(overlap, timedelta(0))
        endpoint.old_sealed, endpoint.old_until = endpoint.sealed, end
        endpoint.sealed = seal(key)
        names = ["sealed", "old_sealed", "old_until"]
        row = tuple(getattr(endpoint, name) for name in names)
        update_rows(WebhookEndpoint, {endpoint.pk: row}, names)
        data = {"older_end": end.isoformat()}
        _tell([endpoint], "secret_made", actor, at, data)
        endpoint.secret = signing.text_of(key)
        out.done.append(endpoint)
    return out


@transaction.atomic
def pause_endpoints(pks: Iterable[int], *, actor: str, at=None) -> Outcome:
    """What happens meanwhile is kept for them and sent when they go on."""
    at, wanted = at or timezone.now(), set(pks)
    locked = transitions.lock(WebhookEndpoint, keys(wanted))
    out = transitions.missing(wanted, locked, _("The webhook endpoint"))
    for endpoint in locked:
        if endpoint.status == Status.ACTIVE:
            endpoint.status = Status.PAUSED
            out.done.append(endpoint)
        else:
            text = _("%(endpoint)s is not active; nothing to pause.")
            out.refuse(endpoint.pk, text % {"endpoint": endpoint})
    _write(out.done)
    _tell(out.done, "paused", actor, at)
    return out


@transaction.atomic
def resume_endpoints(pks: Iterable[int], *, actor: str, at=None) -> Outcome:
    """They listen again, with a clean slate; what waits for them is sent."""
    at, wanted = at or timezone.now(), set(pks)
    locked = transitions.lock(WebhookEndpoint, keys(wanted))
    out = transitions.missing(wanted, locked, _("The webhook endpoint"))
    ends = ended({endpoint.client for endpoint in locked} - {None}, at)
    for endpoint in [each for each in locked if each.client in ends]:
        text = _(
            "%(endpoint)s stays off. %(why)s Make an endpoint with a key that works."
        )
        facts = {"endpoint": endpoint, "why": ends[endpoint.client]}
        out.refuse(endpoint.pk, text % facts)
    locked = [endpoint for endpoint in locked if endpoint.client not in ends]
    changed = [endpoint for endpoint in locked if endpoint.status != Status.ACTIVE]
    for endpoint in changed:
        endpoint.status, endpoint.reason = Status.ACTIVE, ""
        endpoint.failures, endpoint.failing_since = 0, None
        endpoint.resting_until = None
    _write(changed)
    _tell(changed, "resumed", actor, at)
    gone = [endpoint.pk for endpoint in locked]
    workitems.resolve_items("webhookendpoint", gone, kinds=[OFF], at=at)
    out.done += locked
    return out


@transaction.atomic
def disable_endpoints(
    pks: Iterable[int], *, reason: str, actor: str, at=None
) -> Outcome:
    """By somebody's wish: they hear of nothing that happens from now on."""
    at, wanted = at or timezone.now(), set(pks)
    locked = transitions.lock(WebhookEndpoint, keys(wanted))
    out = transitions.missing(wanted, locked, _("The webhook endpoint"))
    for endpoint in locked:
        endpoint.status, endpoint.reason = Status.DISABLED, reason[:300]
        out.done.append(endpoint)
    _write(out.done)
    _tell(out.done, "disabled", actor, at, {"reason": reason})
    return out


@transaction.atomic
def delete_endpoints(pks: Iterable[int], *, actor: str, at=None) -> Outcome:
    """With what was delivered to them; their timeline stays."""
    at, wanted = at or timezone.now(), set(pks)
    locked = transitions.lock(WebhookEndpoint, keys(wanted))
    out = transitions.missing(wanted, locked, _("The webhook endpoint"))
    for endpoint in locked:
        _tell([endpoint], "deleted", actor, at, {"url": endpoint.url})
    found = [endpoint.pk for endpoint in locked]
    workitems.resolve_items("webhookendpoint", found, kinds=[OFF], at=at)
    WebhookEndpoint.objects.filter(pk__in=found).delete()
    out.done += locked
    return out


def switch_off(
    reasons: Mapping[int, str],
    locked: Iterable[WebhookEndpoint],
    *,
    actor: str,
    at: datetime,
) -> None:
    """{key: why} of endpoints that are called no more; somebody has to know."""
    off = put_off(reasons, locked, actor=actor, at=at)
    workitems.open_items(map(_item, off), at=at)


def put_off(
    reasons: Mapping[int, str],
    locked: Iterable[WebhookEndpoint],
    *,
    actor: str,
    at: datetime,
) -> list[WebhookEndpoint]:
    off = [endpoint for endpoint in locked if endpoint.pk in reasons]
    for endpoint in off:
        endpoint.status, endpoint.reason = Status.DISABLED, reasons[endpoint.pk]
    _write(off)
    data = {endpoint.pk: {"reason": endpoint.reason} for endpoint in off}
    action = "webhookendpoint.disabled"
    insert_rows([event_of(e, action, actor=actor, at=at, data=data[e.pk]) for e in off])
    return off


def _item(endpoint: WebhookEndpoint) -> WorkItem:
    title = _(
        "The webhook endpoint %(endpoint)s was switched off. %(reason)s Settle it with "
        "its owner %(owner)s, then switch it on; what it missed can be replayed."
    ) % {
        "endpoint": endpoint,
        "reason": endpoint.reason,
        "owner": endpoint.owner,
    }
    return WorkItem(
        kind=OFF,
        subject_type="webhookendpoint",
        subject_id=endpoint.pk,
        title=title[:300],
    )


def _write(rows: Sequence[WebhookEndpoint]) -> None:
    names = ["status", "reason", "failures", "failing_since", "resting_until"]
    values = {row.pk: tuple(getattr(row, name) for name in names) for row in rows}
    update_rows(WebhookEndpoint, values, names)


def _tell(
    rows: Sequence[WebhookEndpoint],
    what: str,
    actor: str,
    at: datetime,
    data: dict | None = None,
) -> None:
    action = f"webhookendpoint.{what}"
    insert_rows([event_of(row, action, actor=actor, at=at, data=data) for row in rows])


def _sorted(values: Iterable[str]) -> list[str]:
    return sorted(set(values))
