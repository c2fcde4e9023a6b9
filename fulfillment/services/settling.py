"""Labels of other systems: asked for one by one, outside of any transaction, so that
each is bought once whatever happens in between.

Claim the label, look it up if it may have been asked for before, ask, store the answer
under the lock of the order.
"""

import logging
import time
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import DatabaseError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from fulfillment.carriers.base import Bought, Carrier, carriers, name_of
from fulfillment.models import Label, Shipment
from fulfillment.services.label_rows import (
    FAILED_ITEM,
    parcel_of,
    stick_on,
    take_off,
    write_labels,
)
from fulfillment.services.locking import lock_shipments
from oms.core import outside, workitems
from oms.core.exceptions import RefusedError, UnansweredError, UnavailableError
from oms.core.faults import fault_point
from oms.core.models import WorkItem
from oms.core.outcome import Outcome
from oms.core.sound import keys
from orders.services import rollups

log = logging.getLogger(__name__)

Status = Label.Status
LONGEST = 20  # seconds after which no more are claimed; the next run goes on
REST = timedelta(days=1)  # between attempts, after the most that are made in a row


class Answer(NamedTuple):
    """What came of asking: the label's next status, what was bought, what went
    wrong."""

    status: str
    bought: Bought | None = None
    error: str = ""


def settle_labels(pks: Iterable[int] | None = None, *, actor: str, at=None) -> Outcome:
    """Ask for what is due: the labels of these keys, or all. Call it outside of any
    transaction. done: the labels that came to an end; refused: those that wait or
    failed, with the carrier's words."""
    out = Outcome()
    until = time.monotonic() + LONGEST
    for pk in _due(pks, at or timezone.now()):
        if time.monotonic() > until:
            break
        fault_point("label.before_claim")
        claimed = outside.claim(Label, at=at or timezone.now(), pks=[pk])
        fault_point("label.after_claim")
        for label in claimed:
            settled = _settle(label, actor, at)
            fault_point("label.after_store_commit")
            if settled.error:
                out.refuse(pk, f"{settled.shipment}: {settled.error}")
            else:
                out.done.append(settled)
    return out


def _settle(label: Label, actor: str, at: datetime | None) -> Label:
    _load(label)
    answer = _ask(carriers().get(label.carrier), label)
    try:
        return _store(label, answer, actor, at or timezone.now())
    except DatabaseError:
        # its lease ends, and then what was done is looked up
        log.exception("the answer to %s could not be stored", label.idempotency_key)
        label.error = _("its answer could not be stored; it is looked up soon.")
        return label


def _due(pks: Iterable[int] | None, at: datetime) -> list[int]:
    """Claimed one at a time, so that a lease is never older than one call."""
    rows = Label.objects.filter(status__in=Label.OPEN, next_attempt_at__lte=at)
    if pks is not None:
        rows = rows.filter(pk__in=keys(pks))
    return list(rows.order_by("next_attempt_at", "pk").values_list("pk", flat=True))


def _load(label: Label) -> None:
    label.shipment = Shipment.objects.select_related(
        "order", "fulfillment_order__location"
    ).get(pk=label.shipment_id)


def _ask(seller: Carrier | None, label: Label) -> Answer:
    """The calls. An error of our own is no answer either."""
    if seller is None:
        return Answer(label.status, error=_("OMS_CARRIERS does not name its carrier"))
    try:
        if label.status == Status.VOIDING:
            return _void(seller, label)
        return _buy(seller, label)
    except RefusedError as error:
        return Answer(Status.FAILED, error=_words(error))
    except UnavailableError as error:
        return Answer(label.status, error=_words(error))
    except UnansweredError as error:
        return Answer(_unknown(label), error=_words(error))
    except Exception as error:
        log.exception("asking for label %s failed", label.pk)
        return Answer(_unknown(label), error=type(error).__name__)


def _buy(seller: Carrier, label: Label) -> Answer:
    bought = None
    if label.attempts > 1 or label.status == Status.UNKNOWN:
        bought = _look_up(seller, label)
    if bought is None:
        if label.shipment.status != Shipment.Status.DRAFT:
            return Answer(Status.VOIDED)  # nothing was bought, and nobody wants it
        fault_point("label.before_call")
        try:
            bought = seller.buy(parcel_of(label))
        except RefusedError as error:
            bought = _despite(seller, label, error)
        fault_point("label.after_call")
    if not bought.is_sound:
        raise UnansweredError(_("the answer is not what it should be"))
    return Answer(Status.PURCHASED, bought)


def _despite(seller: Carrier, label: Label, error: RefusedError) -> Bought:
    """A refusal is believed when the carrier's books say the same."""
    try:
        bought = _look_up(seller, label)
    except UnavailableError as unavailable:
        raise UnansweredError(str(unavailable)) from unavailable
    if bought is None:
        raise error
    return bought


def _look_up(seller: Carrier, label: Label) -> Bought | None:
    fault_point("label.before_lookup")
    bought = seller.lookup(label.idempotency_key)
    fault_point("label.after_lookup")
    return bought


def _void(seller: Carrier, label: Label) -> Answer:
    bought = None
    number = label.tracking_number
    if not number:
        bought = _look_up(seller, label)
        if bought is None:
            return Answer(Status.VOIDED)
        number = bought.tracking_number
    fault_point("label.before_void")
    seller.void(label.idempotency_key, number)
    fault_point("label.after_void")
    return Answer(Status.VOIDED, bought)


def _unknown(label: Label) -> str:
    return label.status if label.status == Status.VOIDING else Status.UNKNOWN


def _words(error: Exception) -> str:
    return str(error) or type(error).__name__


@transaction.atomic
def _store(asked: Label, answer: Answer, actor: str, at: datetime) -> Label:
    """Write what came back, unless the label has come to its end meanwhile."""
    [shipment] = lock_shipments([asked.shipment_id], contents=False)
    label = Label.objects.select_for_update(no_key=True).get(pk=asked.pk)
    label.shipment = shipment
    if label.status not in Label.OPEN:
        return label
    if answer.bought and (clash := _clash(label, answer.bought)):
        answer = Answer(_unknown(label), error=clash)
    if answer.bought:
        label.tracking_number = answer.bought.tracking_number
        label.price, label.currency = answer.bought.price, answer.bought.currency
        label.document = answer.bought.document
        label.purchased_at = at
    label.error = answer.error[:300]
    label.status = _next_status(label, answer)
    if label.status == Status.PURCHASED:
        stick_on(label)
    elif label.status == Status.VOIDED:
        label.voided_at = at
        take_off(label)
    elif label.error:
        label.next_attempt_at = _next_attempt(label, at)
    else:
        label.attempts, label.next_attempt_at = 0, at  # to be voided now
    write_labels([label], actor, at)
    _tell_staff(label, at)
    rollups.touch([shipment.order_id])
    fault_point("label.before_store_commit")
    return label


def _clash(label: Label, bought: Bought) -> str:
    """A number that another parcel has cannot be ours."""
    same = {"carrier": label.carrier, "tracking_number": bought.tracking_number}
    others = Label.objects.filter(**same).exclude(pk=label.pk)
    parcels = Shipment.objects.filter(**same).exclude(pk=label.shipment_id)
    if others.exists() or parcels.exists():
        return _("tracking number %(number)s is on another parcel already") % {
            "number": bought.tracking_number
        }
    return ""


def _next_status(label: Label, answer: Answer) -> str:
    """What was asked to be voided meanwhile, or is not needed any more, is not kept."""
    stays = label.shipment.status == Shipment.Status.DRAFT
    if label.status == Status.VOIDING:
        if answer.status == Status.VOIDED:
            return Status.VOIDED
        if answer.status == Status.FAILED:  # refused: it was never bought, or is used
            known = bool(label.tracking_number)
            return Status.PURCHASED if known and stays else Status.VOIDED
        return Status.VOIDING
    if answer.status == Status.PURCHASED and not stays and not _is_used(label):
        return Status.VOIDING
    return answer.status


def _is_used(label: Label) -> bool:
    """The parcel has left with it: somebody has typed its number."""
    shipment = label.shipment
    gone = shipment.status in (Shipment.Status.SHIPPED, Shipment.Status.DELIVERED)
    return gone and shipment.tracking_number == label.tracking_number


def _next_attempt(label: Label, at: datetime) -> datetime:
    if label.attempts >= outside.MOST_ATTEMPTS:
        return at + REST
    return at + outside.pause(label.attempts)


def _tell_staff(label: Label, at: datetime) -> None:
    """What failed, and what nobody answered for too long, waits for a person."""
    if not label.error:
        return
    given_up = label.attempts >= outside.MOST_ATTEMPTS
    words = {
        "parcel": label.shipment,
        "carrier": name_of(label.carrier),
        "error": label.error,
    }
    if label.status == Status.FAILED:
        title = _(
            "%(parcel)s: %(carrier)s sold no label: %(error)s. Mend that and buy a "
            "label again, or choose another service."
        )
    elif label.status == Status.VOIDED:
        title = _(
            "%(parcel)s: %(carrier)s does not take its label back: %(error)s. Ask it "
            "for the money."
        )
    elif label.status == Status.PURCHASED:
        title = _(
            "%(parcel)s: %(carrier)s does not void its label: %(error)s. It is on the "
            "parcel still: use it, or ask the carrier."
        )
    elif given_up:
        title = _(
            "%(parcel)s: %(carrier)s has not answered about its label: %(error)s. Ask "
            "the carrier; it is tried again every day. Void the label to buy another."
        )
    else:
        return
    item = WorkItem(
        kind=FAILED_ITEM,
        subject_type="shipment",
        subject_id=label.shipment_id,
        title=(title % words)[:300],
    )
    workitems.open_items([item], at=at)
