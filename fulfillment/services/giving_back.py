"""A partner lets go of work that it was asked to cancel: the stock is given back, and
the pieces are cancelled on the order or sent from elsewhere."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby

from django.db import transaction
from django.db.models import prefetch_related_objects
from django.utils import timezone
from django.utils.translation import gettext as _

from fulfillment.models import FulfillmentOrder
from fulfillment.models.work import RejectCode
from fulfillment.services import capacity, negotiating, rerouting, stopping
from fulfillment.services.locking import lock_work
from oms.core import transitions, workitems
from oms.core.models import WorkItem
from oms.core.outcome import Outcome
from oms.core.sets import update_rows
from orders.models import OrderLine
from orders.services import cancellation, rollups

Works = Sequence[FulfillmentOrder]


@transaction.atomic
def accept_cancellation(works: Iterable[int], *, actor: str, at=None) -> Outcome:
    """By primary key. done: the work, which is cancelled. Where its pieces cannot be
    cancelled on the order they wait again, and a work item says so."""
    at, wanted = at or timezone.now(), set(works)
    locked = lock_work(wanted)
    prefetch_related_objects(locked, "location", "order__lines")
    out = transitions.missing(wanted, locked, _("The fulfillment order"))
    for work in locked:
        if reason := negotiating.why_not_answer(work):
            out.refuse(work.pk, reason)
        else:
            out.done.append(work)
    if not out.done:
        return out
    rerouted = [work for work in out.done if work.cancellation_reroutes]
    unwanted = [work for work in out.done if not work.cancellation_reroutes]
    capacity.lock_for([work.order for work in out.done])
    pieces = {work.pk: _pieces(work) for work in unwanted}
    negotiating.accepted(out.done, actor=actor, at=at)
    taken = {
        line: line.held_quantity
        for work in out.done
        for line in work.lines.all()
        if line.held_quantity
    }
    stopping.take_out(taken, actor=actor, at=at)
    _cancel(unwanted, pieces, actor, at)
    _send_from_elsewhere(rerouted, actor, at)
    return out


def _pieces(work: FulfillmentOrder) -> Counter[int]:
    """{order line pk: what it holds}; of a bundle, the bundles that lack something."""
    lines = {line.pk: line for line in work.order.lines.all()}
    held: Counter[int] = Counter()
    for line in work.lines.all():
        held[line.order_line_id] += line.held_quantity
    pieces: Counter[int] = Counter()
    for pk, number in held.items():
        line: OrderLine = lines[pk]
        if line.parent_id:
            bundles = -(-number // line.pieces_per_bundle)
            pieces[line.parent_id] = max(pieces[line.parent_id], bundles)
        elif number:
            pieces[pk] += number
    return pieces


def _cancel(works: Works, pieces: dict[int, Counter], actor: str, at: datetime) -> None:
    """One call of the service for each reason that was given."""
    in_turn = sorted(works, key=lambda work: (work.cancellation_reason, work.pk))
    failed: dict[int, list[str]] = defaultdict(list)
    for reason, some in groupby(in_turn, key=lambda work: work.cancellation_reason):
        some = list(some)
        wanted = sum((pieces[work.pk] for work in some), Counter())
        out = cancellation.cancel_lines(wanted, reason=reason, actor=actor, at=at)
        for work in some:
            for pk in pieces[work.pk]:
                failed[work.pk] += out.refused.get(pk, [])
    left = [work for work in works if failed[work.pk]]
    rollups.refresh(list({work.order_id: work.order for work in left}.values()))
    items = [_left(work, failed[work.pk][0]) for work in left]
    workitems.open_items(items, at=at)


def _left(work: FulfillmentOrder, why: str) -> WorkItem:
    text = _(
        "%(work)s: %(place)s gave it back, but its pieces wait again: %(why)s Cancel "
        "them on the order, or let them be sent."
    )
    return negotiating.item_of_order(work, text, why)


def _send_from_elsewhere(works: Works, actor: str, at: datetime) -> None:
    """The location is left out for the order, as if it had rejected the work."""
    if not works:
        return
    rows = {work.pk: (RejectCode.OTHER,) for work in works}
    update_rows(FulfillmentOrder, rows, ["reject_code"])
    reasons = {}
    for work in works:
        names = {"place": work.location.code, "why": work.cancellation_reason}
        reasons[work.order_id] = _("%(place)s gave it back: %(why)s") % names
    orders = list({work.order_id: work.order for work in works}.values())
    rerouting.route_again(orders, reasons, actor=actor, at=at)
