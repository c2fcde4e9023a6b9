"""At the returns table: what has arrived, counted."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from inventory.models import Location, Product
from inventory.models.stock import Condition
from inventory.services import stock
from inventory.services import stock_refusals as why
from oms.core import transitions, workitems
from oms.core.exceptions import InvariantError
from oms.core.models import WorkItem
from oms.core.outcome import Outcome
from oms.core.sets import assign_ids, insert_rows, preload, update_rows
from oms.core.sound import keys
from orders.services import progress, rollups
from returns.models import Return, ReturnItem, ReturnLine
from returns.services.locking import lock_returns

SURPLUS = "return_surplus"


@dataclass(frozen=True, slots=True)
class Arrival:
    """Pieces of a product that lay in the parcel of a return."""

    return_id: int
    product_id: int
    quantity: int
    location_id: int


@dataclass(slots=True)
class _Counted:
    """What one set of arrivals makes of its returns."""

    items: list[ReturnItem]
    new_lines: list[ReturnLine]
    received: dict[ReturnLine, int]


@transaction.atomic
def receive_returns(arrivals: Sequence[Arrival], *, actor: str, at=None) -> Outcome:
    """Count what has arrived, into quarantine until it is inspected.

    done: the returns; refused: by position. Pieces beyond what was agreed, and products
    that were not, are kept as lines of their own with a work item: nothing that lies on
    the table is refused.
    """
    at = at or timezone.now()
    returns = {ret.pk: ret for ret in lock_returns(a.return_id for a in arrivals)}
    products = Product.objects.in_bulk(keys(a.product_id for a in arrivals))
    places = Location.objects.in_bulk(keys(a.location_id for a in arrivals))
    out, counted = Outcome(), _Counted([], [], defaultdict(int))
    for position, arrival in enumerate(arrivals):
        ret = returns.get(arrival.return_id)
        if reason := _refusal(arrival, ret, products, places):
            out.refuse(position, reason)
            continue
        _count(ret, arrival, products[arrival.product_id], counted)
        if ret not in out.done:
            out.done.append(ret)
    _write(out.done, counted, products, actor, at)
    return out


def _refusal(arrival: Arrival, ret: Return | None, products, places) -> str:
    if ret is None:
        return _("Return %(pk)r does not exist; use a blind return.") % {
            "pk": arrival.return_id
        }
    if ret.status not in {Return.Status.APPROVED, Return.Status.RECEIVED}:
        return _("%(ret)s is %(status)s; approve it before its goods are counted.") % {
            "ret": ret,
            "status": ret.get_status_display().lower(),
        }
    if arrival.product_id not in products or arrival.location_id not in places:
        return _("%(ret)s: product %(p)r or location %(l)r does not exist.") % {
            "ret": ret,
            "p": arrival.product_id,
            "l": arrival.location_id,
        }
    if type(arrival.quantity) is not int or not 0 < arrival.quantity <= why.MOST:
        return _("%(ret)s: %(n)r is no number of pieces; count again.") % {
            "ret": ret,
            "n": arrival.quantity,
        }
    return ""


def _count(ret: Return, arrival: Arrival, product: Product, counted: _Counted) -> None:
    """Agreed pieces first, on their lines; the rest on a line without an order line."""
    left = arrival.quantity
    mine = [line for line in ret.lines.all() if line.product_id == product.pk]
    mine += [
        line
        for line in counted.new_lines
        if line.ret is ret and line.product_id == product.pk
    ]
    for line in mine:
        room = line.authorized_quantity - line.received_quantity
        pieces = min(left, room) if line.order_line_id else 0
        if pieces > 0:
            left -= pieces
            _put(line, pieces, arrival, counted)
    if left:
        extra = next((line for line in mine if line.order_line_id is None), None)
        if extra is None:
            extra = ReturnLine(ret=ret, product=product, sku=product.sku)
            counted.new_lines.append(extra)
            preload(ret, lines=[*ret.lines.all(), extra])  # guards read them
        _put(extra, left, arrival, counted)


def _put(line: ReturnLine, pieces: int, arrival: Arrival, counted: _Counted) -> None:
    line.received_quantity += pieces
    if line.pk:
        counted.received[line] += pieces
    counted.items.append(
        ReturnItem(line=line, location_id=arrival.location_id, quantity=pieces)
    )


def _write(
    returns: list[Return], counted: _Counted, products, actor: str, at: datetime
) -> None:
    assign_ids(counted.new_lines, counted.items)
    for item in counted.items:
        item.line_id = item.line.pk
    insert_rows(counted.new_lines)
    update_rows(
        ReturnLine,
        {line.pk: (line.received_quantity,) for line in counted.received},
        ["received_quantity"],
    )
    insert_rows(counted.items)
    workitems.open_items(_surplus(line) for line in counted.new_lines)
    transitions.apply_many(
        [ret for ret in returns if ret.status == Return.Status.APPROVED],
        "receive",
        actor=actor,
        at=at,
    )
    progress.returned(
        {line.order_line_id: n for line, n in counted.received.items() if n}
    )
    orders = {ret.order_id: ret.order for ret in returns if ret.order_id}
    rollups.refresh(list(orders.values()))
    put_in_quarantine(counted.items, products, actor, at)


def put_in_quarantine(items: Iterable[ReturnItem], products, actor, at) -> None:
    """New items of products that keep stock are on hand from now on."""
    changes = [
        stock.StockChange(
            item.line.product_id,
            item.location_id,
            item.quantity,
            condition=Condition.QUARANTINE,
            ref_type="returnitem",
            ref_id=item.pk,
        )
        for item in items
        if products[item.line.product_id].tracks_stock
    ]
    if changes:
        out = stock.restock(changes, actor=actor, at=at)
        if out.refused:
            raise InvariantError(f"counted, yet not to be kept: {out.refused}")


def _surplus(line: ReturnLine) -> WorkItem:
    return WorkItem(
        kind=SURPLUS,
        subject_type="return",
        subject_id=line.ret.pk,
        title=_(
            "%(ret)s: %(pieces)d pieces of %(sku)s came that were not agreed; ask the "
            "customer, then refund or send them back."
        )
        % {"ret": line.ret, "pieces": line.received_quantity, "sku": line.sku},
    )
