"""Asking a partner to let go of work that it was sent: a wish, which it grants (see
`giving_back`) or refuses. What has left meanwhile refuses itself."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import transaction
from django.db.models import prefetch_related_objects
from django.utils import timezone
from django.utils.translation import gettext as _

from fulfillment.models import FulfillmentOrder
from fulfillment.services.locking import lock_work
from fulfillment.services.partners import ASKED_BACK, OF_WORK
from oms.core import transitions, workitems
from oms.core.models import WorkItem
from oms.core.outcome import Outcome
from oms.core.sets import insert_rows, update_rows
from oms.core.sound import is_text
from oms.core.timeline import event_of
from oms.core.words import inside
from orders.services import rollups

REFUSED = "cancellation_refused"  # kind of work item, of the order
MOST_TEXT = 200
ENDS = (".", "!", "?")
FIELDS = ["cancellation", "cancellation_reason", "cancellation_reroutes"]
FIELDS += ["cancellation_asked_at", "cancellation_answer", "cancellation_answered_at"]
Cancellation = FulfillmentOrder.Cancellation
Works = Sequence[FulfillmentOrder]


class Request(NamedTuple):
    """Why it is to be cancelled. `reroutes`: its pieces are still wanted, and are sent
    from elsewhere; otherwise they are cancelled on the order."""

    reason: str
    reroutes: bool = False


# --- By us ----------------------------------------------------------------------------


@transaction.atomic
def request_cancellation(
    requests: Mapping[int, Request], *, actor: str, at=None
) -> Outcome:
    """{work pk: what we wish} of work that its partner was sent."""
    at = at or timezone.now()
    locked = lock_work(requests, contents=False)
    out = transitions.missing(requests, locked, _("The fulfillment order"))
    for work in locked:
        if reason := why_not_ask(work) or _unsaid(work, requests[work.pk].reason):
            out.refuse(work.pk, reason)
        else:
            out.done.append(work)
    ask(out.done, requests, actor=actor, at=at)
    rollups.touch({work.order_id for work in out.done})
    return out


def ask(works: Works, said: Mapping[int, Request], *, actor: str, at: datetime) -> None:
    """Needs the lock of the orders; the caller stamps them."""
    if not works:
        return
    prefetch_related_objects(works, "location")
    for work in works:
        work.end_request(Cancellation.REQUESTED, None)
        work.cancellation_asked_at = at
        work.cancellation_reason = said[work.pk].reason.strip()[:MOST_TEXT]
        work.cancellation_reroutes = said[work.pk].reroutes
    _write(works)
    data = {work.pk: {"reason": work.cancellation_reason} for work in works}
    _tell(works, "requested", actor, at, data)
    orders = {work.order_id for work in works}
    workitems.resolve_items("order", orders, at=at, kinds=[REFUSED])
    workitems.open_items(map(_asked, works), at=at)


@transaction.atomic
def withdraw_cancellation(works: Iterable[int], *, actor: str, at=None) -> Outcome:
    """The work goes on after all, by primary key."""
    at, wanted = at or timezone.now(), set(works)
    locked = lock_work(wanted, contents=False)
    out = transitions.missing(wanted, locked, _("The fulfillment order"))
    for work in locked:
        if reason := why_not_answer(work):
            out.refuse(work.pk, reason)
        else:
            work.end_request(Cancellation.WITHDRAWN, at)
            out.done.append(work)
    _write(out.done)
    withdrawn(out.done, actor=actor, at=at)
    rollups.touch({work.order_id for work in out.done})
    return out


def withdrawn(works: Works, *, actor: str, at: datetime) -> None:
    """Nobody asks for it any more, or the work has ended otherwise."""
    _tell(works, "withdrawn", actor, at)
    answered(works, at)


# --- By the partner -------------------------------------------------------------------


@transaction.atomic
def refuse_cancellation(answers: Mapping[int, str], *, actor: str, at=None) -> Outcome:
    """{work pk: why not}: the work goes on, and staff hear of it."""
    at = at or timezone.now()
    locked = lock_work(answers, contents=False)
    out = transitions.missing(answers, locked, _("The fulfillment order"))
    for work in locked:
        if reason := why_not_answer(work) or _unsaid(work, answers[work.pk]):
            out.refuse(work.pk, reason)
        else:
            said = answers[work.pk].strip()
            work.end_request(Cancellation.REJECTED, at, said)
            out.done.append(work)
    _write(out.done)
    refused(out.done, actor=actor, at=at)
    rollups.touch({work.order_id for work in out.done})
    return out


def refused(works: Works, *, actor: str, at: datetime) -> None:
    """Tell of refusals that are written: by the partner, or because it has left."""
    if not works:
        return
    prefetch_related_objects(works, "location")
    data = {work.pk: {"reason": work.cancellation_answer} for work in works}
    _tell(works, "rejected", actor, at, data)
    answered(works, at)
    workitems.open_items(map(_refused, works), at=at)


def accepted(works: Works, *, actor: str, at: datetime) -> None:
    """Write that the partner lets go of it, before its pieces are given back."""
    for work in works:
        work.end_request(Cancellation.ACCEPTED, at)
    _write(works)
    _tell(works, "accepted", actor, at)
    answered(works, at)


def answered(works: Works, at: datetime) -> None:
    if works:
        pks = [work.pk for work in works]
        workitems.resolve_items(OF_WORK, pks, at=at, kinds=[ASKED_BACK])


# --- Why not --------------------------------------------------------------------------


def why_not_ask(work: FulfillmentOrder) -> str:
    if work.is_asked_back:
        return _("%(work)s: its cancellation is asked for already.") % {"work": work}
    if work.is_with_partner:
        return ""
    if work.status in work.OPEN:
        return _(
            "%(work)s: no partner was sent it; cancel the order, or move the work."
        ) % {"work": work}
    return _("%(work)s: it is %(status)s; nothing is left to cancel.") % {
        "work": work,
        "status": inside(work.get_status_display()),
    }


def why_not_answer(work: FulfillmentOrder) -> str:
    if work.is_asked_back:
        return ""
    return _("%(work)s: nobody asks for its cancellation now.") % {"work": work}


def _unsaid(work: FulfillmentOrder, reason) -> str:
    if is_text(reason, MOST_TEXT) and reason.strip():
        return ""
    return _("%(work)s: say why, in 1 to 200 characters.") % {"work": work}


# --- Writing --------------------------------------------------------------------------


def _write(works: Works) -> None:
    rows = {work.pk: tuple(getattr(work, name) for name in FIELDS) for work in works}
    update_rows(FulfillmentOrder, rows, FIELDS)


def _tell(
    works: Works,
    what: str,
    actor: str,
    at: datetime,
    data: Mapping[int, dict] | None = None,
) -> None:
    action = f"fulfillmentorder.cancellation_{what}"
    said = data or {}
    insert_rows(
        [event_of(w, action, actor=actor, at=at, data=said.get(w.pk)) for w in works]
    )


def _asked(work: FulfillmentOrder) -> WorkItem:
    text = _(
        "%(work)s: %(place)s was asked to cancel it (%(why)s). Enter its answer, or "
        "wait for it."
    )
    return WorkItem(
        kind=ASKED_BACK,
        subject_type=OF_WORK,
        subject_id=work.pk,
        title=_title(text, work, work.cancellation_reason),
    )


def _refused(work: FulfillmentOrder) -> WorkItem:
    text = _(
        "%(work)s: %(place)s does not cancel it: %(why)s Tell the customer; what "
        "arrives comes back by a return."
    )
    return item_of_order(work, text, work.cancellation_answer)


def item_of_order(work: FulfillmentOrder, text: str, why: str) -> WorkItem:
    """What was asked for has not come about. `text` names work, place and why."""
    return WorkItem(
        kind=REFUSED,
        subject_type="order",
        subject_id=work.order_id,
        title=_title(text, work, why if why.endswith(ENDS) else f"{why}."),
    )


def _title(text: str, work: FulfillmentOrder, why: str) -> str:
    said = text % {"work": work, "place": work.location, "why": why}
    return " ".join(said.split())[:300]
