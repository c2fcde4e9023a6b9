"""The back office as one site: Today in front, the stock list of pages behind it."""

from functools import partial

from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from oms import background_page
from oms.core import navigation
from oms.core.today import today
from oms.entrance import EntranceSite
from oms.people import preferences, search


class BackOffice(EntranceSite):
    site_header = site_title = gettext_lazy("Order management")
    site_url = None  # there is no other site to look at
    enable_nav_sidebar = False  # the rail is the navigation

    def get_urls(self):
        views = {
            "settings": self.settings,
            "search": search,
            "preferences": preferences,
            "background": background_page.page,
            "background/act": background_page.act,
        }
        own = [
            path(f"{name}/", self.admin_view(view), name=name.replace("/", "_"))
            for name, view in views.items()
        ]
        return [*own, *super().get_urls()]

    def get_app_list(self, request, app_label=None):
        """Made when it is read: each page gets it, few show it, and it takes long."""
        return SimpleLazyObject(partial(super().get_app_list, request, app_label))

    def each_context(self, request):
        context = super().each_context(request)
        if not context["has_permission"]:
            return context
        return context | {
            "tasks": navigation.links_for(request.user, request.path),
            "search": navigation.search_for(request.user),
        }

    def index(self, request, extra_context=None):
        now = timezone.localtime()
        context = self.each_context(request) | {
            "title": _("Today"),
            "now": now,
            "today": today(request.user, now),
            **(extra_context or {}),
        }
        request.current_app = self.name
        return TemplateResponse(request, "admin/today.html", context)

    def settings(self, request):
        """Every page there is: what stock admin shows in front."""
        context = self.each_context(request) | {
            "title": _("Settings"),
            "app_list": self.get_app_list(request),
        }
        request.current_app = self.name
        return TemplateResponse(request, "admin/settings.html", context)
