"""The box on the table of a packing station: what it wants and what is counted."""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from django.db.models import Count, Max, Q, prefetch_related_objects
from django.utils.translation import gettext as _

from fulfillment.models import FulfillmentOrder, FulfillmentOrderLine, PackScan
from fulfillment.services.locking import lock_work
from oms.core.sound import keys
from orders.guards import held

Status = FulfillmentOrder.Status
MOST_NAMED = 5  # of the lines that lack; the page shows them all


class Row(NamedTuple):
    """`sent`: what has left before, with another parcel."""

    line: FulfillmentOrderLine
    counted: int
    sent: int = 0

    @property
    def wanted(self) -> int:
        return self.line.quantity - self.line.released_quantity - self.sent

    @property
    def lacking(self) -> int:
        return self.wanted - self.counted

    @property
    def name(self) -> str:
        return self.line.order_line.name or self.line.order_line.sku

    def pieces(self, number: int) -> str:
        return f"{number} × {self.name} ({self.line.order_line.sku})"


class Box(NamedTuple):
    """`scans`: the number of the last scan, which is the token of the page."""

    work: FulfillmentOrder
    rows: list[Row]
    scans: int

    @property
    def counted(self) -> int:
        return sum(row.counted for row in self.rows)

    @property
    def lacking(self) -> int:
        return sum(row.lacking for row in self.rows)

    @property
    def is_begun(self) -> bool:
        return bool(self.counted and self.lacking)

    def still_wanted(self) -> str:
        names = [row.pieces(row.lacking) for row in self.rows if row.lacking]
        if len(names) > MOST_NAMED:
            more = _("%(n)d more") % {"n": len(names) - MOST_NAMED}
            names[MOST_NAMED:] = [more]
        return ", ".join(names)

    def with_one_more(self, line: FulfillmentOrderLine) -> "Box":
        rows = [
            row._replace(counted=row.counted + (row.line.pk == line.pk))
            for row in self.rows
        ]
        return self._replace(rows=rows, scans=self.scans + 1)


def lock_box(pk: int, places: Collection[int] | None) -> Box | None:
    """The box under the lock of its order; None where there is none at these places."""
    works = lock_work([pk])
    return _box(works[0]) if works and _is_at(works[0], places) else None


def box_of(number: str, places: Collection[int] | None) -> Box | None:
    """The same to look at only, found by the number of its fulfillment order."""
    works = FulfillmentOrder.objects.filter(number=number).select_related("order")
    work = works.first()
    return _box(work) if work and _is_at(work, places) else None


def _is_at(work: FulfillmentOrder, places: Collection[int] | None) -> bool:
    return places is None or work.location_id in places


def _box(work: FulfillmentOrder) -> Box:
    prefetch_related_objects([work], "location", "lines__order_line")
    scans = work.pack_scans.values("fulfillment_line").annotate(
        pieces=Count("pk", filter=Q(taken_out_at=None)), last=Max("number")
    )
    found = {row["fulfillment_line"]: row for row in scans.order_by()}
    rows = [
        Row(
            line,
            found[line.pk]["pieces"] if line.pk in found else 0,
            line.shipped_quantity if work.status in work.OPEN else 0,
        )
        for line in sorted(work.lines.all(), key=lambda each: each.pk)
    ]
    last = max((row["last"] for row in found.values()), default=0)
    return Box(work, [row for row in rows if row.wanted or row.counted], last)


def why_stopped(work: FulfillmentOrder) -> str:
    """Why its goods must not leave, or ""."""
    if work.status == Status.CANCELLED:
        return _("it is cancelled")
    return "" if work.status == Status.FULFILLED else held(work.order, "ship")


def take_out(rows: Collection[Row], *, at: datetime) -> None:
    """Take the last scans of each line out of the count, down to what is wanted."""
    scans = PackScan.objects.filter(
        fulfillment_line__in=[row.line.pk for row in rows], taken_out_at=None
    )
    newest: dict[int, list[int]] = {}
    for line, pk in scans.order_by("-number").values_list("fulfillment_line", "pk"):
        newest.setdefault(line, []).append(pk)
    surplus = [pk for row in rows for pk in newest[row.line.pk][: -row.lacking]]
    PackScan.objects.filter(pk__in=keys(surplus)).update(taken_out_at=at)


def empty_box(box: Box, *, at: datetime) -> None:
    PackScan.objects.filter(fulfillment_order=box.work, taken_out_at=None).update(
        taken_out_at=at
    )
