"""The back office as a whole: what belongs to no app."""

from django.utils.translation import gettext_lazy as _

from oms.core.fixes import Kind, done, register_kinds
from oms.core.navigation import Entry, register_entry

register_entry(Entry(_("Today"), "admin:index", "", 0, "t", in_bar=True))
register_entry(Entry(_("Settings"), "admin:settings", "", 90))
register_kinds(
    {
        "broken:": Kind(
            _("The books do not agree"),
            _("Numbers contradict each other; manage.py check_invariants names them."),
            (done(_("Mended; the daily check looks again")),),
        )
    }
)
