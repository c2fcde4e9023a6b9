"""Work at a location: release, pick, pack. Each on a set of fulfillment orders."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from fulfillment.models import (
    FulfillmentOrder,
    FulfillmentOrderLine,
    Shipment,
    ShipmentLine,
)
from fulfillment.services import partners
from fulfillment.services.locking import lock_work
from oms.core import transitions
from oms.core.building import build
from oms.core.numbering import document_number
from oms.core.outcome import Outcome
from oms.core.sets import assign_ids, insert_rows, preload, update_rows
from oms.core.timeline import event_of
from oms.core.words import inside
from orders.guards import held
from orders.services import progress, rollups

Works = Iterable[FulfillmentOrder]
Contents = Mapping[int, int]  # {line pk: pieces} of one parcel


@transaction.atomic
def release_work(works: Works, *, actor: str, at=None) -> Outcome:
    """Put assigned work on its location's list; the order is in process from now on."""
    at = at or timezone.now()
    locked, out = _lock(works)
    out.add(transitions.apply_many(locked, "release", actor=actor, at=at))
    partners.submit(out.done, actor=actor, at=at)
    orders = list({work.order_id: work.order for work in out.done}.values())
    progress.start_orders(orders, actor=actor, at=at)
    rollups.refresh(orders)
    return out


@transaction.atomic
def start_picking(works: Works, *, actor: str, at=None) -> Outcome:
    """Somebody has begun: from now on the order is not simply cancelled any more."""
    at = at or timezone.now()
    locked, out = _lock(works, contents=False)
    out.add(transitions.apply_many(locked, "start_picking", actor=actor, at=at))
    rollups.touch(work.order_id for work in out.done)
    return out


@transaction.atomic
def pick(
    works: Works, *, actor: str, at=None, picked: Mapping[int, int] | None = None
) -> Outcome:
    """Count pieces as taken from the shelf: {fulfillment order line pk: pieces in all},
    or everything that is open. Only while picking; one bad count refuses its work, and
    a key that is no line of the work is refused itself."""
    locked, out = _lock(works)
    _refuse_strangers(locked, picked or {}, out)
    rows = {}
    for work in locked:
        counts = {
            line: _whole(line) if picked is None else picked[line.pk]
            for line in work.lines.all()
            if picked is None or line.pk in picked
        }
        if reason := _stopped(work) or _bad_pick(work, counts):
            out.refuse(work.pk, reason)
            continue
        for line, count in counts.items():
            line.picked_quantity = count
            rows[line.pk] = (count,)
        out.done.append(work)
    update_rows(FulfillmentOrderLine, rows, ["picked_quantity"])
    rollups.touch(work.order_id for work in out.done)
    return out


def _refuse_strangers(
    works: list[FulfillmentOrder], picked: Mapping, out: Outcome
) -> None:
    lines = {line.pk for work in works for line in work.lines.all()}
    for key in picked.keys() - lines:
        out.refuse(
            key,
            _(
                "Line %(key)r belongs to none of this work; its count is not kept. "
                "Scan the work that it belongs to."
            )
            % {"key": key},
        )


def why_not_pick(work: FulfillmentOrder) -> str:
    return _stopped(work) or _bad_pick(work, {})


def _stopped(work: FulfillmentOrder) -> str:
    if not (reason := held(work.order, "ship")):
        return ""
    return _("%(work)s: STOP. Put the goods aside and send nothing: %(reason)s.") % {
        "work": work,
        "reason": reason,
    }


def _bad_pick(work: FulfillmentOrder, counts: Mapping) -> str:
    if work.status != work.Status.PICKING:
        return _("%(work)s: it is %(status)s; start picking it first.") % {
            "work": work,
            "status": inside(work.get_status_display()),
        }
    for line, count in counts.items():
        left, whole = line.shipped_quantity, _whole(line)
        if type(count) is not int or not left <= count <= whole:
            return _(
                "%(work)s: %(count)r pieces picked of %(open)d that are wanted; count "
                "again, from %(left)d to that."
            ) % {"work": work, "count": count, "open": whole, "left": left}
    return ""


def _whole(line: FulfillmentOrderLine) -> int:
    """All that is wanted of it, with what has left already."""
    return line.held_quantity + line.shipped_quantity


@transaction.atomic
def pack_work(
    works: Works,
    *,
    actor: str,
    at=None,
    parcels: Mapping[int, Sequence[Contents]] | None = None,
) -> Outcome:
    """Close the box: all picked pieces of a fulfillment order become one parcel, or
    those that `parcels` names, {work pk: [{line pk: pieces}]}. They are in
    `work.shipments`."""
    at = at or timezone.now()
    locked, out = _lock(works)
    boxes = {w.pk: (parcels or {}).get(w.pk) or [_contents(w)] for w in locked}
    whole = [w for w in locked if Counter(_contents(w)) == _sum(boxes[w.pk])]
    part = [w for w in locked if w not in whole]
    out.add(transitions.apply_many(whole, "pack", actor=actor, at=at))
    out.add(transitions.apply_many(part, "pack_part", actor=actor, at=at))
    _box(out.done, boxes, actor, at)
    rollups.touch(work.order_id for work in out.done)
    return out


def _contents(work: FulfillmentOrder) -> dict[int, int]:
    return {line.pk: n for line in work.lines.all() if (n := line.held_quantity)}


def _sum(boxes: Sequence[Contents]) -> Counter:
    return sum(map(Counter, boxes), Counter())


def _box(
    works: Sequence[FulfillmentOrder],
    boxes: Mapping[int, Sequence[Contents]],
    actor: str,
    at: datetime,
) -> None:
    pairs = [(work, each) for work in works for each in boxes[work.pk]]
    shipments = [build(Shipment, order=w.order, fulfillment_order=w) for w, _c in pairs]
    assign_ids(shipments)
    lines, own = [], defaultdict(list)
    for shipment, (work, contents) in zip(shipments, pairs, strict=True):
        shipment.number = document_number(Shipment, shipment.pk)
        own[work.pk].append(shipment)
        lines += (
            build(
                ShipmentLine,
                shipment=shipment,
                fulfillment_line=line,
                order_line_id=line.order_line_id,
                quantity=contents[line.pk],
            )
            for line in work.lines.all()
            if line.pk in contents
        )
    for work in works:
        preload(work, shipments=own[work.pk])
    insert_rows(shipments)
    insert_rows(lines)
    insert_rows(
        [
            event_of(shipment, "shipment.packed", actor=actor, at=at, from_status="")
            for shipment in shipments
        ]
    )


def _lock(
    works: Works, *, contents: bool = True
) -> tuple[list[FulfillmentOrder], Outcome]:
    wanted = {work.pk for work in works}
    locked = lock_work(wanted, contents=contents)
    return locked, transitions.missing(wanted, locked, _("The fulfillment order"))
