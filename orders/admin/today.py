"""What orders add to the rail and to Today."""

from datetime import datetime, time, timedelta

from django.db.models import Count, Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from oms.core.navigation import Entry, Search, register_entry, register_search
from oms.core.today import Board, Counter, Part, register_area, rows_url
from orders import queues
from orders.admin.listing import number_in_words
from orders.admin.palette import orders_named
from orders.models import Order

LIST = "admin:orders_order_changelist"
VIEW = "orders.view_order"
# nobody has to do anything; and what needs attention stands there by its reason
LEFT_OUT = {"all", "in-transit", "attention"}

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


def orders_that_wait(now: datetime) -> Part:
    """The tabs of the list, with the same numbers."""
    numbers = queues.counts()
    counters = [
        Counter(
            str(queue.label),
            numbers[name],
            rows_url(LIST, {"queue": name}),
            queue.place,
            number_in_words(numbers[name]),
            alarm=name == "late",
        )
        for name, queue in queues.all_queues().items()
        if name not in LEFT_OUT
    ]
    return Part(counters=tuple(counters))


def orders_of_the_day(now: datetime) -> Part:
    """Today so far beside the same weekday a week ago: until this time, and whole."""
    midnight = _midnight(now)
    week_ago = _midnight(now - timedelta(days=7))
    then = datetime.combine(week_ago, now.time(), now.tzinfo)
    whole_day = _("%(day)s, the whole day") % {
        "day": date_format(week_ago, "FULL_DAY_FORMAT")
    }
    until = _midnight(week_ago + timedelta(days=1))
    spans = {
        _("Today so far"): {"placed_at__gte": midnight},
        _("A week ago by this time"): {
            "placed_at__gte": week_ago,
            "placed_at__lt": then,
        },
        whole_day: {"placed_at__gte": week_ago, "placed_at__lt": until},
    }
    today, _then, whole = (Q(**each) for each in spans.values())
    counts = Order.objects.filter(today | whole).aggregate(
        **{
            f"n{n}": Count("pk", filter=Q(**each))
            for n, each in enumerate(spans.values())
        }
    )
    rows = [
        [label, Counter(label, number, rows_url(LIST, each))]
        for (label, each), number in zip(spans.items(), counts.values(), strict=True)
    ]
    headings = [_("Placed"), _("Orders")]
    return Part(boards=(Board(_("Orders coming in"), headings, rows, "", 20),))


def _midnight(at: datetime) -> datetime:
    return datetime.combine(at, time.min, at.tzinfo)


register_area(VIEW, orders_that_wait)
register_area(VIEW, orders_of_the_day)
