"""What becomes of the pieces: decided once or again, until their fate is final."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from inventory.models import Location, StockLevel
from inventory.models.stock import Condition
from inventory.services import moving
from inventory.services.moving import Move
from oms.core import transitions, workitems
from oms.core.exceptions import InvariantError
from oms.core.outcome import Outcome
from oms.core.sets import assign_ids, insert_rows, update_rows
from oms.core.sound import is_text, keys
from oms.core.timeline import event_of
from oms.core.words import inside
from orders.services import rollups
from returns.models import Return, ReturnItem, ReturnLine
from returns.models.lines import Disposition
from returns.models.returns import Money
from returns.services.locking import found, lock_returns
from returns.services.money import refresh_money, refunded_pieces
from returns.services.practice import moved_across

PLACE = {  # the condition in which the pieces are on hand; None: they are not here
    Disposition.PENDING: Condition.QUARANTINE,
    Disposition.QUARANTINE: Condition.QUARANTINE,
    Disposition.REFURBISH: Condition.QUARANTINE,
    Disposition.RESTOCK: Condition.SELLABLE,
    Disposition.SCRAP: None,
    Disposition.TO_VENDOR: None,
    Disposition.TO_CUSTOMER: None,
    Disposition.MISSING: None,
}


@dataclass(frozen=True, slots=True)
class Decision:
    """Some or all pieces of a returned item. `location_id`: where they go, if not where
    they are. Pieces that go back to the customer earn no refund."""

    item_id: int
    disposition: str
    quantity: int
    location_id: int | None = None
    note: str = ""


@transaction.atomic
def dispose(
    decisions: Sequence[Decision], *, actor: str, at=None, more_follows: bool = False
) -> Outcome:
    """Say what becomes of returned pieces; their stock follows.

    done: the returns, inspected where nothing waits for a look any more; refused: by
    position. Quarantine and refurbish can be decided again, the others are final.
    `more_follows`: the parcel is not empty yet; `inspect_returns` ends it.
    """
    at = at or timezone.now()
    owners = ReturnItem.objects.filter(pk__in=keys(d.item_id for d in decisions))
    wanted = owners.values_list("line__ret", flat=True)
    returns = lock_returns(wanted, whole_orders=False)
    items = {
        item.pk: (ret, line, item)
        for ret in returns
        for line in ret.lines.all()
        for item in line.items.all()
    }
    named = [item.location_id for _ret, _line, item in items.values()]
    named += [decision.location_id for decision in decisions]
    places = Location.objects.in_bulk(keys(named))
    out, work = Outcome(), _Work(items.values())
    for position, decision in enumerate(decisions):
        row = found(items, decision.item_id)
        if reason := _refusal(decision, row, places) or work.refusal(decision, *row):
            out.refuse(position, reason)
            continue
        work.decide(decision, *row)
        if row[0] not in out.done:
            out.done.append(row[0])
    work.write(out.done, actor, at, more_follows)
    return out


def _refusal(decision: Decision, row: tuple | None, places) -> str:
    if row is None:
        return _("Item %(pk)r does not exist; scan the return again.") % {
            "pk": decision.item_id
        }
    ret, line, item = row
    names = {"ret": ret, "sku": line.sku, "here": item.quantity}
    names |= {"now": item.get_disposition_display(), "n": decision.quantity}
    if decision.disposition not in Disposition.values:
        return _("%(ret)s: nothing is called %(word)r; use one of: %(all)s.") % {
            **names,
            "word": decision.disposition,
            "all": ", ".join(Disposition.values),
        }
    if item.disposition not in item.UNDECIDED:
        return _("%(ret)s, %(sku)s: %(now)s is final; move the stock instead.") % names
    if type(decision.quantity) is not int or not 0 < decision.quantity <= item.quantity:
        return (
            _("%(ret)s, %(sku)s: %(n)r pieces, %(here)d lie here. Use 1 to that.")
            % names
        )
    place = decision.location_id
    if place is not None and found(places, place) is None:
        return _("%(ret)s: location %(pk)r does not exist.") % {
            **names,
            "pk": decision.location_id,
        }
    if place and (why := moved_across(ret, places[item.location_id], places[place])):
        return why
    if not is_text(decision.note, 200):
        return _("%(ret)s: the note is too long or no text.") % names
    return ""


class _Work:
    """What a set of decisions changes. `held`: the pieces in quarantine, by product
    and location; `refunded`: pieces that are, or will be, by return line."""

    def __init__(self, rows: Iterable[tuple[Return, ReturnLine, ReturnItem]]):
        rows = list(rows)
        levels = StockLevel.objects.filter(
            product__in={line.product_id for _ret, line, _item in rows},
            condition=Condition.QUARANTINE,
        ).values_list("product", "location", "on_hand")
        self.held = {(product, place): n for product, place, n in levels}
        self.refunded = refunded_pieces(line for _ret, line, _item in rows)
        self.changed: dict[int, ReturnItem] = {}
        self.rejected: dict[int, ReturnLine] = {}
        self.new: list[ReturnItem] = []
        self.moves: list[tuple[ReturnItem, Move]] = []
        self.facts: list[tuple[Return, dict]] = []

    def refusal(
        self, decision: Decision, ret: Return, line: ReturnLine, item: ReturnItem
    ) -> str:
        names = {"ret": ret, "sku": line.sku, "n": decision.quantity}
        kept = line.accepted_quantity - decision.quantity
        if decision.disposition == Disposition.TO_CUSTOMER and (
            kept < self.refunded.get(line.pk, 0)
        ):
            text = _("%(ret)s, %(sku)s: %(n)d pieces are refunded; they stay with us.")
            return text % names
        held = self.held.get((line.product_id, item.location_id), 0)
        if line.product.tracks_stock and held < decision.quantity:
            return _(
                "%(ret)s, %(sku)s: %(n)d pieces, but %(held)d are on hand in "
                "quarantine there; correct the stock first."
            ) % {**names, "held": held}
        return ""

    def decide(
        self, decision: Decision, ret: Return, line: ReturnLine, item: ReturnItem
    ) -> None:
        here = decision.location_id or item.location_id
        move = Move(
            product_id=line.product_id,
            quantity=decision.quantity,
            source=_spot(item.disposition, item.location_id),
            target=_spot(decision.disposition, here),
            reason=str(Disposition(decision.disposition).label),
            ref_type="returnitem",
        )
        target = item
        if decision.quantity < item.quantity:
            item.quantity -= decision.quantity
            self.changed[item.pk] = item
            target = ReturnItem(line=line, quantity=decision.quantity)
            self.new.append(target)
        else:
            self.changed[item.pk] = item
        target.disposition, target.location_id = decision.disposition, here
        target.note = decision.note
        if line.product.tracks_stock and move.source != move.target:
            self.moves.append((target, move))
            self.held[line.product_id, move.source[0]] -= decision.quantity
        if decision.disposition == Disposition.TO_CUSTOMER:
            line.rejected_quantity += decision.quantity
            self.rejected[line.pk] = line
        facts = {"sku": line.sku, "pieces": decision.quantity}
        self.facts.append((ret, facts | {"disposition": decision.disposition}))

    def write(
        self, returns: list[Return], actor: str, at: datetime, more_follows: bool
    ) -> None:
        assign_ids(self.new)
        for item in self.new:
            item.line_id = item.line.pk
        names = ["quantity", "disposition", "location", "note"]
        update_rows(
            ReturnItem,
            {
                pk: (each.quantity, each.disposition, each.location_id, each.note)
                for pk, each in self.changed.items()
            },
            names,
        )
        insert_rows(self.new)
        update_rows(
            ReturnLine,
            {pk: (line.rejected_quantity,) for pk, line in self.rejected.items()},
            ["rejected_quantity"],
        )
        insert_rows(
            [
                event_of(ret, "return.disposed", actor=actor, at=at, data=facts)
                for ret, facts in self.facts
            ]
        )
        _advance(returns, [] if more_follows else returns, self.new, actor, at)
        moves = [move._replace(ref_id=item.pk) for item, move in self.moves]
        out = moving.move_stock(moves, actor=actor, at=at)
        if out.refused:
            raise InvariantError(f"returned, yet not where it lies: {out.refused}")


def _spot(disposition: str, location_id: int) -> tuple[int, str] | None:
    condition = PLACE[Disposition(disposition)]
    return condition and (location_id, condition)


def _advance(changed, done, new: list[ReturnItem], actor: str, at: datetime) -> None:
    """Of the `done`, those are inspected where nothing is pending any more."""
    pending = {i.line.ret_id for i in new if i.disposition == Disposition.PENDING}
    ready = [
        ret
        for ret in done
        if ret.pk not in pending
        and ret.status == Return.Status.RECEIVED
        and not transitions.refusals(ret, "inspect")
    ]
    transitions.apply_many(ready, "inspect", actor=actor, at=at)
    refresh_money(changed)
    rollups.touch({ret.order_id for ret in changed if ret.order_id})


@transaction.atomic
def inspect_returns(returns: Iterable[Return], *, actor: str, at=None) -> Outcome:
    """The parcel is empty: everything in it has been decided on."""
    wanted = {ret.pk for ret in returns}
    locked = lock_returns(wanted, whole_orders=False)
    out = transitions.missing(wanted, locked, _("The return"))
    at = at or timezone.now()
    out.add(transitions.apply_many(locked, "inspect", actor=actor, at=at))
    rollups.touch({ret.order_id for ret in out.done if ret.order_id})
    return out


@transaction.atomic
def close_returns(returns: Iterable[Return], *, actor: str, at=None) -> Outcome:
    """Everything has its place and its money: done."""
    wanted = {ret.pk for ret in returns}
    locked = lock_returns(wanted, whole_orders=False)
    out = transitions.missing(wanted, locked, _("The return"))
    at = at or timezone.now()
    out.add(transitions.apply_many(locked, "close", actor=actor, at=at))
    workitems.resolve_items("return", [ret.pk for ret in out.done], at=at)
    return out


@transaction.atomic
def deny_money(
    returns: Iterable[Return], *, reason: str, actor: str, at=None
) -> Outcome:
    """Nothing is refunded of what is still open."""
    wanted = {ret.pk for ret in returns}
    locked = lock_returns(wanted, whole_orders=False)
    out = transitions.missing(wanted, locked, _("The return"))
    at = at or timezone.now()
    for ret in locked:
        if not is_text(reason, 200) or not reason.strip():
            out.refuse(ret.pk, _("%(ret)s: write the reason.") % {"ret": ret})
        elif ret.money != Money.PENDING:
            out.refuse(
                ret.pk,
                _("%(ret)s: its money is %(money)s; there is nothing to deny.")
                % {"ret": ret, "money": inside(ret.get_money_display())},
            )
        else:
            ret.money = Money.DENIED
            out.done.append(ret)
    update_rows(Return, {ret.pk: (ret.money,) for ret in out.done}, ["money"])
    insert_rows(
        [
            event_of(
                r, "return.refund_denied", actor=actor, at=at, data={"reason": reason}
            )
            for r in out.done
        ]
    )
    return out
