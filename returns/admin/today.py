"""What returns add to the rail and to Today."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from oms.core.navigation import Entry, register_entry
from oms.core.today import Counter, Part, register_area, rows_url
from returns.models import Return

LIST = "admin:returns_return_changelist"
VIEW = "returns.view_return"

register_entry(Entry(gettext_lazy("Returns"), LIST, VIEW, 50))


def returns_to_do(user, now: datetime) -> Part:
    rows = Return.objects.filter(status__in=Return.OURS)
    url = rows_url(LIST, {"status__in": ",".join(Return.OURS)})
    return Part((Counter(_("Returns to do"), rows, url, 110),))


register_area(VIEW, returns_to_do)
