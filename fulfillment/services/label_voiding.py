"""Labels taken back while their parcels stand here."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from fulfillment.carriers.base import carriers
from fulfillment.models import Label, Shipment
from fulfillment.services.label_rows import SETTLE, take_off, write_labels
from fulfillment.services.locking import lock_shipments
from oms.core import transitions
from oms.core.outcome import Outcome
from oms.core.sound import keys
from oms.core.tasks import enqueue
from oms.core.words import inside
from orders.services import rollups


@transaction.atomic
def void_labels(labels: Iterable[Label], *, actor: str, at=None) -> Outcome:
    """Take labels back that were not used. done: the labels, voided, or being voided
    where another system has to agree."""
    at = at or timezone.now()
    wanted = {label.pk for label in labels}
    owners = Label.objects.filter(pk__in=keys(wanted))
    shipments = lock_shipments(
        owners.values_list("shipment", flat=True), contents=False
    )
    found = _lock_labels({s.pk: s for s in shipments}, pk__in=keys(wanted))
    out = transitions.missing(wanted, found, _("The label"))
    for label in found:
        if reason := _not_voidable(label):
            out.refuse(label.pk, f"{label.shipment}: {reason}")
        else:
            out.done.append(label)
    _take_back(out.done, actor, at)
    rollups.touch({label.shipment.order_id for label in out.done})
    return out


def void_labels_of(shipments: Sequence[Shipment], *, actor: str, at: datetime) -> None:
    """The same for parcels that will never leave. Needs the lock of their orders; the
    caller stamps them."""
    if shipments:
        found = _lock_labels({s.pk: s for s in shipments}, status__in=Label.LIVE)
        _take_back([x for x in found if not _not_voidable(x)], actor, at)


def _lock_labels(shipments: Mapping[int, Shipment], **which) -> list[Label]:
    """Locked, as a worker may just be claiming them, with their shipments."""
    rows = Label.objects.filter(shipment__in=shipments, **which).order_by("pk")
    labels = list(rows.select_for_update(no_key=True))
    for label in labels:
        label.shipment = shipments[label.shipment_id]
    return labels


def _not_voidable(label: Label) -> str:
    if label.shipment.status not in (Shipment.Status.DRAFT, Shipment.Status.VOIDED):
        return _("it has left with its label; ask the carrier for the money.")
    if label.status not in Label.LIVE or label.status == Label.Status.VOIDING:
        return _("its label is %(status)s already; nothing to do.") % {
            "status": inside(label.get_status_display())
        }
    return ""


def _take_back(labels: Sequence[Label], actor: str, at: datetime) -> None:
    sellers = carriers()
    for label in labels:
        seller = sellers.get(label.carrier)
        never_asked = label.status == Label.Status.REQUESTED and not label.attempts
        if never_asked or (seller is not None and seller.local):
            label.status, label.voided_at = Label.Status.VOIDED, at
        else:
            label.status, label.attempts = Label.Status.VOIDING, 0
            label.next_attempt_at = at
        take_off(label)
    write_labels(labels, actor, at)
    enqueue(SETTLE, [x.pk for x in labels if x.status == Label.Status.VOIDING])
