"""What work items add to the rail and to Today."""

from datetime import datetime

from django.db.models import Count, Min
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from oms.core import attention, fixes
from oms.core.models import WorkItem
from oms.core.navigation import Entry, register_entry
from oms.core.today import Board, Counter, Part, register_area

VIEW = "core.view_workitem"

register_entry(
    Entry(gettext_lazy("Exceptions"), attention.PAGE, VIEW, 20, "e", in_bar=True)
)


def items_by_reason(now: datetime) -> Part:
    found = (
        WorkItem.objects.filter(status=WorkItem.Status.OPEN)
        .values_list("kind")
        .annotate(number=Count("pk"), oldest=Min("opened_at"))
        .order_by("-number", "kind")
    )
    rows = [
        [
            fixes.label_of(kind),
            Counter(fixes.label_of(kind), number, attention.Asked(kind=kind).url()),
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
        attention.Asked().url(),
    )
    return Part(boards=(board,))


register_area(VIEW, items_by_reason)
