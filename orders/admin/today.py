"""What orders add to the rail and to Today."""

from datetime import datetime

from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from oms.core import fixes, panels
from oms.core.lists import additions
from oms.core.models import WorkItem
from oms.core.navigation import Entry, Search, register_entry, register_search
from oms.core.today import Board, Counter, Part, register_area, rows_of_spans, rows_url
from orders import queues
from orders.admin.listing import span
from orders.admin.palette import orders_named
from orders.models import Order

LIST = "admin:orders_order_changelist"
VIEW = "orders.view_order"
LATE = 6  # rows; the others are behind "All"
# nobody has to do anything; what needs attention stands there by its reason, and
# returns count themselves
LEFT_OUT = {"all", "in-transit", "attention", "returns"}

register_entry(Entry(gettext_lazy("Orders"), LIST, VIEW, 10, "o", in_bar=True))
register_search(
    Search(
        LIST,
        VIEW,
        gettext_lazy("Order, tracking number, e-mail, phone, SKU or name"),
        10,
        orders_named,
    )
)


def orders_that_wait(user, now: datetime) -> Part:
    """The tabs of the list, with the same numbers."""
    rows = queues.rows()
    counters = [
        Counter(
            str(queue.label),
            rows[name],
            rows_url(LIST, {"queue": name}),
            queue.place,
            alarm=name == "late",
        )
        for name, queue in queues.all_queues().items()
        if name not in LEFT_OUT
    ]
    return Part(counters=tuple(counters))


def orders_of_the_day(user, now: datetime) -> Part:
    """Today so far beside the same weekday a week ago: until this time, and whole."""
    rows = rows_of_spans(Order.objects.all(), "placed_at", LIST, now)
    headings = [_("Placed"), _("Orders")]
    return Part(boards=(Board(_("Orders coming in"), headings, rows, "", 20),))


def late_orders(user, now: datetime) -> Part:
    """Those that should have left longest ago, where they are and what is wrong."""
    rows = list(
        Order.objects.filter(queues.late()).order_by(*queues.BY_DEADLINE)[:LATE]
    )
    keys = [order.pk for order in rows]
    where = additions(Order).columns.get("location")
    places = where.cells(keys) if where and keys else {}
    items = WorkItem.objects.filter(
        status=WorkItem.Status.OPEN, subject_type="order", subject_id__in=keys
    )
    reasons = {
        pk: fixes.label_of(kind)
        for pk, kind in items.order_by("-opened_at").values_list("subject_id", "kind")
        if fixes.concerns(user, kind)
    }
    board = Board(
        _("Late"),
        [_("Order"), _("Customer"), _("Location"), _("Why"), _("Late by")],
        [
            [
                panels.link(Order, order.pk, order.number),
                order.ship_to_company or order.ship_to_name or panels.NOTHING,
                places.get(order.pk) or panels.NOTHING,
                ", ".join(hold["text"] for hold in order.active_holds)
                or reasons.get(order.pk)
                or order.get_phase_display(),
                format_html('<b class="late">{}</b>', span(now - order.ship_by)),
            ]
            for order in rows
        ],
        _("Nothing is late."),
        5,
        rows_url(LIST, {"queue": "late"}),
        words=4,
    )
    return Part(boards=(board,))


register_area(VIEW, orders_that_wait)
register_area(VIEW, orders_of_the_day)
register_area(VIEW, late_orders)
