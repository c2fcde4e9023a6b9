"""Tracking numbers in files: from a 3PL, a supplier or a carrier's own program. The
parcels leave with them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fulfillment.models import FulfillmentOrder, Shipment
from fulfillment.services.shipping import Label, ship_shipments
from fulfillment.services.supplied import ship_supplied
from inventory.files.goods import places_of
from oms.core.api.models import Scope
from oms.core.files import values
from oms.core.files.columns import Column
from oms.core.files.models import ImportRow, ImportRun
from oms.core.files.shapes import Bound, Reading, Shape, Unit, seen
from orders.models import Order

# What an export of parcels says beside: known, and not read.
BESIDE = "channel", "location", "status", "service", "tracking_status", "pieces"
BESIDE += "weight_grams", "promised_at", "shipped_at", "handed_over_at", "delivered_at"
NAMES = "shipment", "fulfillment_order", "order"  # the first that says something counts
Effect = ImportRow.Effect


class Parcel(NamedTuple):
    """What a row means: a parcel of ours, or a supplier's work that becomes one. `why`:
    nothing that could be sent."""

    shipment: Shipment | None = None
    work: FulfillmentOrder | None = None
    why: str = ""


class Tracking(Shape):
    name = "tracking"
    label = gettext_lazy("Tracking numbers")
    permission = "fulfillment.ship_shipment"
    key_scope, bound = Scope.SHIPMENTS_WRITE, Bound.EITHER
    noun = gettext_lazy("parcels")
    columns = (
        Column("shipment", ("Shipment number",)),
        Column("fulfillment_order", ("Fulfillment order number", "Work")),
        Column("order", ("Order number", "Order - Number")),
        Column(
            "tracking_number",
            ("Tracking", "Shipment - Tracking Number", "Tracking code"),
            is_required=True,
        ),
        Column("carrier", ("Carrier - Carrier Selected", "Shipping carrier"), True),
        *map(Column, BESIDE),
    )
    chunk = 200

    def read(self, row: ImportRow, reading: Reading) -> None:
        label = {
            "tracking_number": reading.value(row, "tracking_number", values.code_of),
            "carrier": reading.value(row, "carrier", values.text_of, 64) or "",
        }
        said = {name: reading.value(row, name, values.code_of, 128) for name in NAMES}
        by = next((name for name in NAMES if said[name]), "")
        if not by:
            row.wrong("shipment", _("name the shipment, or its order"))
            return
        row.key = f"{by} {said[by].removeprefix('#')}"
        row.values = {"by": by, "name": said[by].removeprefix("#"), **label}

    def compare(self, units: Sequence[Unit], run: ImportRun) -> None:
        rows = [row for unit in units for row in unit]
        found = _parcels(rows, run)
        with transaction.atomic():  # what the services say to it
            asked = [row for row in rows if _is_asked(row, found[row.pk])]
            refused = _ship(asked, found, run.actor)
            transaction.set_rollback(True)
        for row in rows:
            _compare(row, found[row.pk], refused.get(row.pk, ""))

    def apply(self, units: Sequence[Unit], run: ImportRun) -> dict[int, str]:
        rows = [row for unit in units for row in unit]
        return _ship(rows, _parcels(rows, run), run.job.actor)

    def undo(self, units: Sequence[Unit], run: ImportRun) -> dict[int, str]:
        text = _(
            "%(name)s has left, and its stock and money with it. What comes back is a "
            "return."
        )
        return {
            row.pk: text % {"name": row.values["name"]}
            for unit in units
            for row in unit
        }


def _is_asked(row: ImportRow, parcel: Parcel) -> bool:
    """Whether it has a number for something that is still here."""
    sent = parcel.shipment is not None and parcel.shipment.status != "draft"
    return bool(row.values["tracking_number"]) and not parcel.why and not sent


def _compare(row: ImportRow, parcel: Parcel, refused: str) -> None:
    number, carrier = row.values["tracking_number"], row.values["carrier"]
    sent = parcel.shipment
    if not number:
        row.effect, row.note = Effect.UNCHANGED, _("no tracking number: it waits")
    elif parcel.why:
        row.wrong(row.values["by"], parcel.why)
    elif sent is not None and sent.tracking_number == number and sent.shipped_at:
        row.effect, row.note = Effect.UNCHANGED, _("has left with this number")
    elif sent is not None and sent.status != "draft":
        text = _("%(parcel)s is %(status)s with the number %(number)s already")
        row.wrong(
            "tracking_number",
            text
            % {
                "parcel": sent,
                "status": sent.get_status_display(),
                "number": sent.tracking_number or "–",
            },
        )
    elif refused:
        row.wrong("", refused)
    else:
        row.effect = Effect.CHANGED
        row.difference = {"tracking_number": ["", number]}
        if carrier:
            row.difference["carrier"] = ["", carrier]
        row.note = str(sent or parcel.work)


def _ship(
    rows: Iterable[ImportRow], found: Mapping[int, Parcel], actor: str
) -> dict[int, str]:
    """{row pk: why it was refused}."""
    refused, parcels, supplied, owners = {}, {}, {}, {}
    for row in rows:
        parcel = found[row.pk]
        if parcel.why:
            refused[row.pk] = parcel.why
            continue
        target = parcel.shipment or parcel.work
        key = (target._meta.model_name, target.pk)
        if key in owners:
            refused[row.pk] = _("another row of the file names the same parcel")
            continue
        owners[key] = row.pk
        label = Label(row.values["tracking_number"], row.values["carrier"])
        (parcels if parcel.shipment else supplied)[target.pk] = label
    for labels, ship, name in (
        (parcels, ship_shipments, "shipment"),
        (supplied, ship_supplied, "fulfillmentorder"),
    ):
        if labels:
            said = ship(labels, actor=actor).refused
            refused |= {owners[name, pk]: " ".join(why) for pk, why in said.items()}
    return refused


def _parcels(rows: Iterable[ImportRow], run: ImportRun) -> dict[int, Parcel]:
    """What each row means, of the places of whoever sends the file. Four statements,
    however many rows."""
    named = {by: set() for by in NAMES}
    for row in rows:
        named[row.values["by"]].add(row.values["name"])
    orders = Order.objects.filter(
        Q(number__in=named["order"]) | Q(external_id__in=named["order"])
    )
    works = list(
        seen(FulfillmentOrder, run)
        .filter(Q(number__in=named["fulfillment_order"]) | Q(order__in=orders))
        .select_related("order")
    )
    shipments = (
        seen(Shipment, run)
        .filter(Q(number__in=named["shipment"]) | Q(fulfillment_order__in=works))
        .exclude(status="voided")
        .select_related("order", "fulfillment_order")
    )
    if run.key is None and (mine := places_of(run)) is not None:
        works = [work for work in works if work.location_id in mine]
        shipments = shipments.filter(fulfillment_order__location__in=mine)
    known = _Known(works, list(shipments))
    return {row.pk: known.meant(**row.values) for row in rows}


class _Known:
    """Parcels and work by the names that files give them."""

    def __init__(self, works: list[FulfillmentOrder], shipments: list[Shipment]):
        self.works, self.shipments = works, shipments
        self.by_number = {shipment.number: shipment for shipment in shipments}
        self.of_work: dict[int, list[Shipment]] = {}
        for shipment in shipments:
            self.of_work.setdefault(shipment.fulfillment_order_id, []).append(shipment)
        self.of_name: dict[tuple[str, str], list[FulfillmentOrder]] = {}
        for work in works:
            names = {("fulfillment_order", work.number)}
            names |= {("order", work.order.number), ("order", work.order.external_id)}
            for name in names:
                self.of_name.setdefault(name, []).append(work)

    def meant(
        self, *, by: str, name: str, tracking_number: str | None, **rest
    ) -> Parcel:
        if by == "shipment":
            shipment = self.by_number.get(name)
            return Parcel(shipment) if shipment else Parcel(why=_no_such(name))
        works = self.of_name.get((by, name), [])
        if len({work.order_id for work in works}) > 1:
            text = _("%(name)s is an order of several channels; name the shipment")
            return Parcel(why=text % {"name": name})
        mine = [each for work in works for each in self.of_work.get(work.pk, [])]
        for shipment in mine:
            if tracking_number and shipment.tracking_number == tracking_number:
                return Parcel(shipment)
        open_parcels = [Parcel(each) for each in mine if each.status == "draft"]
        open_parcels += [
            Parcel(work=work)
            for work in works
            if work.submitted_at and work.status == work.Status.RELEASED
        ]
        if len(open_parcels) == 1:
            return open_parcels[0]
        if open_parcels:
            text = _("%(name)s has %(n)d parcels that could leave; name the shipment")
            return Parcel(why=text % {"name": name, "n": len(open_parcels)})
        return Parcel(mine[0]) if len(mine) == 1 else Parcel(why=_no_such(name))


def _no_such(name: str) -> str:
    return _("there is no parcel of %(name)s that could leave") % {"name": name}
