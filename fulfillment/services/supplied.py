"""Parcels that suppliers have sent: their tracking number is all that we do."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from fulfillment.models import FulfillmentOrder
from fulfillment.services import dropship, shipping, work
from oms.core import transitions
from oms.core.outcome import Outcome
from oms.core.sound import keys


@transaction.atomic
def ship_supplied(
    labels: Mapping[int, shipping.Label], *, actor: str, at=None
) -> Outcome:
    """{work pk: the supplier's label} of work that a supplier was sent. What we would
    pick and pack counts as done. done: the shipments."""
    at = at or timezone.now()
    found = FulfillmentOrder.objects.filter(pk__in=keys(labels)).order_by("pk")
    works = list(found.select_related("order"))
    out = transitions.missing(labels, works, _("The fulfillment order"))
    ready = []
    for each in works:
        if each.submitted_at is None:
            out.refuse(
                each.pk,
                _("%(work)s: it was sent to no supplier; pack and ship it here.")
                % {"work": each},
            )
        else:
            ready.append(each)
    while ready:
        with transaction.atomic():
            tried = _attempt(ready, labels, actor, at)
            if tried.refused:  # a parcel that cannot leave is not packed either
                transaction.set_rollback(True)
        out.refused |= tried.refused
        if not tried.refused:
            out.done += tried.done
            dropship.answered([each.pk for each in ready], at)
            break
        ready = [each for each in ready if each.pk not in tried.refused]
    return out


def _attempt(
    works: list[FulfillmentOrder],
    labels: Mapping[int, shipping.Label],
    actor: str,
    at: datetime,
) -> Outcome:
    """done: the shipments; refused: by work."""
    out = Outcome()
    for step in (work.start_picking, work.pick, work.pack_work):
        done = step(works, actor=actor, at=at)
        out.refused |= done.refused
    parcels = {
        shipment.pk: each.pk for each in done.done for shipment in each.shipments.all()
    }
    sent = shipping.ship_shipments(
        {parcel: labels[pk] for parcel, pk in parcels.items()}, actor=actor, at=at
    )
    out.done = sent.done
    for parcel, reasons in sent.refused.items():
        out.refused[parcels[parcel]] = reasons
    return out
