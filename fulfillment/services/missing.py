"""Pieces that are not there while somebody picks or packs: they are given back, the
stock is corrected, and the order is routed again for them or waits."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import transaction
from django.db.models import prefetch_related_objects
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from fulfillment.models import FulfillmentOrder, FulfillmentOrderLine
from fulfillment.models.work import RejectCode
from fulfillment.services import capacity, rerouting, stopping
from fulfillment.services.locking import lock_work
from inventory.models import StockLevel
from inventory.models.stock import Condition
from inventory.services import conditions, stock
from inventory.services.conditions import ConditionChange
from inventory.services.stock import StockChange
from oms.core import workitems
from oms.core.exceptions import InvariantError
from oms.core.models import WorkItem
from oms.core.outcome import Outcome
from oms.core.sets import insert_rows
from oms.core.sound import keys
from oms.core.timeline import event_of
from oms.core.words import inside
from orders.models import Order

REASONS = (RejectCode.NOT_IN_STOCK, RejectCode.DAMAGED)


class Missing(NamedTuple):
    """`pieces` of a line that its location cannot give, and why. `shelf_is_empty`:
    somebody stands before the shelf, and nothing else lies there."""

    pieces: int
    code: str
    shelf_is_empty: bool = False


class _Found(NamedTuple):
    line: FulfillmentOrderLine
    work: FulfillmentOrder
    said: Missing


@transaction.atomic
def tell_missing(said: Mapping[int, Missing], *, actor: str, at=None) -> Outcome:
    """{fulfillment order line pk: what is missing of it}. done: the lines.

    Not in stock: the pieces are written off, and what else nobody holds where the shelf
    is empty. Damaged: they become damaged stock. Orders that nobody else can serve
    wait, each with a work item.
    """
    at = at or timezone.now()
    owners = FulfillmentOrderLine.objects.filter(pk__in=keys(said))
    works = lock_work(owners.values_list("fulfillment_order", flat=True))
    prefetch_related_objects(works, "location", "order__lines", "lines__order_line")
    out, found = Outcome(), []
    lines = {line.pk: (line, work) for work in works for line in work.lines.all()}
    for pk, missing in said.items():
        if reason := _refusal(pk, missing, lines):
            out.refuse(pk, reason)
        else:
            found.append(_Found(*lines[pk], missing))
    if not found:
        return out
    orders = list({each.work.order_id: each.work.order for each in found}.values())
    capacity.lock_for(orders)
    insert_rows([_event(each, actor, at) for each in found])
    taken = {each.line: each.said.pieces for each in found}
    stopping.take_out(taken, actor=actor, at=at)
    _correct_stock(found, actor, at)
    workitems.open_items(_items(orders, found), at=at)
    reasons = {each.work.order_id: _words(each) for each in found}
    served = rerouting.route_again(orders, reasons, actor=actor, at=at)
    whole = [o.pk for o in served if not any(x.wanted_quantity for x in o.lines.all())]
    workitems.resolve_items("order", whole, at=at, kinds=["shortage"])
    out.done = [each.line for each in found]
    return out


def _refusal(pk, missing, lines: Mapping) -> str:
    if pk not in lines:
        return _("Line %(pk)r does not exist. Scan its order again.") % {"pk": pk}
    line, work = lines[pk]
    if not isinstance(missing, Missing) or missing.code not in REASONS:
        return _("%(work)s: choose why it is missing: %(all)s.") % {
            "work": work,
            "all": ", ".join(REASONS),
        }
    if work.status not in (work.Status.RELEASED, work.Status.PICKING):
        return _("%(work)s: it is %(status)s; nothing of it can be missing now.") % {
            "work": work,
            "status": inside(work.get_status_display()),
        }
    if work.is_asked_back:
        return _(
            "%(work)s: its cancellation is asked for; accept or reject that first."
        ) % {"work": work}
    if line.stock_level_id is None:
        return _("%(work)s: %(sku)s keeps no stock; nothing of it can be missing.") % {
            "work": work,
            "sku": line.order_line.sku,
        }
    most = line.held_quantity
    if type(missing.pieces) is not int or not 1 <= missing.pieces <= most:
        return _(
            "%(work)s: %(pieces)r pieces of %(sku)s are missing, %(most)d are wanted. "
            "Count again."
        ) % {
            "work": work,
            "pieces": missing.pieces,
            "sku": line.order_line.sku,
            "most": most,
        }
    return ""


def _words(each: _Found) -> str:
    return _("%(place)s: %(code)s") % {
        "place": each.work.location.code,
        "code": inside(RejectCode(each.said.code).label),
    }


def _event(each: _Found, actor: str, at: datetime):
    data = {
        "sku": each.line.order_line.sku,
        "pieces": each.said.pieces,
        "location": each.work.location.code,
        "reason": _words(each),
    }
    action = "fulfillmentorder.pieces_missing"
    return event_of(each.work, action, actor=actor, at=at, data=data)


def _correct_stock(found: Sequence[_Found], actor: str, at: datetime) -> None:
    wanted = {each.line.stock_level_id for each in found}
    levels = StockLevel.objects.in_bulk(wanted)
    gone, broken, empty, words = Counter(), Counter(), set(), {}
    for each in found:
        pk = each.line.stock_level_id
        is_gone = each.said.code == RejectCode.NOT_IN_STOCK
        (gone if is_gone else broken)[pk] += each.said.pieces
        words[pk] = _words(each)
        if is_gone and each.said.shelf_is_empty:
            empty.add(pk)
    for pk in empty:
        gone[pk] = levels[pk].available - broken[pk]
    damages = [
        ConditionChange(
            levels[pk].product_id,
            levels[pk].location_id,
            pieces,
            Condition.SELLABLE,
            Condition.DAMAGED,
            words[pk],
        )
        for pk, pieces in broken.items()
    ]
    losses = [
        StockChange(
            levels[pk].product_id,
            levels[pk].location_id,
            -pieces,
            words[pk],
        )
        for pk, pieces in gone.items()
    ]
    refused = {}
    if damages:
        refused |= conditions.change_condition(damages, actor=actor, at=at).refused
    if losses:
        refused |= stock.adjust(losses, actor=actor, at=at).refused
    if refused:
        raise InvariantError(f"given back, yet refused to be corrected: {refused}")


def _items(orders: Sequence[Order], found: Sequence[_Found]) -> list[WorkItem]:
    pieces = Counter()
    for each in found:
        pieces[each.work.order_id] += each.said.pieces
    return [
        WorkItem(
            kind="shortage",
            subject_type="order",
            subject_id=order.pk,
            title=ngettext(
                "%(order)s: %(n)d piece was missing at the shelf. Find it elsewhere, "
                "wait for goods or cancel it.",
                "%(order)s: %(n)d pieces were missing at the shelf. Find them "
                "elsewhere, wait for goods or cancel them.",
                pieces[order.pk],
            )
            % {"order": order, "n": pieces[order.pk]},
        )
        for order in orders
    ]
