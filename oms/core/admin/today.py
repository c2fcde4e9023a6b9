"""What work items add to the rail and to Today."""

from datetime import datetime

from django.db.models import Count, Min
from django.utils.html import format_html
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from oms.core import attention, fixes
from oms.core.models import WorkItem
from oms.core.navigation import Entry, may, register_entry
from oms.core.today import Board, Counter, Part, register_area

VIEW = "core.view_workitem"

register_entry(
    Entry(gettext_lazy("Exceptions"), attention.PAGE, VIEW, 20, "e", in_bar=True)
)


def items_by_reason(user, now: datetime) -> Part:
    found = (
        WorkItem.objects.filter(attention.scope(user), status=WorkItem.Status.OPEN)
        .values_list("kind")
        .annotate(number=Count("pk"), oldest=Min("opened_at"))
        .order_by("-number", "kind")
    )
    rows = [
        [
            fixes.label_of(kind),
            _way_out(user, kind),
            Counter(fixes.label_of(kind), number, attention.Asked(kind=kind).url()),
            timesince(oldest, now, depth=1),
        ]
        for kind, number, oldest in found
    ]
    board = Board(
        _("Exceptions by reason"),
        [_("Reason"), _("Way out"), _("Open"), _("Oldest")],
        rows,
        _("Nothing waits for a person."),
        30,
        attention.Asked().url(),
        words=2,
    )
    return Part(boards=(board,))


def _way_out(user, kind: str) -> str:
    """The first that this person may take."""
    known = fixes.kind_of(kind)
    careful = [each for each in known.fixes if each.careful]
    best = [each for each in known.fixes if not each.careful]
    for each in (*best, *known.ways, *careful):
        if may(user, each.permission):
            return format_html('<span class="muted">{}</span>', each.label)
    return ""


register_area(VIEW, items_by_reason)
