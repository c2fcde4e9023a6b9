"""The back office as a whole: what belongs to no app."""

from django.utils.translation import gettext_lazy as _

from oms.core.navigation import Entry, register_entry

register_entry(Entry(_("Today"), "admin:index", "", 0, "t", in_bar=True))
register_entry(Entry(_("Settings"), "admin:settings", "", 90))
