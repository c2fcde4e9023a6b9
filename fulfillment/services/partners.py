"""Work of partners: a 3PL or a supplier is sent it when it is released.

They take it on by `accepting.accept_work`, refuse it by `rejecting.reject`, and are
asked to let go of it by `negotiating`. A supplier's work holds no stock of ours; its
parcel goes with `supplied.ship_supplied`.
"""

from collections.abc import Collection, Iterable
from datetime import datetime

from django.utils.translation import gettext as _

from fulfillment.models import FulfillmentOrder
from inventory.models import Location
from oms.core import workitems
from oms.core.models import WorkItem
from oms.core.sets import insert_rows, update_rows
from oms.core.timeline import event_of

TO_CONFIRM = "supplier_confirmation"
ASKED_BACK = "cancellation_asked"  # see `negotiating`
OF_WORK = "fulfillmentorder"


def submit(works: Iterable[FulfillmentOrder], *, actor: str, at: datetime) -> None:
    """Tell partners of released work: an event that goes out and, for a supplier, a
    work item that waits for its answer: what it has, only it can say."""
    rows = Location.objects.filter(kind__in=Location.PARTNERS)
    partners = rows.in_bulk({work.location_id for work in works})
    sent = [work for work in works if work.location_id in partners]
    if not sent:
        return
    events = []
    for work in sent:
        work.submitted_at = at
        data = {"location": partners[work.location_id].code}
        action = "fulfillmentorder.submitted"
        events.append(event_of(work, action, actor=actor, at=at, data=data))
    update_rows(FulfillmentOrder, {w.pk: (at,) for w in sent}, ["submitted_at"])
    insert_rows(events)
    items = [
        _item(work, partners[work.location_id])
        for work in sent
        if not partners[work.location_id].keeps_stock
    ]
    workitems.open_items(items, at=at)


def _item(work: FulfillmentOrder, supplier: Location) -> WorkItem:
    text = _(
        "%(work)s: %(supplier)s has to confirm it. Enter the reference, or reject it."
    )
    return WorkItem(
        kind=TO_CONFIRM,
        subject_type=OF_WORK,
        subject_id=work.pk,
        title=text % {"work": work, "supplier": supplier},
    )


def answered(work_pks: Collection[int], at: datetime) -> None:
    """That they send it, or have sent it."""
    if work_pks:
        workitems.resolve_items(OF_WORK, work_pks, at=at, kinds=[TO_CONFIRM])


def nothing_left(work_pks: Collection[int], at: datetime) -> None:
    """Whatever was still to be said about it."""
    if work_pks:
        kinds = [TO_CONFIRM, ASKED_BACK]
        workitems.resolve_items(OF_WORK, work_pks, at=at, kinds=kinds)
