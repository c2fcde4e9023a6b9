"""Parcels of partners leave: whoever picks and packs elsewhere tells us the tracking
number, and what we would do step by step is done at once."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from fulfillment.models import FulfillmentOrder, Shipment
from fulfillment.services import shipping, work
from fulfillment.services.locking import lock_work
from oms.core import transitions
from oms.core.outcome import Outcome
from oms.core.words import inside
from orders.guards import held

Status = FulfillmentOrder.Status
SENT_FROM = (Status.RELEASED, *FulfillmentOrder.IN_HAND)


@transaction.atomic
def ship_works(labels: Mapping[int, shipping.Label], *, actor: str, at=None) -> Outcome:
    """{work pk: its label} of released, picked or packed work. Released work counts as
    picked, picked work as packed. done: the shipments; refused: by work, which stays
    as it was."""
    at = at or timezone.now()
    locked = lock_work(labels, contents=False)
    out = transitions.missing(labels, locked, _("The fulfillment order"))
    ready = []
    for each in locked:
        if each.status in SENT_FROM:
            ready.append(each)
        else:
            out.refuse(each.pk, _not_to_be_sent(each))
    while ready:
        with transaction.atomic():
            tried = _attempt(ready, labels, actor, at)
            if tried.refused:  # a parcel that cannot leave is not packed either
                transaction.set_rollback(True)
        out.refused |= tried.refused
        if not tried.refused:
            out.done += tried.done
            break
        ready = [each for each in ready if each.pk not in tried.refused]
    return out


def why_not_ship(each: FulfillmentOrder) -> list[str]:
    """By its loaded order and lines."""
    if each.status == Status.RELEASED:
        return transitions.refusals(each, "start_picking")
    if each.status == Status.PICKING:
        return transitions.refusals(each, "pack")
    if each.status == Status.PACKED:
        reason = held(each.order, "ship")
        text = _("%(work)s: cannot ship: %(reason)s.")
        return [text % {"work": each, "reason": reason}] if reason else []
    return [_not_to_be_sent(each)]


def _not_to_be_sent(each: FulfillmentOrder) -> str:
    return _(
        "%(work)s: cannot ship: it is %(status)s; only what is released, picked or "
        "packed is sent."
    ) % {"work": each, "status": inside(each.get_status_display())}


def _attempt(
    works: list[FulfillmentOrder],
    labels: Mapping[int, shipping.Label],
    actor: str,
    at: datetime,
) -> Outcome:
    """done: the shipments; refused: by work, with what stopped it first."""
    released = [each for each in works if each.status == Status.RELEASED]
    unpacked = [each for each in works if each.status != Status.PACKED]
    out = Outcome()
    for step, some in (
        (work.start_picking, released),
        (work.pick, released),
        (work.pack_work, unpacked),
    ):
        if some:
            refused = step(some, actor=actor, at=at).refused
            out.refused = refused | out.refused
    drafts = Shipment.objects.filter(
        fulfillment_order__in=[each.pk for each in works if each.pk not in out.refused],
        status=Shipment.Status.DRAFT,
    )
    owners = dict(drafts.values_list("pk", "fulfillment_order"))
    sent = shipping.ship_shipments(
        {parcel: labels[pk] for parcel, pk in owners.items()}, actor=actor, at=at
    )
    out.done = sent.done
    for parcel, reasons in sent.refused.items():
        out.refused[owners[parcel]] = reasons
    return out
