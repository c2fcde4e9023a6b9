"""At the returns table: what has arrived, counted."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from inventory.models import Location, Product
from inventory.models.stock import Condition
from inventory.services import stock
from oms.core import transitions, workitems
from oms.core.exceptions import InvariantError
from oms.core.models import WorkItem
from oms.core.outcome import Outcome
from oms.core.sets import assign_ids, insert_rows, preload, update_rows
from oms.core.sound import keys
from oms.core.words import inside
from orders.services import progress, rollups
from returns.models import Return, ReturnItem, ReturnLine
from returns.services.locking import found, lock_returns
from returns.services.money import refresh_money
from returns.services.practice import apart
from returns.services.requesting import room_of

SURPLUS = "return_surplus"
MOST = 1_000_000  # pieces in one parcel; more is a slip of the hand
Status = Return.Status
COUNTED = (Status.APPROVED, Status.RECEIVED, Status.INSPECTED, Status.EXPIRED)


@dataclass(frozen=True, slots=True)
class Arrival:
    """Pieces of a product that lay in the parcel of a return; `location_id`: where, if
    not where it is expected."""

    return_id: int
    product_id: int
    quantity: int
    location_id: int | None = None


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
    the table is refused. Parcels that come after the return has expired, or after the
    inspection of the one before, go on with it.
    """
    at = at or timezone.now()
    returns = {ret.pk: ret for ret in lock_returns(a.return_id for a in arrivals)}
    products = Product.objects.in_bulk(keys(a.product_id for a in arrivals))
    expected = [ret.location_id for ret in returns.values()]
    places = Location.objects.in_bulk(
        keys([*(a.location_id for a in arrivals), *expected])
    )
    room = room_of({r.order_id: r.order for r in returns.values() if r.order}.values())
    out, counted = Outcome(), _Counted([], [], defaultdict(int))
    for position, arrival in enumerate(arrivals):
        ret = found(returns, arrival.return_id)
        if ret and arrival.location_id is None:
            arrival = replace(arrival, location_id=ret.location_id)
        reason = _refusal(arrival, ret, products, places)
        if reason := reason or _reopen(ret, room, ret in out.done):
            out.refuse(position, reason)
            continue
        ret.location_id = ret.location_id or arrival.location_id
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
    if ret.status not in COUNTED:
        if ret.status == Status.REQUESTED:
            text = _("%(ret)s is %(status)s; approve it, then count its goods.")
        else:
            text = _("%(ret)s is %(status)s; count it as an unknown parcel.")
        return text % {"ret": ret, "status": inside(ret.get_status_display())}
    if arrival.location_id is None:
        return _("%(ret)s: say at which location it lies.") % {"ret": ret}
    product = found(products, arrival.product_id)
    if product is None or found(places, arrival.location_id) is None:
        return _("%(ret)s: product %(p)r or location %(l)r does not exist.") % {
            "ret": ret,
            "p": arrival.product_id,
            "l": arrival.location_id,
        }
    if ret.order and (why := apart(ret.order, places[arrival.location_id])):
        return why
    if type(arrival.quantity) is not int or not 0 < arrival.quantity <= MOST:
        return _("%(ret)s: %(n)r is no number of pieces; count again.") % {
            "ret": ret,
            "n": arrival.quantity,
        }
    return ""


def _reopen(ret: Return, room: dict[int, int], is_open: bool) -> str:
    """Take the pieces of an expired return again, or say who has them now."""
    if ret.status != Status.EXPIRED or is_open:
        return ""
    mine = [line for line in ret.lines.all() if line.order_line_id]
    if any(line.authorized_quantity > room[line.order_line_id] for line in mine):
        return _(
            "%(ret)s has expired, and its pieces are in another return by now; count "
            "them there."
        ) % {"ret": ret}
    for line in mine:
        room[line.order_line_id] -= line.authorized_quantity
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
        item.line = item.line  # its key is known now
    insert_rows(counted.new_lines)
    update_rows(
        ReturnLine,
        {line.pk: (line.received_quantity,) for line in counted.received},
        ["received_quantity"],
    )
    insert_rows(counted.items)
    extra = [line for line in counted.received if line.order_line_id is None]
    lines = [*counted.new_lines, *extra]
    items = [_surplus(line) for line in lines if line.ret.order_id]
    workitems.open_items(items, at=at)
    first = [ret for ret in returns if ret.status != Status.RECEIVED]
    transitions.apply_many(first, "receive", actor=actor, at=at)
    update_rows(Return, {ret.pk: (ret.location_id,) for ret in returns}, ["location"])
    refresh_money(returns)
    pieces: dict[int, int] = defaultdict(int)
    for line, n in counted.received.items():
        if line.order_line_id:  # several returns may share one
            pieces[line.order_line_id] += n
    progress.returned(pieces)
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
