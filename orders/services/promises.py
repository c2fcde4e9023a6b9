"""What was promised to customers. Fulfillment tells the dates, this keeps them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from oms.core import workitems
from oms.core.models import WorkItem
from oms.core.sets import insert_rows, update_rows
from oms.core.timeline import event_of
from orders.models import Order

PROMISE_LATE = "promise_late"


class Dates(NamedTuple):
    """When the last part must leave, and when it arrives."""

    ship_by: datetime | None
    promised_at: date


def promise(
    orders: Sequence[Order], dates: Mapping[int, Dates], *, actor: str, at: datetime
) -> None:
    """{order pk: dates}. The first date is the promise; a later one moves it: the
    timeline and a work item say so. A promise never moves to an earlier day.

    Needs the lock of the orders; the caller stamps them.
    """
    rows, events, items = {}, [], []
    for order in orders:
        if order.pk not in dates:
            continue
        ship_by, day = dates[order.pk]
        before, left_by = order.promised_at, order.ship_by
        order.promised_at = max(filter(None, (before, day)))
        order.ship_by = max(filter(None, (left_by, ship_by)), default=None)
        if (order.ship_by, order.promised_at) != (left_by, before):
            rows[order.pk] = (order.ship_by, order.promised_at)
        if before is not None and day > before:
            events.append(_moved(order, before, actor, at))
            items.append(_late(order, before))
    update_rows(Order, rows, ["ship_by", "promised_at"])
    insert_rows(events)
    workitems.open_items(items, at=at)


def kept(orders: Iterable[Order], *, at: datetime) -> None:
    """Something of these orders has arrived: nobody has to be told any more."""
    promised = [order.pk for order in orders if order.promised_at is not None]
    if promised:
        workitems.resolve_items("order", promised, at=at, kinds=[PROMISE_LATE])


def _moved(order: Order, before: date, actor: str, at: datetime):
    data = {"before": str(before), "after": str(order.promised_at)}
    return event_of(order, "order.promise_changed", actor=actor, at=at, data=data)


def _late(order: Order, before: date) -> WorkItem:
    title = _(
        "%(order)s was promised for %(before)s and will arrive on %(day)s. Tell the "
        "customer, or send it by a faster service."
    ) % {
        "order": order,
        "before": date_format(before, "SHORT_DATE_FORMAT"),
        "day": date_format(order.promised_at, "SHORT_DATE_FORMAT"),
    }
    return WorkItem(
        kind=PROMISE_LATE, subject_type="order", subject_id=order.pk, title=title[:300]
    )
