"""A location cannot send its work: the reason decides what becomes of its stock, the
order is routed again and does not come back."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import transaction
from django.db.models import prefetch_related_objects
from django.utils import timezone
from django.utils.translation import gettext as _

from fulfillment.models import FulfillmentOrder, FulfillmentOrderLine
from fulfillment.models.work import RejectCode
from fulfillment.services import capacity, rerouting, stopping
from fulfillment.services.locking import lock_work
from inventory.models import StockLevel
from inventory.models.stock import Condition
from inventory.services import conditions, stock
from inventory.services.conditions import ConditionChange
from inventory.services.stock import StockChange
from oms.core import transitions
from oms.core.exceptions import InvariantError
from oms.core.outcome import Outcome
from oms.core.sets import insert_rows, update_rows
from oms.core.sound import is_text, keys
from oms.core.tasks import enqueue
from oms.core.timeline import event_of
from oms.core.words import inside
from orders.services import rollups

MOST_TEXT = 150  # what fits beside the location and the code in a decision


class Rejection(NamedTuple):
    """`lines`: keys of the fulfillment order lines whose goods are the trouble; all of
    them where none is named. `all_orders`: nobody else is sent these goods either."""

    code: str
    reason: str = ""
    lines: frozenset[int] = frozenset()
    all_orders: bool = False


class Rejected(NamedTuple):
    work: FulfillmentOrder
    said: Rejection

    @property
    def bad_lines(self) -> list[FulfillmentOrderLine]:
        return [
            line
            for line in self.work.lines.all()
            if not self.said.lines or line.pk in self.said.lines
        ]

    @property
    def words(self) -> str:
        """In the decision and in the events."""
        text = _("%(place)s: %(code)s") % {
            "place": self.work.location.code,
            "code": inside(RejectCode(self.said.code).label),
        }
        return f"{text}, {self.said.reason}" if self.said.reason else text


@transaction.atomic
def reject(rejections: Mapping[int, Rejection], *, actor: str, at=None) -> Outcome:
    """{work pk: why}. The work is cancelled with its code, its location is left out for
    this order until somebody lifts it, and the order is routed again.

    Not in stock: what nobody else holds of these goods is written off; with
    `all_orders` other orders that nobody has begun are freed of them first. Damaged:
    the pieces become damaged stock.
    """
    at = at or timezone.now()
    sweeping = {pk for pk, said in rejections.items() if _sweeps(said)}
    locked = lock_work({*keys(rejections), *_others(sweeping)})
    prefetch_related_objects(locked, "location", "order__lines")
    by_pk = {work.pk: work for work in locked}
    asked = [work for work in locked if work.pk in rejections]
    out = transitions.missing(rejections, asked, _("The fulfillment order"))
    sound = []
    for work in asked:
        if reasons := _refusals(work, rejections[work.pk]):
            out.refused[work.pk] = reasons
        else:
            sound.append(Rejected(work, rejections[work.pk]))
    if not sound:
        return out
    swept = _swept(sound, by_pk)
    orders = {r.work.order_id: r.work.order for r in sound}
    orders |= {line.fulfillment_order.order_id: order for line, order in swept}
    capacity.lock_for(orders.values())
    _cancel(sound, [line for line, _order in swept], actor, at)
    _correct_stock(sound, actor, at)
    reasons = {order.pk: sound[0].words for _line, order in swept}
    reasons |= {rejected.work.order_id: rejected.words for rejected in sound}
    rerouting.route_again(list(orders.values()), reasons, actor=actor, at=at)
    out.done += [rejected.work for rejected in sound]
    return out


def _sweeps(said) -> bool:
    return isinstance(said, Rejection) and said.all_orders is True


def _others(pks: Iterable[int]) -> set[int]:
    """Work at the same shelves; what it holds then is seen again under its lock."""
    levels = FulfillmentOrderLine.objects.filter(
        fulfillment_order__in=keys(pks), stock_level__isnull=False
    )
    lines = FulfillmentOrderLine.objects.filter(
        stock_level__in=levels.values("stock_level"), open_quantity__gt=0
    )
    return set(lines.values_list("fulfillment_order", flat=True)) if pks else set()


def _refusals(work: FulfillmentOrder, said: Rejection) -> list[str]:
    if not isinstance(said, Rejection) or said.code not in RejectCode.values:
        return [
            _("%(work)s: %(code)r is no reason to reject; choose among %(all)s.")
            % {
                "work": work,
                "code": getattr(said, "code", said),
                "all": ", ".join(RejectCode.values),
            }
        ]
    if not is_text(said.reason, MOST_TEXT):
        return [
            _("%(work)s: the words have at most %(most)d characters; shorten them.")
            % {"work": work, "most": MOST_TEXT}
        ]
    if set(said.lines) - {line.pk for line in work.lines.all()}:
        return [
            _("%(work)s: a line that is named is none of its lines; choose its own.")
            % {"work": work}
        ]
    return transitions.refusals(work, "reject")


def _swept(
    sound: Sequence[Rejected], by_pk: Mapping[int, FulfillmentOrder]
) -> list[tuple]:
    """(line, order) of other work, not begun, that holds goods which are not there."""
    levels = {
        line.stock_level_id
        for rejected in sound
        if rejected.said.all_orders
        for line in rejected.bad_lines
        if line.stock_level_id
    }
    mine = {rejected.work.pk for rejected in sound}
    return [
        (line, work.order)
        for work in by_pk.values()
        if work.pk not in mine and work.status in FulfillmentOrder.STOPPABLE
        if work.status != FulfillmentOrder.Status.RESERVED
        for line in work.lines.all()
        if line.stock_level_id in levels and line.held_quantity
    ]


def _cancel(
    sound: Sequence[Rejected],
    swept: Sequence[FulfillmentOrderLine],
    actor: str,
    at: datetime,
) -> None:
    """Write the rejections, then give back what the work holds."""
    events, taken = [], {}
    for work, said in sound:
        _out, written = transitions.decide_many(
            [work],
            "reject",
            actor=actor,
            at=at,
            code=said.code,
            location=work.location.code,
            reason=said.reason,
        )
        events += written
        taken |= {line: n for line in work.lines.all() if (n := line.held_quantity)}
    for line in swept:
        taken[line] = line.held_quantity
        data = {"location": sound[0].work.location.code, "reason": sound[0].words}
        events.append(
            event_of(
                line.fulfillment_order,
                "fulfillmentorder.freed",
                actor=actor,
                at=at,
                data=data,
            )
        )
    update_rows(
        FulfillmentOrder,
        {work.pk: (work.status, at, work.reject_code) for work, _said in sound},
        ["status", "cancelled_at", "reject_code"],
    )
    insert_rows(events)
    stopping.take_out(taken, actor=actor, at=at)


def _correct_stock(sound: Sequence[Rejected], actor: str, at: datetime) -> None:
    gone: dict[int, str] = {}
    broken: list[tuple[int, int, str]] = []
    for rejected in sound:
        for line in rejected.bad_lines:
            if line.stock_level_id and rejected.said.code == RejectCode.NOT_IN_STOCK:
                gone[line.stock_level_id] = rejected.words
            elif line.stock_level_id and rejected.said.code == RejectCode.DAMAGED:
                pieces = line.quantity - line.shipped_quantity
                broken.append((line.stock_level_id, pieces, rejected.words))
    wanted = {*gone, *(pk for pk, _pieces, _words in broken)}
    levels = StockLevel.objects.in_bulk(wanted) if wanted else {}
    changes = [
        StockChange(level.product_id, level.location_id, -level.available, words)
        for pk, words in gone.items()
        if (level := levels[pk]).available
    ]
    damages = [
        ConditionChange(
            levels[pk].product_id,
            levels[pk].location_id,
            pieces,
            Condition.SELLABLE,
            Condition.DAMAGED,
            words,
        )
        for pk, pieces, words in broken
        if pk not in gone
    ]
    refused = stock.adjust(changes, actor=actor, at=at).refused if changes else {}
    if damages:
        out = conditions.change_condition(damages, actor=actor, at=at)
        refused |= out.refused
    if refused:
        raise InvariantError(f"given back, yet refused to be corrected: {refused}")


@transaction.atomic
def lift_exclusion(works: Iterable[int], *, actor: str, at=None) -> Outcome:
    """Let the locations of rejected work, by primary key, serve its order again; what
    waits is tried soon."""
    at = at or timezone.now()
    wanted = set(works)
    locked = lock_work(wanted)
    prefetch_related_objects(locked, "location", "order__lines")
    out = transitions.missing(wanted, locked, _("The fulfillment order"))
    for work in locked:
        if not work.reject_code or work.exclusion_lifted_at:
            out.refuse(
                work.pk,
                _("%(work)s: its location is not left out; there is nothing to lift.")
                % {"work": work},
            )
        else:
            work.exclusion_lifted_at = at
            out.done.append(work)
    update_rows(
        FulfillmentOrder, {w.pk: (at,) for w in out.done}, ["exclusion_lifted_at"]
    )
    insert_rows(
        [
            event_of(
                work,
                "fulfillmentorder.let_in_again",
                actor=actor,
                at=at,
                data={"location": work.location.code},
            )
            for work in out.done
        ]
    )
    rollups.touch({work.order_id for work in out.done})
    waiting = [
        line.product_id
        for work in out.done
        for line in work.order.lines.all()
        if line.wanted_quantity and line.product_id
    ]
    enqueue("fulfillment.tasks.allocate_waiting", waiting)
    return out
