"""Work moved by hand, with a reason: it is given back where it is and promised anew at
the other location, in one transaction."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import transaction
from django.db.models import prefetch_related_objects
from django.utils import timezone
from django.utils.translation import gettext as _

from fulfillment.models import FulfillmentOrder, RoutingDecision
from fulfillment.routing import explain
from fulfillment.routing.facts import UNLIMITED, Demand, Excluded, Grant, Plan
from fulfillment.services import capacity, rerouting, routing, stopping
from fulfillment.services.decisions import decision_of
from fulfillment.services.locking import lock_work
from fulfillment.services.places import Places
from fulfillment.services.routing import Routed
from inventory.models import Location
from inventory.services import stock
from oms.core import transitions
from oms.core.outcome import Outcome
from oms.core.sets import insert_rows, update_rows
from oms.core.sound import is_text
from orders.services import rollups

MOST_TEXT = 200


class Move(NamedTuple):
    work: FulfillmentOrder
    to: Location
    lines: list[tuple]  # (its line, the order line)


@transaction.atomic
def override(
    moves: Mapping[int, int], *, reason: str, actor: str, at=None, force: bool = False
) -> Outcome:
    """{work pk: location pk} of work that is assigned or released. done: the work that
    was moved away; the new work stands in the order.

    What the routing holds against a location is named and refuses the move, but for
    `force`; so does a partner that was sent the work. A location that has not got the
    goods is refused in any case.
    """
    at = at or timezone.now()
    locked = lock_work(moves)
    prefetch_related_objects(locked, "location", "order__lines__product")
    out = transitions.missing(moves, locked, _("The fulfillment order"))
    if bad := _bad_reason(reason):
        for work in locked:
            out.refuse(work.pk, f"{work}: {bad}")
        return out
    orders = list({work.order_id: work.order for work in locked}.values())
    capacity.lock_for(orders)
    places = Places(orders, at, first=False)
    places.lock_capacity()
    free = _free(locked, places, force)
    accepted = []
    for work in locked:
        to = places.by_pk.get(moves[work.pk]) if type(moves[work.pk]) is int else None
        if why_not := _refusals(work, to, places, free, force):
            out.refused[work.pk] = why_not
            continue
        move = Move(work, to, _open_lines(work))
        for line, order_line in move.lines:
            free[order_line.product_id, to.pk] -= line.held_quantity
        places.fill([to.pk])
        accepted.append(move)
    if accepted:
        _carry_out(accepted, places, reason, actor, at)
    out.done += [move.work for move in accepted]
    return out


def _bad_reason(reason) -> str:
    if not is_text(reason, MOST_TEXT) or not reason.strip():
        return _(
            "a move needs a reason of at most 200 characters; write why it goes there."
        )
    return ""


def _open_lines(work: FulfillmentOrder) -> list[tuple]:
    by_pk = {line.pk: line for line in work.order.lines.all()}
    return [
        (line, by_pk[line.order_line_id])
        for line in work.lines.all()
        if line.held_quantity
    ]


def _free(
    works: Sequence[FulfillmentOrder], places: Places, force: bool
) -> dict[tuple[int, int], int]:
    """What may be promised; by force also the safety stock."""
    products, untracked = set(), set()
    for work in works:
        for _line, order_line in _open_lines(work):
            tracked = order_line.product.tracks_stock
            (products if tracked else untracked).add(order_line.product_id)
    everywhere = [location.pk for location in places.locations]
    levels = stock.lock_levels(products, everywhere)
    free = {
        key: level.available if force else level.atp for key, level in levels.items()
    }
    for location in places.locations:
        if location.keeps_stock:
            free |= {(product, location.pk): UNLIMITED for product in untracked}
    free |= dict.fromkeys(places.offers(products | untracked), UNLIMITED)
    return free


def _refusals(
    work: FulfillmentOrder,
    to: Location | None,
    places: Places,
    free: Mapping[tuple[int, int], int],
    force: bool,
) -> list[str]:
    if to is None or not places.is_for(work.order, to):
        return [
            _("%(work)s: that location does not exist; choose another.")
            % {"work": work}
        ]
    if reasons := transitions.refusals(work, "move"):
        return reasons
    if to.pk == work.location_id:
        return [
            _("%(work)s: it is at %(place)s already; choose another location.")
            % {"work": work, "place": to}
        ]
    reasons = _lacking(work, to, free)
    if work.is_with_partner and not force:
        text = _(
            "%(work)s: %(place)s was sent it; ask it to give the work back, or move it "
            "by force."
        )
        reasons.append(text % {"work": work, "place": work.location})
    against = places.excluded(work.order, to)
    spare = places.spare(to)
    if against is None and spare is not None and spare <= 0:
        against = Excluded.DAILY_CAP_REACHED
    if against and not force:
        reasons.append(
            _(
                "%(work)s: against %(place)s: %(reason)s; move it by force, or to "
                "another location."
            )
            % {"work": work, "place": to, "reason": explain.WORDS[against]()}
        )
    return reasons


def _lacking(
    work: FulfillmentOrder, to: Location, free: Mapping[tuple[int, int], int]
) -> list[str]:
    wanted: dict[int, int] = {}
    for line, order_line in _open_lines(work):
        product = order_line.product_id
        wanted[product] = wanted.get(product, 0) + line.held_quantity
    return [
        _(
            "%(work)s: %(place)s has %(free)d of the %(wanted)d pieces of %(sku)s "
            "free; receive goods there or choose another location."
        )
        % {
            "work": work,
            "place": to,
            "free": max(free.get((order_line.product_id, to.pk), 0), 0),
            "wanted": wanted[order_line.product_id],
            "sku": order_line.sku,
        }
        for _line, order_line in _open_lines(work)
        if free.get((order_line.product_id, to.pk), 0) < wanted[order_line.product_id]
    ]


def _carry_out(
    moves: Sequence[Move], places: Places, reason: str, actor: str, at: datetime
) -> None:
    orders = list({move.work.order_id: move.work.order for move in moves}.values())
    events, taken, grants = [], {}, {}
    demands: dict[int, list[Demand]] = {}
    for work, to, lines in moves:
        said = {"location": work.location.code, "to": to.code, "reason": reason}
        events += transitions.decide_many([work], "move", actor=actor, at=at, **said)[1]
        for line, order_line in lines:
            pieces, tracked = line.held_quantity, order_line.product.tracks_stock
            taken[line] = pieces
            facts = order_line.pk, order_line.position, order_line.product_id
            demands.setdefault(work.order_id, []).append(
                Demand(*facts, pieces, tracked, order_line.product.weight_grams)
            )
            grants.setdefault(work.order_id, []).append(
                Grant(order_line.pk, order_line.product_id, to.pk, pieces, tracked)
            )
    update_rows(
        FulfillmentOrder,
        {move.work.pk: (move.work.status, at) for move in moves},
        ["status", "cancelled_at"],
    )
    insert_rows(events)
    stopping.take_out(taken, actor=actor, at=at)
    rerouting.reload_lines(orders)
    wanted = [demand for some in demands.values() for demand in some]
    places.grams = {demand.line_id: demand.weight for demand in wanted}
    products = {demand.product_id for demand in wanted if demand.tracked}
    levels = stock.lock_levels(products, [location.pk for location in places.locations])
    free = {key: level.available for key, level in levels.items()}
    routed = []
    for order in orders:
        rules = places.rules_of(order)
        plan = Plan(grants[order.pk], places.candidates(order), mode="manual")
        decision = decision_of(
            order,
            demands[order.pk],
            plan,
            free,
            at,
            policy_id=rules.pk,
            kind=RoutingDecision.Kind.OVERRIDE,
            reason=reason,
        )
        routed.append(Routed(order, plan, decision, places))
    routing.write_work(routed, levels, actor, at)
    rollups.refresh(orders)
