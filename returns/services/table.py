"""What lies on the returns desk: read for the page, and again under lock for a scan."""

from collections.abc import Collection
from typing import NamedTuple
from uuid import UUID

from django.db.models import Prefetch, Q
from django.utils.translation import gettext as _

from fulfillment.models import Shipment
from fulfillment.services.answers import Tone
from inventory.models import Barcode, Product
from oms.core.models import Event
from orders.models import Order
from returns.models import Return, ReturnItem, ReturnLine
from returns.models.lines import Disposition
from returns.services.receiving import COUNTED

BLIND = "blind"
MOST_CODE = 64
Status = Return.Status
ACCEPTED = (Status.REQUESTED, *COUNTED)  # others are over
Places = Collection[int] | None  # keys of locations; None for all


class Row(NamedTuple):
    """Pieces of one line: `wanted` were agreed, `counted` have come, `fates` says what
    became of those."""

    line: ReturnLine
    fates: dict[str, int]

    @property
    def name(self) -> str:
        return self.line.product.name if self.line.product else self.line.sku

    @property
    def wanted(self) -> int:
        return self.line.authorized_quantity

    @property
    def counted(self) -> int:
        return self.line.received_quantity

    @property
    def missing(self) -> int:
        return max(0, self.wanted - self.counted)

    @property
    def surplus(self) -> int:
        return max(0, self.counted - self.wanted)

    @property
    def words(self) -> list[str]:
        return [f"{n} × {Disposition(fate).label}" for fate, n in self.fates.items()]

    def pieces(self, number: int) -> str:
        return f"{number} × {self.name} ({self.line.sku})"


class Table(NamedTuple):
    """`key` is what the page keeps: the number of a return, or of an order without one,
    or `blind` with the tracking number of a parcel that nobody knows."""

    key: str
    ret: Return | None = None
    order: Order | None = None
    rows: tuple[Row, ...] = ()
    item: ReturnItem | None = None  # waits for its key; the piece scanned last

    @property
    def turns(self) -> int:
        """Grows by one with each piece that is counted, and each that is decided on."""
        waiting = sum(row.fates.get(Disposition.PENDING, 0) for row in self.rows)
        return 2 * sum(row.counted for row in self.rows) - waiting

    @property
    def tracking(self) -> str:
        return self.key.removeprefix(BLIND).removeprefix("-")

    @property
    def is_known(self) -> bool:
        return self.order is not None

    def row_of(self, item: ReturnItem) -> Row:
        return next(row for row in self.rows if row.line.pk == item.line_id)

    def missing(self) -> str:
        return ", ".join(row.pieces(row.missing) for row in self.rows if row.missing)

    def surplus(self) -> str:
        """Nothing was agreed for a parcel that nobody knows."""
        if not self.is_known:
            return ""
        return ", ".join(row.pieces(row.surplus) for row in self.rows if row.surplus)


class Answer(NamedTuple):
    """What the desk says after a scan. `offered`: the code that one key counts as
    surplus; `done`: the return whose parcel was just closed."""

    tone: Tone
    title: str
    text: str
    table: Table | None = None
    offered: str = ""
    done: Return | None = None


class Desk(NamedTuple):
    """Who works where, and what the page says that it shows: the table's `key`, its
    `turns`, and its own `form`, which opens one return at most."""

    place: int
    places: Places
    actor: str
    may_open: bool
    key: str = ""
    turns: int = 0
    form: UUID | None = None


def calm(title: str, text: str, table: Table | None = None) -> Answer:
    return Answer(Tone.CALM, title, text, table)


def wrong(title: str, text: str, table: Table | None = None) -> Answer:
    return Answer(Tone.BAD, title, text, table)


def rows_of(ret: Return) -> Table:
    """Of a return with `order`, `lines`, their `items` and products."""
    rows, pending = [], []
    for line in sorted(ret.lines.all(), key=lambda line: line.pk):
        fates: dict[str, int] = {}
        for item in line.items.all():
            fates[item.disposition] = fates.get(item.disposition, 0) + item.quantity
            if item.disposition == Disposition.PENDING:
                pending.append(item)
        rows.append(Row(line, fates))
    last = max(pending, key=lambda item: item.pk, default=None)
    return Table(ret.number, ret, ret.order, tuple(rows), last)


def read(key: str, places: Places) -> Table | None:
    """Three statements; None where it is not here."""
    if key == BLIND or key.startswith(f"{BLIND}-"):
        return Table(key)
    lines = ReturnLine.objects.select_related("product")
    found = (
        Return.objects.filter(number=key)
        .select_related("order", "location")
        .prefetch_related(Prefetch("lines", lines), "lines__items")
    )
    for ret in found:
        return rows_of(ret) if is_here(ret, places) else None
    order = Order.objects.filter(number=key).first()
    return order and Table(key, order=order)


def is_here(ret: Return, places: Places) -> bool:
    return places is None or ret.location_id is None or ret.location_id in places


def product_of(code: str) -> Product | None:
    """A barcode counts before a SKU that reads the same: it is what the goods bear."""
    barcode = Barcode.objects.filter(code=code).select_related("product").first()
    return barcode.product if barcode else Product.objects.filter(sku=code).first()


def meant(code: str) -> tuple[list[Return], Order | None]:
    """The returns that a code on a parcel means: by number or tracking number; else the
    order, by its number or that of a parcel we have sent, with what it has open."""
    number = code.upper().removeprefix("#")
    returns = Return.objects.select_related("order", "location").order_by("pk")
    if found := list(returns.filter(Q(number=number) | Q(tracking_number=code))):
        alive = [ret for ret in found if ret.status in ACCEPTED]
        return alive or found[-1:], None
    order = Order.objects.filter(number=number).first()
    if order is None:
        sent = Shipment.objects.filter(tracking_number=code).select_related("order")
        order = next((parcel.order for parcel in sent.order_by("-pk")[:1]), None)
    return (expected(order), order) if order else ([], None)


def expected(order: Order) -> list[Return]:
    """The returns of an order that a parcel may belong to: all that is open and not yet
    complete; else what has expired."""
    rows = order.returns.select_related("order", "location").prefetch_related("lines")
    rows = list(rows.filter(status__in=ACCEPTED).order_by("pk"))
    late = [ret for ret in rows if ret.status == Status.EXPIRED]
    alive = [ret for ret in rows if ret not in late and not _is_complete(ret)]
    return alive or late


def _is_complete(ret: Return) -> bool:
    return ret.status == Status.INSPECTED and all(
        line.received_quantity >= line.authorized_quantity for line in ret.lines.all()
    )


def changed_by(ret: Return) -> str:
    """Who did something to the return last, and when."""
    root_type, root_id = ret.timeline_root
    event = (
        Event.objects.filter(root_type=root_type, root_id=root_id)
        .filter(subject_type="return", subject_id=ret.pk)
        .order_by("-id")
        .first()
    )
    if event is None:
        return ""
    who = event.actor.removeprefix("user:")
    return _("Last: %(who)s at %(at)s.") % {"who": who, "at": f"{event.at:%H:%M} UTC"}
