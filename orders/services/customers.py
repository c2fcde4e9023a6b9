"""Two customers that are one person: the orders of one go to the other, which orders
with the old key follow. There is no way back: nobody knows then whose an order was."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from oms.core import transitions
from oms.core.outcome import Outcome
from oms.core.sets import insert_rows, update_rows
from oms.core.sound import keys
from oms.core.timeline import event_of
from orders.models import Customer, Order

MOVE = """
    UPDATE orders_order o SET customer_id = v.into_id,
           updated_at = statement_timestamp()
    FROM unnest(%s::bigint[], %s::bigint[]) AS v(id, into_id)
    WHERE o.customer_id = v.id"""
FOLLOW = """
    UPDATE orders_customer c SET merged_into_id = v.into_id,
           updated_at = statement_timestamp()
    FROM unnest(%s::bigint[], %s::bigint[]) AS v(id, into_id)
    WHERE c.merged_into_id = v.id"""


def orders_of(customers: Sequence[Customer]) -> QuerySet[Order]:
    """Theirs, and those that came under the key of somebody merged into them."""
    pks = [customer.pk for customer in customers]
    same = Q(pk__in=pks) | Q(merged_into__in=pks)
    people = Customer.objects.filter(same).values("pk")
    return Order.objects.filter(customer__in=people)


@transaction.atomic
def merge_customers(pairs: Mapping[int, int], *, actor: str, at=None) -> Outcome:
    """{customer pk: pk of the one who keeps everything}. done: those merged away, with
    `merged_into`; refused: by customer."""
    at = at or timezone.now()
    rows = transitions.lock(Customer, keys([*pairs, *pairs.values()]))
    by_pk = {row.pk: row for row in rows}
    out = Outcome()
    for pk, into in pairs.items():
        reason = _refusal(by_pk.get(pk), by_pk.get(into), pairs)
        if reason:
            out.refuse(pk, reason)
        else:
            by_pk[pk].merged_into = by_pk[into]
            out.done.append(by_pk[pk])
    _write(out.done, actor, at)
    return out


def _refusal(row: Customer | None, into: Customer | None, pairs) -> str:
    if row is None or into is None:
        return _("This customer does not exist; look for it again.")
    if row.pk == into.pk:
        return _("%(row)s is one customer; choose two.") % {"row": row}
    if any(each.erased_at for each in (row, into)):
        return _("An erased customer is nobody; nothing is merged with it.")
    if row.merged_into_id == into.pk:
        text = _("%(row)s is merged into %(into)s already; nothing was changed.")
        return text % {"row": row, "into": into}
    for each in (row, into):
        if each.merged_into_id:
            text = _("%(row)s is merged into customer %(pk)d already; choose that one.")
            return text % {"row": each, "pk": each.merged_into_id}
    if into.pk in pairs:
        text = _("%(into)s is to be merged too; merge one after the other.")
        return text % {"into": into}
    return ""


def _write(rows: list[Customer], actor: str, at: datetime) -> None:
    if not rows:
        return
    moving = Order.objects.filter(customer__in=rows).order_by("pk")
    locked = list(
        moving.select_for_update(no_key=True).only("pk", "customer", "number")
    )
    into = {row.pk: row.merged_into for row in rows}
    update_rows(
        Customer, {row.pk: (row.merged_into_id,) for row in rows}, ["merged_into"]
    )
    targets = [list(into), [row.pk for row in into.values()]]
    with connection.cursor() as cursor:
        cursor.execute(FOLLOW, targets)
        cursor.execute(MOVE, targets)
    counts = dict.fromkeys(into, 0)
    events = []
    for order in locked:
        counts[order.customer_id] += 1
        data = {"customer": into[order.customer_id].pk, "was": order.customer_id}
        what = "order.customer_changed"
        events.append(event_of(order, what, actor=actor, at=at, data=data))
    for row in rows:
        facts = {"orders": counts[row.pk]}
        for one, what, other in (
            (row, "customer.merged_away", into[row.pk]),
            (into[row.pk], "customer.merged", row),
        ):
            data = facts | {"customer": other.pk}
            events.append(event_of(one, what, actor=actor, at=at, data=data))
    insert_rows(events)
