"""The way in: waiting messages become orders that are checked, paid and confirmed.

Read messages → build orders → record what the channel has collected → find what is
wrong → confirm what may go on → write → hand over to fulfillment. One transaction, the
same number of statements for one message and for a hundred.
"""

from collections.abc import Iterable, Sequence

from django.db import transaction
from django.utils import timezone

from channels.models import InboundMessage
from channels.services.inbox import finish_messages, lock_waiting, not_waiting
from oms.core import workitems
from oms.core.outcome import Outcome
from oms.core.sets import insert_rows
from oms.core.timeline import event_of
from oms.core.transitions import decide_many
from orders.models import Order
from orders.services import (
    backorders,
    capture,
    hold_rows,
    payments,
    risk,
    rollups,
    validation,
)
from orders.signals import order_confirmed, order_placed


@transaction.atomic
def take_in(messages: Iterable[int], *, actor: str, at=None) -> Outcome:
    """Make orders of inbound messages, given by primary key.

    done: the orders, confirmed or waiting with their findings. refused, by message:
    what cannot be read or is an order already; the message keeps the reason. Messages
    that are handled, or that somebody else is handling, are refused and left alone.
    """
    at = at or timezone.now()
    wanted = set(messages)
    waiting = lock_waiting(wanted, InboundMessage.Kind.ORDER)
    out = Outcome()
    for pk in wanted - {message.pk for message in waiting}:
        out.refuse(pk, not_waiting(pk))
    drafts, errors = capture.read_messages(waiting)
    for pk, error in errors.items():
        out.refuse(pk, error)
    if drafts:
        out.done = _place(drafts, actor, at)
    finish_messages(
        {message.pk: errors.get(message.pk, "") for message in waiting}, at=at
    )
    return out


def _place(drafts: Sequence[capture.Draft], actor: str, at) -> list[Order]:
    orders = capture.build_orders(drafts)
    tenders, transactions = payments.told(
        orders, [draft.incoming for draft in drafts], actor, at
    )
    events = [
        event_of(order, "order.captured", actor=actor, at=at, from_status="")
        for order in orders
    ]
    assessed = risk.assess(orders, actor=actor, at=at)
    events += hold_rows.placed_events(assessed.holds, orders, actor=actor, at=at)
    validation.load_facts(orders)
    backorders.expect(orders, at=at)
    backorders.judge(orders, at=at)
    confirmed, confirmations = decide_many(orders, "confirm", actor=actor, at=at)
    waiting = [order for order in orders if order.pk in confirmed.refused]
    findings = validation.findings(waiting)
    insert_rows(orders)
    insert_rows(tenders)
    insert_rows(transactions)
    insert_rows(assessed.assessments)
    insert_rows(assessed.holds)
    insert_rows([*events, *confirmations])
    workitems.open_items(findings, at=at)
    if confirmed.done:
        order_confirmed.send(sender=Order, orders=confirmed.done, actor=actor, at=at)
    if reserving := [order for order in waiting if validation.is_worth_waiting(order)]:
        order_placed.send(sender=Order, orders=reserving, actor=actor, at=at)
    # after routing, which has set their counters: one INSERT instead of a second write
    insert_rows([line for order in orders for line in order.lines.all()])
    rollups.refresh(orders)
    return orders
