"""Asking to send something back, and the answer."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Case, Sum, When
from django.utils import timezone
from django.utils.translation import gettext as _

from inventory.models import Location
from oms.core import transitions
from oms.core.numbering import document_number
from oms.core.outcome import Outcome
from oms.core.sets import assign_ids, insert_rows, preload, update_rows
from oms.core.sound import is_text, keys
from oms.core.timeline import event_of
from orders.models import Order
from orders.services import rollups
from returns.models import Return, ReturnLine
from returns.models.returns import ReturnReason, Status
from returns.services.locking import found, lock_orders, lock_returns
from returns.services.policies import Policies
from returns.services.practice import apart

DEAD = (Status.DECLINED, Status.CANCELLED, Status.EXPIRED)
BOUND = (Return.Source.CUSTOMER, Return.Source.DESK)  # by the policy
GOODS_AT_FAULT = {
    ReturnReason.DAMAGED,
    ReturnReason.FAULTY,
    ReturnReason.WRONG_ITEM,
    ReturnReason.NOT_AS_DESCRIBED,
}


@dataclass(frozen=True, slots=True)
class NewReturn:
    """{order line pk: pieces} of one order. `external_id`: the channel's number;
    `location_id`: where the parcel is expected."""

    order_id: int
    pieces: Mapping[int, int] = field(default_factory=dict)
    reason: str = ReturnReason.OTHER
    source: str = Return.Source.STAFF
    note: str = ""
    external_id: str = ""
    location_id: int | None = None


@transaction.atomic
def request_returns(asked: Sequence[NewReturn], *, actor: str, at=None) -> Outcome:
    """Open a return for each; refused by position.

    At most what has shipped and is in no other return. A customer is bound by the
    policy; staff may go against it with a note, which the return keeps as advice.
    """
    at = at or timezone.now()
    orders = {order.pk: order for order in lock_orders(a.order_id for a in asked)}
    policies = Policies(orders.values())
    places = Location.objects.in_bulk(keys(a.location_id for a in asked))
    room = room_of(orders.values())
    known = set(
        Return.objects.filter(order__in=orders)
        .exclude(external_id="")
        .values_list("order", "external_id")
    )
    out, lines = Outcome(), []
    for position, wish in enumerate(asked):
        order = found(orders, wish.order_id)
        advice = _advice(wish, order, policies, at)
        reason = _refusal(wish, order, room, known, advice)
        if reason := reason or _bad_place(wish, order, places):
            out.refuse(position, reason)
            continue
        known.add((wish.order_id, wish.external_id))
        ret = _return(wish, order, policies, advice, at)
        out.done.append(ret)
        mine = _lines(ret, wish, order)
        for line in mine:
            room[line.order_line_id] -= line.authorized_quantity
        lines.append(mine)
    _write(out.done, lines, actor, at)
    rollups.touch({ret.order_id for ret in out.done})
    return out


def room_of(orders: Iterable[Order]) -> dict[int, int]:
    """{order line: pieces that have shipped and are in no return}. A closed return has
    only what it received."""
    taken = dict(
        ReturnLine.objects.filter(order_line__order__in=orders)
        .exclude(ret__status__in=DEAD)
        .values_list("order_line")
        .annotate(
            pieces=Sum(
                Case(
                    When(ret__status=Status.CLOSED, then="received_quantity"),
                    default="authorized_quantity",
                )
            )
        )
    )
    return {
        line.pk: line.shipped_quantity - taken.get(line.pk, 0)
        for order in orders
        for line in order.lines.all()
        if not line.is_bundle
    }


def _advice(wish: NewReturn, order: Order | None, policies: Policies, at) -> str:
    if order is None or not isinstance(wish.pieces, Mapping):
        return ""
    lines = [line for line in order.lines.all() if line.pk in wish.pieces]
    return "; ".join(policies.objections(order, lines, at))[:300]


def _refusal(
    wish: NewReturn,
    order: Order | None,
    room: Mapping[int, int],
    known: set[tuple[int, str]],
    advice: str,
) -> str:
    if order is None:
        return _("Order %(pk)r does not exist; check the key.") % {"pk": wish.order_id}
    return (
        _bad_words(wish, order, known)
        or _bad_pieces(wish, order, room)
        or _against_policy(wish, order, advice)
    )


def _bad_words(wish: NewReturn, order: Order, known: set[tuple[int, str]]) -> str:
    sources = Return.Source.values
    if wish.reason not in ReturnReason.values or wish.source not in sources:
        return _("%(order)s: a return needs a known reason and source, not %(r)r.") % {
            "order": order,
            "r": (wish.reason, wish.source),
        }
    if not is_text(wish.note, 200) or not is_text(wish.external_id, 128):
        return _("%(order)s: the note or the number is too long or no text.") % {
            "order": order
        }
    if wish.external_id and (order.pk, wish.external_id) in known:
        return _("%(order)s: return %(id)s is here already; nothing was changed.") % {
            "order": order,
            "id": wish.external_id,
        }
    return ""


def _bad_place(wish: NewReturn, order: Order, places: Mapping) -> str:
    if wish.location_id is None:
        return ""
    if place := found(places, wish.location_id):
        return apart(order, place)
    return _("%(order)s: location %(pk)r does not exist; choose another.") % {
        "order": order,
        "pk": wish.location_id,
    }


def _against_policy(wish: NewReturn, order: Order, advice: str) -> str:
    if advice and wish.source in BOUND:
        return _("%(order)s cannot be returned: %(why)s.") % {
            "order": order,
            "why": advice,
        }
    if advice and wish.source == Return.Source.STAFF and not wish.note.strip():
        return _("%(order)s: %(why)s. Write a note why it is taken all the same.") % {
            "order": order,
            "why": advice,
        }
    return ""


def _bad_pieces(wish: NewReturn, order: Order, room: Mapping[int, int]) -> str:
    if not isinstance(wish.pieces, Mapping) or not wish.pieces:
        return _("%(order)s: say which lines come back, and how many pieces.") % {
            "order": order
        }
    lines = {line.pk: line for line in order.lines.all()}
    for pk, pieces in wish.pieces.items():
        line = lines.get(pk) if type(pk) is int else None
        if line is None or line.is_bundle:
            return _(
                "%(order)s: %(pk)r is none of its lines that are sent; name a line of "
                "goods, for a bundle its components."
            ) % {"order": order, "pk": pk}
        if type(pieces) is not int or not 0 < pieces <= room[pk]:
            return _(
                "%(order)s, line %(position)d (%(sku)s): %(pieces)r pieces to return, "
                "%(room)d have shipped and are in no return. Use 1 to that."
            ) % {
                "order": order,
                "position": line.position,
                "sku": line.sku,
                "pieces": pieces,
                "room": room[pk],
            }
    return ""


def _return(
    wish: NewReturn, order: Order, policies: Policies, advice: str, at: datetime
) -> Return:
    fault = wish.reason in GOODS_AT_FAULT or wish.source == Return.Source.CHANNEL
    return Return(
        order=order,
        source=wish.source,
        reason=wish.reason,
        note=wish.note,
        advice=advice,
        external_id=wish.external_id,
        location_id=wish.location_id,
        fee_percent=0 if fault else policies.of(order).fee_percent,
        requested_at=at,
    )


def _lines(ret: Return, wish: NewReturn, order: Order) -> list[ReturnLine]:
    by_pk: dict[int, int] = defaultdict(int, wish.pieces)
    return [
        ReturnLine(
            ret=ret,
            order_line=line,
            product_id=line.product_id,
            sku=line.sku,
            authorized_quantity=by_pk[line.pk],
        )
        for line in order.lines.all()
        if line.pk in wish.pieces
    ]


def _write(
    returns: list[Return], groups: list[list[ReturnLine]], actor: str, at: datetime
) -> None:
    lines = [line for group in groups for line in group]
    assign_ids(returns, lines)
    for ret, group in zip(returns, groups, strict=True):
        ret.number = document_number(Return, ret.pk)
        preload(ret, lines=group)
    for line in lines:
        line.ret_id = line.ret.pk
    insert_rows(returns)
    insert_rows(lines)
    insert_rows(
        [
            event_of(ret, "return.requested", actor=actor, at=at, from_status="")
            for ret in returns
        ]
    )


@transaction.atomic
def approve_returns(returns: Iterable[Return], *, actor: str, at=None) -> Outcome:
    """The customer may send it, until the policy's days are over."""
    at = at or timezone.now()
    out = _answer(returns, "approve", actor, at)
    policies = Policies(ret.order for ret in out.done)
    for ret in out.done:
        ret.expires_at = at + timedelta(days=policies.of(ret.order).expires_days)
    update_rows(Return, {r.pk: (r.expires_at,) for r in out.done}, ["expires_at"])
    return out


@transaction.atomic
def decline_returns(
    returns: Iterable[Return], *, reason: str, actor: str, at=None
) -> Outcome:
    """It is not to come."""
    return _answer(returns, "decline", actor, at, reason=reason)


@transaction.atomic
def cancel_returns(
    returns: Iterable[Return], *, reason: str, actor: str, at=None
) -> Outcome:
    """It will not come; its pieces may be asked for again."""
    return _answer(returns, "cancel", actor, at, reason=reason)


def _answer(returns: Iterable[Return], name: str, actor: str, at, **data) -> Outcome:
    wanted = {ret.pk for ret in returns}
    locked = lock_returns(wanted, whole_orders=False)
    out = transitions.missing(wanted, locked, _("The return"))
    if data and not (is_text(data["reason"], 200) and data["reason"].strip()):
        for ret in locked:
            out.refuse(ret.pk, _("%(ret)s: write the reason.") % {"ret": ret})
        return out
    at = at or timezone.now()
    out.add(transitions.apply_many(locked, name, actor=actor, at=at, **data))
    rollups.touch({ret.order_id for ret in out.done if ret.order_id})
    return out
