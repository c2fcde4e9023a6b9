"""What work items add to the rail and to Today."""

from datetime import datetime

from django.db.models import Count, Min
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from oms.core.models import WorkItem
from oms.core.navigation import Entry, register_entry
from oms.core.today import Board, Counter, Part, register_area, rows_url

LIST = "admin:core_workitem_changelist"
VIEW = "core.view_workitem"
OPEN = {"status__exact": WorkItem.Status.OPEN.value}

register_entry(Entry(gettext_lazy("Exceptions"), LIST, VIEW, 20, "e", in_bar=True))


def reason(kind: str) -> str:
    return kind.replace("_", " ").capitalize()


def items_by_reason(now: datetime) -> Part:
    found = (
        WorkItem.objects.filter(**OPEN)
        .values_list("kind")
        .annotate(number=Count("pk"), oldest=Min("created_at"))
        .order_by("-number", "kind")
    )
    rows = [
        [
            reason(kind),
            Counter(reason(kind), number, rows_url(LIST, OPEN | {"kind__exact": kind})),
            timesince(oldest, now, depth=1),
        ]
        for kind, number, oldest in found
    ]
    board = Board(
        _("Exceptions by reason"),
        [_("Reason"), _("Open"), _("Oldest")],
        rows,
        _("Nothing waits for a person."),
        30,
        rows_url(LIST, OPEN),
    )
    return Part(boards=(board,))


register_area(VIEW, items_by_reason)
