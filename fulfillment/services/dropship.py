"""Work of suppliers: sent to them when it is released, confirmed or refused by them.

A supplier's work holds no stock of ours. Refusing it is `rejecting.reject`; its parcel
goes with `supplied.ship_supplied`.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from fulfillment.models import FulfillmentOrder
from fulfillment.services.locking import lock_work
from inventory.models import Location
from oms.core import transitions, workitems
from oms.core.models import WorkItem
from oms.core.outcome import Outcome
from oms.core.sets import insert_rows, update_rows
from oms.core.sound import is_text
from oms.core.timeline import event_of
from oms.core.words import inside
from orders.services import rollups

TO_CONFIRM = "supplier_confirmation"
OF_WORK = "fulfillmentorder"
MOST_TEXT = 64


def submit(works: Iterable[FulfillmentOrder], *, actor: str, at: datetime) -> None:
    """Tell suppliers of released work: an event that goes out, and a work item that
    waits for their answer. Asks for locations only where work holds no stock."""
    without_stock = [
        work
        for work in works
        if all(line.stock_level_id is None for line in work.lines.all())
    ]
    if not without_stock:
        return
    suppliers = Location.objects.filter(kind=Location.Kind.SUPPLIER).in_bulk(
        {work.location_id for work in without_stock}
    )
    sent = [work for work in without_stock if work.location_id in suppliers]
    for work in sent:
        work.submitted_at = at
    update_rows(FulfillmentOrder, {w.pk: (at,) for w in sent}, ["submitted_at"])
    insert_rows([_event(work, "submitted", suppliers, actor, at) for work in sent])
    items = [
        WorkItem(
            kind=TO_CONFIRM,
            subject_type=OF_WORK,
            subject_id=work.pk,
            title=_(
                "%(work)s: %(supplier)s has to confirm it. Enter the reference, or "
                "reject it."
            )
            % {"work": work, "supplier": suppliers[work.location_id]},
        )
        for work in sent
    ]
    workitems.open_items(items, at=at)


def _event(
    work: FulfillmentOrder,
    what: str,
    suppliers: Mapping[int, Location],
    actor: str,
    at: datetime,
):
    data = {"location": suppliers[work.location_id].code}
    if work.partner_reference:
        data["reference"] = work.partner_reference
    return event_of(work, f"fulfillmentorder.{what}", actor=actor, at=at, data=data)


@transaction.atomic
def accept_works(references: Mapping[int, str], *, actor: str, at=None) -> Outcome:
    """{work pk: the supplier's reference}: the supplier sends it."""
    at = at or timezone.now()
    locked = lock_work(references)
    out = transitions.missing(references, locked, _("The fulfillment order"))
    for work in locked:
        if reason := _refusal(work, references[work.pk]):
            out.refuse(work.pk, reason)
            continue
        work.accepted_at = at
        work.partner_reference = references[work.pk].strip()
        out.done.append(work)
    update_rows(
        FulfillmentOrder,
        {work.pk: (at, work.partner_reference) for work in out.done},
        ["accepted_at", "partner_reference"],
    )
    places = Location.objects.in_bulk({work.location_id for work in out.done})
    insert_rows([_event(work, "accepted", places, actor, at) for work in out.done])
    answered([work.pk for work in out.done], at)
    rollups.touch({work.order_id for work in out.done})
    return out


def answered(work_pks: Iterable[int], at: datetime) -> None:
    workitems.resolve_items(OF_WORK, work_pks, at=at, kinds=[TO_CONFIRM])


def _refusal(work: FulfillmentOrder, reference) -> str:
    if work.status != work.Status.RELEASED or work.submitted_at is None:
        return _(
            "%(work)s: it is %(status)s and waits for no supplier; release work of a "
            "supplier first."
        ) % {"work": work, "status": inside(work.get_status_display())}
    if work.accepted_at:
        return _("%(work)s: its supplier has confirmed it already.") % {"work": work}
    if not is_text(reference, MOST_TEXT) or not reference.strip():
        return _(
            "%(work)s: the supplier's reference has 1 to 64 characters; enter it."
        ) % {"work": work}
    return ""
