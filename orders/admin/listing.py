"""The list of orders: queues and saved views as tabs, a page of orders with what each
has around it, and a search that opens what it finds exactly."""

from datetime import timedelta

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.options import IS_POPUP_VAR
from django.contrib.admin.views.main import SEARCH_VAR, ChangeList
from django.core.paginator import Paginator
from django.shortcuts import redirect
from django.urls import path
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.html import format_html, format_html_join
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from oms.core import counting, panels
from oms.core.admin import ExportingAdmin, ReadOnlyAdmin
from oms.core.exceptions import BusinessRuleError
from oms.core.lists import Column, additions
from orders import queues
from orders.admin import bulk, views
from orders.admin.selecting import ALL, QUEUE, VIEW, queue_in, without_page
from orders.models import Order
from orders.models.holds import HoldReason
from orders.search import search, searched


def span(time: timedelta) -> str:
    """Short, as it stands in a row: 35 min, 7 h, 3 d."""
    minutes = int(time.total_seconds()) // 60
    if minutes < 120:
        return _("%(n)d min") % {"n": max(minutes, 0)}
    if minutes < 48 * 60:
        return _("%(n)d h") % {"n": minutes // 60}
    return _("%(n)d d") % {"n": minutes // (24 * 60)}


class CappedPaginator(Paginator):
    """Counts no further than people look."""

    @cached_property
    def found(self) -> int:
        return self.object_list.order_by()[: counting.MOST + 1].count()

    @cached_property
    def count(self) -> int:
        return min(self.found, counting.MOST)

    @property
    def count_in_words(self) -> str:
        return counting.in_words(self.found)


class OrderChangeList(ChangeList):
    """One queue of the list; what the columns show is asked for once per page."""

    def get_filters_params(self, params=None):
        found = super().get_filters_params(params)
        return {k: v for k, v in found.items() if k not in (QUEUE, VIEW)}

    def get_queryset(self, request, exclude_parameters=None):
        rows = super().get_queryset(request, exclude_parameters)
        return rows.filter(queue_in(request.GET).where())

    def get_results(self, request):
        super().get_results(request)
        self.result_list = list(self.result_list)
        keys = [order.pk for order in self.result_list]
        columns = additions(Order).columns.values()
        cells = {column.name: column.cells(keys) for column in columns}
        for order in self.result_list:
            order.cells = {name: found.get(order.pk) for name, found in cells.items()}


def _cell(column: Column):
    @admin.display(description=column.label, empty_value=panels.NOTHING)
    def show(order):
        return order.cells[column.name]

    show.__name__ = column.name
    return show


class OrderList(ExportingAdmin, ReadOnlyAdmin):
    """What `OrderAdmin` shows of many orders."""

    list_filter = ["phase", "status", "payment_status", "fulfillment_status", "channel"]
    search_fields = ["number"]  # says that there is a search; `search` does it
    search_help_text = gettext_lazy(
        "Number, tracking number, e-mail, phone or SKU in full, or a name; "
        "sku: status: phase: channel: location: tag: before: after: late"
    )
    list_select_related = ["channel", "customer"]
    list_display_links = ["number"]
    list_max_show_all = 0
    paginator = CappedPaginator
    show_facets = admin.ShowFacets.NEVER
    sortable_by = ()

    class Media:
        css = {"all": ["orders/list.css"]}

    def get_urls(self):
        own = {"bulk/": (bulk.bulk_view, "bulk"), "view/": (views.add_view, "view_add")}
        own["view/<int:pk>/"] = views.change_view, "view_change"
        return [
            *(self._own_url(where, *each) for where, each in own.items()),
            *super().get_urls(),
        ]

    def _own_url(self, where: str, view, name: str):
        def answer(request, **kwargs):
            return view(self, request, **kwargs)

        guarded = self.admin_site.admin_view(answer)
        return path(where, guarded, name=f"orders_order_{name}")

    def get_changelist(self, request, **kwargs):
        return OrderChangeList

    def columns(self) -> list:
        added = additions(Order).columns
        own = {"items": 4, "location": 8}
        shown = ["number", "placed", "buyer", "channel", "total", "phase_badge"]
        shown += ["payment_status", "due", "held"]
        for name in sorted(added, key=lambda name: own.get(name, 99)):
            shown.insert(own.get(name, len(shown)), _cell(added[name]))
        return shown

    def get_list_display(self, request):
        hidden = views.hidden_columns(request)
        ticks = ["action_checkbox"] if bulk.actions_for(request.user) else []
        shown = [each for each in self.columns() if views.name_of(each) not in hidden]
        return [*ticks, *shown]

    def get_ordering(self, request):
        if queue_in(request.GET).name == ALL:
            return ["-placed_at", "-id"]
        return queues.BY_DEADLINE

    def changelist_view(self, request, extra_context=None):
        if answer := self._one_found(request):
            return answer
        known, wanted = queues.all_queues(), request.GET.get(QUEUE, ALL)
        if wanted not in known:
            text = _("There is no queue “%(name)s”. Here are all orders.")
            messages.error(request, text % {"name": wanted[:40]})
        current, numbers = queue_in(request.GET), queues.counts()
        view = views.current_view(request)
        tabs = [
            {
                "name": name,
                "label": queue.label,
                "number": counting.in_words(numbers[name]),
                "alarm": name == "late" and numbers[name],
                "current": current.name == name and view is None,
            }
            for name, queue in known.items()
        ]
        context = {"title": _("Orders"), "tabs": tabs, "queue": current}
        context |= {"view": view, "view_tabs": self._view_tabs(request)}
        context |= {"view_changeable": views.may_change(request.user, view)}
        context |= {"bulk_actions": bulk.actions_for(request.user)}
        context |= {"query": without_page(request.GET)} | (extra_context or {})
        return super().changelist_view(request, context)

    def _view_tabs(self, request) -> list[dict]:
        tabs = views.tabs(self, request)
        for tab in tabs:
            if tab["number"] is not None:
                tab["number"] = counting.in_words(tab["number"])
        return tabs

    def export_rows(self, request):
        """Where the search names one order exactly, that one."""
        if text := request.GET.get(SEARCH_VAR, ""):
            request.found = search(text)
        return super().export_rows(request)

    def _one_found(self, request):
        """The page of the order that the search names exactly."""
        text = request.GET.get(SEARCH_VAR, "")
        if not text or not self.has_view_permission(request):
            return None
        try:
            request.found = search(text)
        except BusinessRuleError as error:
            messages.error(request, str(error))
            request.found = None
            return None
        if request.found.order_pk is None or IS_POPUP_VAR in request.GET:
            return None
        return redirect(panels.page_url(Order, request.found.order_pk))

    def get_search_results(self, request, queryset, search_term):
        """What made no sense finds nothing: the sentence on top says why."""
        if not search_term:
            return queryset, False
        found = getattr(request, "found", None)
        if found is None:
            return queryset.none(), False
        return searched(queryset).filter(found.where), False

    def action_checkbox(self, order):
        """In a label, which is easier to hit than the box; a widget has a template, and
        fifty of those are a sixth of the page's time."""
        return format_html(
            '<label><input type="checkbox" name="{}" value="{}" class="action-select"'
            ' aria-label="{}"></label>',
            ACTION_CHECKBOX_NAME,
            str(order.pk),
            _("Tick %(what)s") % {"what": order},
        )

    @admin.display(description=gettext_lazy("placed"))
    def placed(self, order):
        return format_html(
            '<span title="{}">{}</span>',
            panels.moment(order.placed_at),
            span(timezone.now() - order.placed_at),
        )

    @admin.display(description=gettext_lazy("customer"))
    def buyer(self, order):
        name = order.ship_to_company or order.ship_to_name or order.customer
        return format_html(
            '{} <span class="muted">{}</span>',
            name or panels.NOTHING,
            order.ship_to_country,
        )

    @admin.display(description=gettext_lazy("total"))
    def total(self, order):
        return panels.money(order.total_amount, order.currency)

    @admin.display(description=gettext_lazy("phase"))
    def phase_badge(self, order):
        return panels.status_badge(order, "phase")

    @admin.display(description=gettext_lazy("ship by"))
    def due(self, order):
        """Of interest while something of it is here."""
        if order.ship_by is None:
            return panels.NOTHING
        late = queues.is_late(order)
        look = "late" if late else "" if order.status in queues.OPEN else "muted"
        text = date_format(localtime(order.ship_by), "DAY_TIME_FORMAT")
        if late:
            since = span(timezone.now() - order.ship_by)
            text = _("Late %(time)s") % {"time": since}
        title = panels.moment(order.ship_by)
        return format_html('<span class="{}" title="{}">{}</span>', look, title, text)

    @admin.display(description=gettext_lazy("holds, tags"), empty_value="")
    def held(self, order):
        words = dict(HoldReason.choices)
        rows = {
            (hold["text"], words.get(hold["reason"], hold["reason"]))
            for hold in order.active_holds
        }
        look = '<span class="pill wait" title="{}">{}</span>'
        holds = format_html_join(" ", look, sorted(rows))
        tags = [(tag,) for tag in order.tags]
        return format_html_join(
            " ",
            "{}",
            [
                (each,)
                for each in (
                    holds,
                    format_html_join(" ", '<span class="tag">{}</span>', tags),
                )
                if each
            ],
        )
