"""Keys of the partner API: made, replaced, taken back. The key itself is shown once, by
who makes it: nobody can read it again."""

import hashlib
import re
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from oms.core import transitions
from oms.core.api import codes
from oms.core.api.models import ApiKey, Scope
from oms.core.building import build
from oms.core.outcome import Outcome
from oms.core.sets import assign_ids, insert_rows, update_rows
from oms.core.sound import is_text, keys
from oms.core.timeline import event_of
from oms.core.webhooks import orphans

FORM = re.compile(r"oms_(?:live|test)_[A-Za-z0-9_-]{43}")
LONGEST_NAME = 40
SURE = 30  # characters of a name that a number behind it leaves
SHOWN = 16  # characters that stay visible
PER_MINUTE = range(1, 100_001)
LIMITS = "channels", "locations"


@dataclass(frozen=True)
class NewKey:
    """`channels` and `locations`: codes that it is limited to; empty for all."""

    name: str
    scopes: Sequence[str]
    channels: Sequence[str] = ()
    locations: Sequence[str] = ()
    is_sandbox: bool = False
    expires_at: datetime | None = None
    per_minute: int = 1000


def digest_of(secret: str) -> str:
    """No salt and no slow hash: 256 random bits cannot be guessed."""
    return hashlib.sha256(secret.encode()).hexdigest()


@transaction.atomic
def create_keys(wanted: Sequence[NewKey], *, actor: str, at=None) -> Outcome:
    """done: the keys, each with its `secret`, which nothing else will ever tell, and
    with a name of its own. refused: by position."""
    at = at or timezone.now()
    wanted = list(wanted)
    out, rows = Outcome(), []
    strange, taken = _strange_codes(wanted), _taken(wanted)
    for position, new in enumerate(wanted):
        if reason := _bad(new, strange, at):
            out.refuse(position, reason)
        else:
            rows.append(_row(new, _free_name(new.name.strip(), taken)))
    out.done = _write(rows, "apikey.created", actor, at)
    return out


@transaction.atomic
def rotate_key(
    pk: int, *, overlap: timedelta = timedelta(days=1), actor: str, at=None
) -> Outcome:
    """A new key with the same rights; the old one works until the overlap is over.
    done: the new key, with its `secret`."""
    at = at or timezone.now()
    locked = transitions.lock(ApiKey, keys([pk]))
    out = transitions.missing([pk], locked, _("The API key"))
    for old in locked:
        if why := old.why_not(at):
            out.refuse(pk, _dead(old, why))
            continue
        out.done = _write([_successor(old)], "apikey.rotated", actor, at)
        ends = min(filter(None, [old.expires_at, at + max(overlap, timedelta(0))]))
        update_rows(ApiKey, {old.pk: (ends,)}, ["expires_at"])
    return out


@transaction.atomic
def revoke_keys(pks: Iterable[int], *, actor: str, at=None) -> Outcome:
    """They open nothing from now on, and the webhook endpoints of whoever has no other
    key are switched off. done: the keys; refused: those revoked before."""
    at = at or timezone.now()
    wanted = set(pks)
    locked = transitions.lock(ApiKey, keys(wanted))
    out = transitions.missing(wanted, locked, _("The API key"))
    for key in locked:
        if key.revoked_at is not None:
            out.refuse(key.pk, _dead(key, "revoked"))
            continue
        key.revoked_at = at
        out.done.append(key)
    update_rows(ApiKey, {key.pk: (at,) for key in out.done}, ["revoked_at"])
    insert_rows(
        [event_of(key, "apikey.revoked", actor=actor, at=at) for key in out.done]
    )
    orphans.stop_orphans({key.client for key in out.done}, actor=actor, at=at)
    return out


def _taken(wanted: Iterable[NewKey]) -> set[str]:
    """Names like these that keys have or had: what they did stands under them."""
    alike = Q(pk__in=[])
    for new in wanted:
        if is_text(new.name, LONGEST_NAME):
            alike |= Q(name__startswith=new.name.strip()[:SURE])
    firsts = ApiKey.objects.filter(alike, origin=None)
    return set(firsts.values_list("name", flat=True))


def _free_name(name: str, taken: set[str]) -> str:
    """Nobody else reads the notes and releases the holds that stand under a name: who
    wants one that is taken gets a number behind it."""
    free, number = name, 1
    while free in taken:
        number += 1
        end = f" {number}"
        free = name[: LONGEST_NAME - len(end)].rstrip() + end
    taken.add(free)
    return free


def _row(new: NewKey, name: str) -> ApiKey:
    return build(
        ApiKey,
        name=name,
        is_sandbox=new.is_sandbox,
        scopes=sorted(set(new.scopes)),
        channels=sorted(set(new.channels)),
        locations=sorted(set(new.locations)),
        per_minute=new.per_minute,
        expires_at=new.expires_at,
    )


def _successor(old: ApiKey) -> ApiKey:
    same = ("name", "is_sandbox", "scopes", "channels", "locations", "per_minute")
    values = {name: getattr(old, name) for name in same}
    return build(ApiKey, **values, origin_id=old.client, expires_at=old.expires_at)


def _write(rows: list[ApiKey], action: str, actor: str, at: datetime) -> list[ApiKey]:
    assign_ids(rows)
    for row in rows:
        mode = "test" if row.is_sandbox else "live"
        row.secret = f"oms_{mode}_{secrets.token_urlsafe(32)}"
        row.prefix, row.digest = row.secret[:SHOWN], digest_of(row.secret)
    insert_rows(rows)
    insert_rows(
        [
            event_of(row, action, actor=actor, at=at, data={"scopes": row.scopes})
            for row in rows
        ]
    )
    return rows


# --- Why not --------------------------------------------------------------------------


def _strange_codes(wanted: Iterable[NewKey]) -> set[tuple[str, str]]:
    """(limit, code) that no app knows; one statement a limit."""
    strange = set()
    for name in LIMITS:
        named = {code for new in wanted for code in getattr(new, name, ())}
        strange |= {(name, code) for code in codes.unknown_codes(name, named)}
    return strange


def _bad(new: NewKey, strange: set[tuple[str, str]], at: datetime) -> str:
    if not is_text(new.name, LONGEST_NAME) or not new.name.strip():
        return _("Give the key a name of 1 to 40 characters: whose program uses it.")
    if unknown := [scope for scope in new.scopes if scope not in Scope.values]:
        return _("%(name)s: %(scope)s is no scope; use some of: %(all)s.") % {
            "name": new.name,
            "scope": unknown[0],
            "all": ", ".join(Scope.values),
        }
    if not new.scopes:
        return _("%(name)s: a key without a scope opens nothing; choose one.") % {
            "name": new.name
        }
    for name in LIMITS:
        for code in getattr(new, name):
            if (name, code) in strange:
                return _("%(name)s: there is no %(code)s among the %(what)s.") % {
                    "name": new.name,
                    "code": code,
                    "what": ApiKey._meta.get_field(name).verbose_name,
                }
    return _bad_numbers(new, at)


def _bad_numbers(new: NewKey, at: datetime) -> str:
    if new.expires_at is not None and new.expires_at <= at:
        return _("%(name)s: it would have expired already; choose a later day.") % {
            "name": new.name
        }
    if new.per_minute not in PER_MINUTE:
        return _("%(name)s: allow from 1 to %(most)d requests a minute.") % {
            "name": new.name,
            "most": PER_MINUTE[-1],
        }
    return ""


def _dead(key: ApiKey, why: str) -> str:
    if why == "revoked":
        return _("%(key)s is revoked; make a new one.") % {"key": key}
    return _("%(key)s has expired; make a new one.") % {"key": key}
