"""The door: parcels leave with a tracking number, and their stock with them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from operator import itemgetter
from typing import NamedTuple

from django.db import transaction
from django.db.models import Value
from django.utils import timezone
from django.utils.translation import gettext as _

from fulfillment.models import FulfillmentOrderLine, Shipment
from fulfillment.models import Label as ShipmentLabel
from fulfillment.services import negotiating
from fulfillment.services.locking import lock_shipments
from inventory.services import stock
from inventory.services.stock import Portion
from oms.core import transitions
from oms.core.exceptions import InvariantError
from oms.core.outcome import Outcome
from oms.core.sets import update_rows
from oms.core.sound import is_text, keys
from orders.services import bundles, capturing, progress, rollups


class Label(NamedTuple):
    """What is stuck on a parcel."""

    tracking_number: str
    carrier: str = ""


@transaction.atomic
def ship_shipments(labels: Mapping[int, Label], *, actor: str, at=None) -> Outcome:
    """Send packed parcels: {shipment pk: its label}.

    The pieces leave the level that they were allocated at, the counters of the order
    follow, an order with nothing open left is completed.
    """
    at = at or timezone.now()
    shipments = lock_shipments(labels)
    out = transitions.missing(labels, shipments, _("The shipment"))
    _stick(shipments, labels, out)
    ready = [shipment for shipment in shipments if shipment.pk not in out.refused]
    update_rows(
        Shipment,
        {s.pk: (s.tracking_number, s.carrier) for s in ready},
        ["tracking_number", "carrier"],
    )
    out.add(transitions.apply_many(ready, "ship", actor=actor, at=at))
    _count(out.done)
    _settle(out.done, actor, at)
    orders = list({s.order_id: s.order for s in out.done}.values())
    progress.start_orders(orders, actor=actor, at=at)
    progress.complete_orders(orders, actor=actor, at=at)
    capturing.capture_shipped(_parcels(out.done), actor=actor, at=at)
    rollups.refresh(orders)
    _take_from_stock(out.done, actor, at)
    return out


def ship_labelled(shipments: Iterable[Shipment], *, actor: str, at=None) -> Outcome:
    """The same for parcels with a bought label: nothing is typed."""
    wanted = {shipment.pk for shipment in shipments}
    found = Shipment.objects.filter(pk__in=keys(wanted))
    bought = {
        pk: Label(number, carrier)
        for pk, number, carrier in found.values_list("pk", "tracking_number", "carrier")
    }
    return ship_shipments(
        {pk: bought.get(pk, Label("")) for pk in wanted}, actor=actor, at=at
    )


def _stick(
    shipments: list[Shipment], labels: Mapping[int, Label], out: Outcome
) -> None:
    """Put the labels on; a tracking number that another parcel has is refused."""
    sound = {}
    for shipment in shipments:
        label = _read(labels[shipment.pk])
        if reason := _bad_label(label):
            out.refuse(shipment.pk, f"{shipment}: {reason}")
        else:
            sound[shipment.pk] = label
    used = _used({label.tracking_number for label in sound.values()})
    for shipment in shipments:
        if shipment.pk not in sound:
            continue
        label = sound[shipment.pk]
        old = Label(shipment.tracking_number, shipment.carrier)
        if old.tracking_number and label == (old.tracking_number, ""):
            label = old  # its own number, scanned
        shipment.tracking_number, shipment.carrier = label
        reasons = transitions.refusals(shipment, "ship") or _misplaced(
            shipment, old, used
        )
        if reasons:
            shipment.tracking_number, shipment.carrier = old
            out.refused[shipment.pk] = reasons


def _misplaced(
    shipment: Shipment, old: Label, used: dict[tuple[str, str], int]
) -> list[str]:
    """Why the label that it has now is not its own; it had `old` before."""
    label = Label(shipment.tracking_number, shipment.carrier)
    if old.tracking_number and label != old:
        return [_has_another(shipment, old.tracking_number)]
    owner = used.setdefault(label, shipment.pk)
    if owner == shipment.pk:
        return []
    return [_on_another(shipment) if owner else _is_void(shipment)]


def _used(numbers: set[str]) -> dict[tuple[str, str], int]:
    """The parcels that have these tracking numbers, by number and carrier; 0 for those
    of labels that are void."""
    columns = "pk", "tracking_number", "carrier", "label"
    parcels = Shipment.objects.filter(tracking_number__in=numbers)
    labels = ShipmentLabel.objects.filter(tracking_number__in=numbers)
    rows = parcels.annotate(label=Value("")).values_list(*columns)
    rows = rows.union(labels.values_list("shipment", *columns[1:3], "status"), all=True)
    good = {"", ShipmentLabel.Status.PURCHASED}
    return {
        (number, carrier): pk if label in good else 0
        for pk, number, carrier, label in sorted(rows, key=itemgetter(3))
    }


def _read(said) -> Label | None:
    """What a label says, or None where it is no pair of texts."""
    if not isinstance(said, tuple | list) or len(said) != len(Label._fields):
        return None
    if not all(isinstance(part, str) for part in said):
        return None
    return Label(*(part.strip() for part in said))


def _bad_label(label: Label | None) -> str:
    if label is None:
        return _("its label is not a pair of texts; give tracking number and carrier.")
    if not label.tracking_number:
        return _("it has no tracking number; give one.")
    if not all(is_text(part, 64) for part in label):
        return _(
            "tracking number and carrier have at most 64 characters, none of them NUL; "
            "check them."
        )
    return ""


def _has_another(shipment: Shipment, number: str) -> str:
    return _(
        "%(shipment)s: its label has the number %(number)s. Ship it with that one, or "
        "void the label first."
    ) % {"shipment": shipment, "number": number}


def _is_void(shipment: Shipment) -> str:
    return _(
        "%(shipment)s: tracking number %(number)s is on a label that is not bought any "
        "more. Take it off and buy another, or scan the right one."
    ) % {"shipment": shipment, "number": shipment.tracking_number}


def _on_another(shipment: Shipment) -> str:
    return _(
        "%(shipment)s: tracking number %(number)s is on another parcel already. Scan "
        "the label of this one."
    ) % {"shipment": shipment, "number": shipment.tracking_number}


def _count(shipments: list[Shipment]) -> None:
    """Move the pieces from allocated to shipped, in memory and in the tables."""
    shipped: dict[int, int] = defaultdict(int)
    parcels: dict[int, int] = defaultdict(int)
    for shipment in shipments:
        mine = {
            line.fulfillment_line_id: line.quantity for line in shipment.lines.all()
        }
        for line in shipment.fulfillment_order.lines.all():
            pieces = mine.get(line.pk, 0)
            line.shipped_quantity += pieces
            parcels[line.pk] += pieces
            shipped[line.order_line_id] += pieces
    rows = {pk: (pieces,) for pk, pieces in parcels.items() if pieces}
    update_rows(FulfillmentOrderLine, rows, ["shipped_quantity"], add=True)
    progress.shipped(shipped)
    for order in {shipment.order_id: shipment.order for shipment in shipments}.values():
        for line in order.lines.all():
            line.shipped_quantity += shipped.get(line.pk, 0)
            line.allocated_quantity -= shipped.get(line.pk, 0)
        bundles.settle(order.lines.all())


def _settle(shipments: list[Shipment], actor: str, at: datetime) -> None:
    """Their work is done, or goes on with what no parcel has taken."""
    by_pk = {s.fulfillment_order_id: s.fulfillment_order for s in shipments}
    works = list(by_pk.values())
    asked = [work for work in works if work.is_asked_back]
    left = [w for w in works if any(line.held_quantity for line in w.lines.all())]
    done = [work for work in works if work not in left]
    transitions.apply_many(done, "fulfill", actor=actor, at=at)
    transitions.apply_many(left, "ship_part", actor=actor, at=at)
    negotiating.refused(asked, actor=actor, at=at)


def _parcels(shipments: list[Shipment]) -> list[capturing.Parcel]:
    """What has left, for those who ask for its money."""
    return [
        capturing.Parcel(
            shipment.pk,
            shipment.order,
            [(line.order_line_id, line.quantity) for line in shipment.lines.all()],
        )
        for shipment in shipments
    ]


def _take_from_stock(shipments: list[Shipment], actor: str, at: datetime) -> None:
    portions = []
    for shipment in shipments:
        levels = {
            line.pk: line.stock_level_id
            for line in shipment.fulfillment_order.lines.all()
        }
        portions += (
            Portion(level, line.quantity, "shipmentline", line.pk)
            for line in shipment.lines.all()
            if (level := levels[line.fulfillment_line_id])
        )
    out = stock.ship_out(portions, actor=actor, at=at)
    if out.refused:
        raise InvariantError(f"allocated, yet refused to leave: {out.refused}")
