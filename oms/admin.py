"""The back office as a whole: its name."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

admin.site.site_header = _("Order management")
admin.site.site_title = _("Order management")
admin.site.index_title = _("Back office")
admin.site.site_url = None  # there is no other site to look at
