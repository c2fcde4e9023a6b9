"""Parcels of partners leave: whoever picks and packs elsewhere tells us the tracking
numbers, and what we would do step by step is done at once."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from fulfillment.models import FulfillmentOrder, Shipment
from fulfillment.services import shipping, work
from fulfillment.services.contents import Claims, Parcel
from fulfillment.services.label_voiding import void_labels_of
from fulfillment.services.locking import lock_work
from fulfillment.services.shipping import Label
from oms.core import transitions
from oms.core.outcome import Outcome
from oms.core.words import inside
from orders.guards import held

Status = FulfillmentOrder.Status
SENT_FROM = (Status.RELEASED, *FulfillmentOrder.IN_HAND)


class _Ready(NamedTuple):
    """A parcel that can be tried: its place in the call, and what is in it."""

    position: int
    work: int
    label: Label
    contents: Mapping[int, int]
    is_named: bool


@transaction.atomic
def ship_parcels(parcels: Sequence[Parcel], *, actor: str, at=None) -> Outcome:
    """Parcels of released, picked or packed work, several of the same too. Released
    work counts as picked, picked work as packed; what no parcel has is still to be
    sent. done: the shipments, as they come in the call; refused: by position, which
    leaves those as they were."""
    at = at or timezone.now()
    out, ready = _read(parcels)
    while ready:
        with transaction.atomic():
            tried = _attempt(ready, actor, at)
            if tried.refused:  # a parcel that cannot leave is not packed either
                transaction.set_rollback(True)
        out.refused |= tried.refused
        if not tried.refused:
            out.done += tried.done
            break
        ready = [each for each in ready if each.position not in tried.refused]
    return out


def ship_works(labels: Mapping[int, Label], *, actor: str, at=None) -> Outcome:
    """{work pk: its label}: one parcel of each, with all that is left. done: the
    shipments; refused: by work."""
    parcels = [Parcel(pk, label) for pk, label in labels.items()]
    out = ship_parcels(parcels, actor=actor, at=at)
    refused = {parcels[n].work: reasons for n, reasons in out.refused.items()}
    return Outcome(out.done, refused)


def why_not_ship(each: FulfillmentOrder) -> list[str]:
    """By its loaded order and lines."""
    if each.status == Status.RELEASED:
        return transitions.refusals(each, "start_picking")
    if each.status == Status.PICKING:
        return transitions.refusals(each, "pack_part")
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


def _read(parcels: Sequence[Parcel]) -> tuple[Outcome, list[_Ready]]:
    wanted = {parcel.work for parcel in parcels}
    works = {each.pk: each for each in lock_work(wanted)}
    what = _("The fulfillment order")
    unknown = transitions.missing(wanted, works.values(), what).refused
    out, ready, claims = Outcome(), [], Claims()
    for position in sorted(range(len(parcels)), key=lambda n: parcels[n].lines is None):
        parcel = parcels[position]
        each = works.get(parcel.work)
        if each is None:
            out.refused[position] = unknown[parcel.work]
        elif each.status not in SENT_FROM:
            out.refuse(position, _not_to_be_sent(each))
        elif reason := claims.why_not(each, parcel):
            out.refuse(position, reason)
        else:
            named = parcel.lines is not None
            taken = claims.take(each, parcel)
            ready.append(_Ready(position, each.pk, parcel.label, taken, named))
    return out, sorted(ready)


# --- One attempt ----------------------------------------------------------------------


def _attempt(ready: Sequence[_Ready], actor: str, at: datetime) -> Outcome:
    """done: the shipments; refused: by position, with what stopped it first."""
    mine: dict[int, list[_Ready]] = defaultdict(list)
    for each in ready:
        mine[each.work].append(each)
    works = {each.pk: each for each in lock_work(mine)}
    boxes = _boxes([w for w in works.values() if w.status == Status.PACKED])
    shut = {pk: box for pk, box in boxes.items() if _is_all(works[pk], mine[pk])}
    split = [works[pk] for pk in sorted(boxes.keys() - shut.keys())]
    out = _labelled(split, boxes, mine)
    if out.refused:
        return out
    _open(split, boxes, actor, at)
    unpacked = [each for each in works.values() if each.pk not in shut]
    packed = _pack(unpacked, mine, out, actor, at)
    pairs = [(mine[pk][0], box) for pk, box in shut.items()]
    for each in packed:
        pairs += zip(mine[each.pk], each.shipments.all(), strict=True)
    _ship(pairs, out, actor, at)
    return out


def _pack(
    works: Sequence[FulfillmentOrder],
    mine: Mapping[int, Sequence[_Ready]],
    out: Outcome,
    actor: str,
    at: datetime,
) -> list[FulfillmentOrder]:
    """As far as it goes, step by step; the work with its new `shipments`."""
    picked = _picked(works, mine)
    released = [each for each in works if each.status == Status.RELEASED]
    counted = [w for w in works if any(line.pk in picked for line in w.lines.all())]
    parcels = {each.pk: [p.contents for p in mine[each.pk]] for each in works}
    packed = []
    for do, some, more in (
        (work.start_picking, released, {}),
        (work.pick, counted, {"picked": picked}),
        (work.pack_work, works, {"parcels": parcels}),
    ):
        done = do(some, actor=actor, at=at, **more) if some else Outcome()
        for pk, reasons in done.refused.items():
            for each in mine.get(pk, ()):
                out.refused.setdefault(each.position, reasons)
        packed = done.done
    return packed


def _ship(
    pairs: Sequence[tuple[_Ready, Shipment]], out: Outcome, actor: str, at: datetime
) -> None:
    labels = {box.pk: each.label for each, box in pairs}
    places = {box.pk: each.position for each, box in pairs}
    sent = shipping.ship_shipments(labels, actor=actor, at=at)
    for pk, reasons in sent.refused.items():
        out.refused.setdefault(places[pk], reasons)
    out.done = sorted(sent.done, key=lambda shipment: places[shipment.pk])


def _is_all(each: FulfillmentOrder, parcels: Sequence[_Ready]) -> bool:
    """One parcel with everything: the box as it stands there."""
    held = Counter({line.pk: line.held_quantity for line in each.lines.all()})
    return len(parcels) == 1 and Counter(parcels[0].contents) == held


def _boxes(packed: Sequence[FulfillmentOrder]) -> dict[int, Shipment]:
    if not packed:
        return {}
    drafts = Shipment.objects.filter(fulfillment_order__in=packed, status="draft")
    return {box.fulfillment_order_id: box for box in drafts.order_by("pk")}


def _labelled(
    works: Sequence[FulfillmentOrder],
    boxes: Mapping[int, Shipment],
    mine: Mapping[int, Sequence[_Ready]],
) -> Outcome:
    """Boxes that have their label leave with it, or not at all."""
    out = Outcome()
    for each in works:
        box = boxes[each.pk]
        if box.tracking_number:
            text = _(
                "%(box)s is packed under the number %(number)s: ship all of it with "
                "that one, or void its label first."
            )
            for parcel in mine[each.pk]:
                facts = {"box": box, "number": box.tracking_number}
                out.refuse(parcel.position, text % facts)
    return out


def _open(
    works: Sequence[FulfillmentOrder],
    boxes: Mapping[int, Shipment],
    actor: str,
    at: datetime,
) -> None:
    """What was to go in one parcel goes in several."""
    void = [boxes[each.pk] for each in works]
    for box, each in zip(void, works, strict=True):
        box.order = each.order
    transitions.apply_many(void, "void", actor=actor, at=at)
    void_labels_of(void, actor=actor, at=at)
    transitions.apply_many(works, "unpack", actor=actor, at=at)


def _picked(
    works: Sequence[FulfillmentOrder], mine: Mapping[int, Sequence[_Ready]]
) -> dict[int, int]:
    """{line pk: pieces in all} that were picked, as their parcels say. Only of released
    work is that also said by a parcel that names no line."""
    counts: dict[int, int] = {}
    for each in works:
        is_fresh = each.status == Status.RELEASED
        sent = Counter()
        for parcel in mine[each.pk]:
            if parcel.is_named or is_fresh:
                sent.update(parcel.contents)
        for line in each.lines.all():
            if line.pk in sent:
                left = line.shipped_quantity + sent[line.pk]
                counts[line.pk] = max(line.picked_quantity, left)
    return counts
