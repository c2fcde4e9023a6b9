"""Parcels that nobody announced: counted first, matched to an order afterwards."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import prefetch_related_objects
from django.utils import timezone
from django.utils.translation import gettext as _

from inventory.models import Location, Product
from oms.core import transitions, workitems
from oms.core.models import WorkItem
from oms.core.numbering import document_number
from oms.core.outcome import Outcome
from oms.core.sets import assign_ids, insert_rows, update_rows
from oms.core.sound import is_text, keys
from oms.core.timeline import event_of
from orders.models import Order
from orders.services import progress, rollups
from returns.models import Return, ReturnItem, ReturnLine
from returns.models.returns import Money, ReturnReason
from returns.services.locking import found, lock_orders
from returns.services.money import refresh_money
from returns.services.practice import apart
from returns.services.receiving import MOST, put_in_quarantine
from returns.services.requesting import room_of

UNKNOWN = "blind_return"


@dataclass(frozen=True, slots=True)
class Parcel:
    """What lies on the table: where, what, how many."""

    location_id: int
    product_id: int
    quantity: int
    note: str = ""
    tracking_number: str = ""


@transaction.atomic
def receive_blind(parcels: Sequence[Parcel], *, actor: str, at=None) -> Outcome:
    """A return without an order for each parcel, with a work item to find it."""
    at = at or timezone.now()
    products = Product.objects.in_bulk(keys(p.product_id for p in parcels))
    places = Location.objects.in_bulk(keys(p.location_id for p in parcels))
    out, lines, items = Outcome(), [], []
    for position, parcel in enumerate(parcels):
        if reason := _refusal(parcel, products, places):
            out.refuse(position, reason)
            continue
        ret = _return(parcel, at)
        product = products[parcel.product_id]
        line = ReturnLine(
            ret=ret, product=product, sku=product.sku, received_quantity=parcel.quantity
        )
        out.done.append(ret)
        lines.append(line)
        items.append(
            ReturnItem(
                line=line, location_id=parcel.location_id, quantity=parcel.quantity
            )
        )
    assign_ids(out.done, lines, items)
    for ret, line, item in zip(out.done, lines, items, strict=True):
        ret.number = document_number(Return, ret.pk)
        line.ret, item.line = ret, line  # their keys are known now
    insert_rows(out.done)
    insert_rows(lines)
    insert_rows(items)
    insert_rows(
        [
            event_of(ret, "return.received", actor=actor, at=at, from_status="")
            for ret in out.done
        ]
    )
    workitems.open_items([_unknown(line) for line in lines], at=at)
    put_in_quarantine(items, products, actor, at)
    return out


def _refusal(parcel: Parcel, products, places) -> str:
    product = found(products, parcel.product_id)
    if product is None or found(places, parcel.location_id) is None:
        return _("Product %(p)r or location %(l)r does not exist; scan again.") % {
            "p": parcel.product_id,
            "l": parcel.location_id,
        }
    if type(parcel.quantity) is not int or not 0 < parcel.quantity <= MOST:
        return _("%(n)r is no number of pieces; count again.") % {"n": parcel.quantity}
    if not is_text(parcel.note, 200) or not is_text(parcel.tracking_number, 64):
        return _("The note or the tracking number is too long or no text.")
    return ""


def _return(parcel: Parcel, at: datetime) -> Return:
    return Return(
        status=Return.Status.RECEIVED,
        source=Return.Source.BLIND,
        reason=ReturnReason.OTHER,
        note=parcel.note,
        tracking_number=parcel.tracking_number,
        location_id=parcel.location_id,
        requested_at=at,
        received_at=at,
        money=Money.NOT_DUE,
    )


def _unknown(line: ReturnLine) -> WorkItem:
    return WorkItem(
        kind=UNKNOWN,
        subject_type="return",
        subject_id=line.ret.pk,
        title=_(
            "%(ret)s: %(pieces)d pieces of %(sku)s came from nobody known; find the "
            "order and match it."
        )
        % {"ret": line.ret, "pieces": line.received_quantity, "sku": line.sku},
    )


@transaction.atomic
def match_returns(owners: Mapping[int, int], *, actor: str, at=None) -> Outcome:
    """{blind return pk: order pk}: its pieces count as returned by that order, and are
    refunded like others. Refused where the order has not sent so many."""
    at = at or timezone.now()
    orders = {order.pk: order for order in lock_orders(keys(owners.values()))}
    returns = transitions.lock(Return, keys(owners))
    prefetch_related_objects(returns, "location")
    out = transitions.missing(owners, returns, _("The return"))
    lines = {}
    for line in ReturnLine.objects.filter(ret__in=returns).order_by("pk"):
        lines.setdefault(line.ret_id, []).append(line)
    room = room_of(orders.values())
    rows = {}
    for ret in returns:
        order = found(orders, owners[ret.pk])
        matched = _match(ret, order, lines.get(ret.pk, []), room)
        if matched is None:
            out.refuse(ret.pk, _no_match(ret, order))
            continue
        ret.order, ret.money = order, Money.PENDING
        rows |= matched
        out.done.append(ret)
    _write_match(out.done, rows, actor, at)
    return out


def _match(
    ret: Return, order: Order | None, lines: list[ReturnLine], room
) -> dict | None:
    """{return line: order line}, or None where they do not fit."""
    if order is None or ret.order_id is not None or _apart(ret, order):
        return None
    if ret.status not in {Return.Status.RECEIVED, Return.Status.INSPECTED}:
        return None
    matched = {}
    for line in lines:
        fits = [
            each
            for each in order.lines.all()
            if each.product_id == line.product_id
            and room.get(each.pk, 0) >= line.received_quantity
        ]
        if not fits or fits[0] in matched.values():
            return None
        matched[line] = fits[0]
    for line, target in matched.items():
        room[target.pk] -= line.received_quantity
    return matched


def _apart(ret: Return, order: Order) -> str:
    return apart(order, ret.location) if ret.location else ""


def _no_match(ret: Return, order: Order | None) -> str:
    if order is None:
        return _("%(ret)s: that order does not exist; check the key.") % {"ret": ret}
    if ret.order_id is not None:
        return _("%(ret)s has its order already; nothing to match.") % {"ret": ret}
    if why := _apart(ret, order):
        return why
    if ret.status == Return.Status.CLOSED:
        return _("%(ret)s is closed; give goodwill instead.") % {"ret": ret}
    return _("%(ret)s: %(order)s has not sent what lies here; try another order.") % {
        "ret": ret,
        "order": order,
    }


def _write_match(returns: list[Return], rows: dict, actor: str, at: datetime) -> None:
    update_rows(
        Return,
        {ret.pk: (ret.order_id, ret.money) for ret in returns},
        ["order", "money"],
    )
    update_rows(
        ReturnLine,
        {line.pk: (each.pk, line.received_quantity) for line, each in rows.items()},
        ["order_line", "authorized_quantity"],
    )
    insert_rows(
        [event_of(ret, "return.matched", actor=actor, at=at) for ret in returns]
    )
    refresh_money(returns)
    workitems.resolve_items("return", [ret.pk for ret in returns], at=at)
    pieces: dict[int, int] = defaultdict(int)
    for line, each in rows.items():  # several returns may share a line of the order
        pieces[each.pk] += line.received_quantity
    progress.returned(pieces)
    rollups.refresh(list({ret.order_id: ret.order for ret in returns}.values()))
