"""The location of the work takes it on: a 3PL or a supplier says so, with a number of
its own."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import prefetch_related_objects
from django.utils import timezone
from django.utils.translation import gettext as _

from fulfillment.models import FulfillmentOrder
from fulfillment.services import partners, work
from fulfillment.services.locking import lock_work
from oms.core import transitions
from oms.core.outcome import Outcome
from oms.core.sets import insert_rows, update_rows
from oms.core.sound import is_text
from oms.core.timeline import event_of
from oms.core.words import inside
from orders.services import rollups

MOST_TEXT = 64


@transaction.atomic
def accept_work(references: Mapping[int, str], *, actor: str, at=None) -> Outcome:
    """{work pk: the partner's own number for it}; "" where it has none, which a
    supplier always has. Assigned work is released by it."""
    at = at or timezone.now()
    locked = lock_work(references)
    prefetch_related_objects(locked, "location")
    out = transitions.missing(references, locked, _("The fulfillment order"))
    assigned = []
    for each in locked:
        if reason := _bad_reference(each, references[each.pk]):
            out.refuse(each.pk, reason)
        elif each.status == each.Status.ASSIGNED:
            assigned.append(each)
    released = work.release_work(assigned, actor=actor, at=at)
    out.refused |= released.refused
    fresh = {each.pk: each for each in released.done}
    for each in [fresh.get(each.pk, each) for each in locked]:
        if each.pk in out.refused:
            continue
        if reason := why_not_accept(each):
            out.refuse(each.pk, reason)
        else:
            out.done.append(each)
    _accept(out.done, references, actor, at)
    return out


def why_not_accept(each: FulfillmentOrder) -> str:
    """Of released work; assigned work may be accepted where it may be released."""
    if each.accepted_at:
        return _("%(work)s: it is accepted already.") % {"work": each}
    if each.status != each.Status.RELEASED:
        return _("%(work)s: it is %(status)s; only work that waits is accepted.") % {
            "work": each,
            "status": inside(each.get_status_display()),
        }
    if each.is_asked_back:
        return _(
            "%(work)s: its cancellation is asked for; accept or reject that first."
        ) % {"work": each}
    return ""


def _bad_reference(each: FulfillmentOrder, reference) -> str:
    if not is_text(reference, MOST_TEXT):
        return _("%(work)s: your number for it has at most 64 characters.") % {
            "work": each
        }
    if not (reference.strip() or each.location.keeps_stock):
        return _(
            "%(work)s: a supplier confirms with its own number; enter the reference."
        ) % {"work": each}
    return ""


def _accept(
    works: list[FulfillmentOrder],
    references: Mapping[int, str],
    actor: str,
    at: datetime,
) -> None:
    prefetch_related_objects(works, "location")
    events = []
    for each in works:
        each.accepted_at = at
        each.partner_reference = references[each.pk].strip()
        data = {"location": each.location.code}
        if each.partner_reference:
            data["reference"] = each.partner_reference
        action = "fulfillmentorder.accepted"
        events.append(event_of(each, action, actor=actor, at=at, data=data))
    update_rows(
        FulfillmentOrder,
        {each.pk: (at, each.partner_reference) for each in works},
        ["accepted_at", "partner_reference"],
    )
    insert_rows(events)
    supplied = [each.pk for each in works if not each.location.keeps_stock]
    partners.answered(supplied, at)
    rollups.touch({each.order_id for each in works})
