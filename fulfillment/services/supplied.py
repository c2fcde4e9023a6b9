"""Parcels that suppliers have sent: their tracking number is all that we do."""

from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from fulfillment.models import FulfillmentOrder
from fulfillment.services import leaving, partners, shipping
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
    out = transitions.missing(labels, found, _("The fulfillment order"))
    ready = {}
    for each in found:
        if each.submitted_at is None:
            out.refuse(
                each.pk,
                _("%(work)s: it was sent to no supplier; pack and ship it here.")
                % {"work": each},
            )
        else:
            ready[each.pk] = labels[each.pk]
    sent = leaving.ship_works(ready, actor=actor, at=at)
    partners.answered([parcel.fulfillment_order_id for parcel in sent.done], at)
    out.add(sent)
    return out
