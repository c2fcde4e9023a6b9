"""Webhook endpoints: made and tried out in a few clicks, stopped, told once more."""

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from oms.core import panels
from oms.core.admin.endpoint_tools import (
    CHANGE,
    EndpointForm,
    NewEndpointForm,
    is_on,
    secret_of,
)
from oms.core.admin.pages import ReadOnlyAdmin
from oms.core.models import WebhookDelivery, WebhookEndpoint
from oms.core.navigation import Entry, register_entry
from oms.core.tools import actor_of
from oms.core.webhooks import delivering, endpoints, replaying

ADD = "core.add_webhookendpoint"
NEWEST = 10

register_entry(
    Entry(
        gettext_lazy("Webhooks"),
        "admin:core_webhookendpoint_changelist",
        "core.view_webhookendpoint",
        76,
    )
)
panels.describe_events(
    {
        "webhookendpoint.created": gettext_lazy("Endpoint made"),
        "webhookendpoint.changed": gettext_lazy("Endpoint changed"),
        "webhookendpoint.secret_made": gettext_lazy("New secret made"),
        "webhookendpoint.paused": gettext_lazy("Endpoint paused"),
        "webhookendpoint.resumed": gettext_lazy("Endpoint switched on"),
        "webhookendpoint.disabled": gettext_lazy("Endpoint switched off"),
        "webhookendpoint.deleted": gettext_lazy("Endpoint deleted"),
        "webhookendpoint.replayed": gettext_lazy("Events told again"),
    },
    {
        "url": gettext_lazy("address"),
        "event_types": gettext_lazy("events"),
        "older_end": gettext_lazy("older secret ends"),
        "since": gettext_lazy("from"),
        "until": gettext_lazy("until"),
        "deliveries": gettext_lazy("deliveries"),
    },
)


def newest(endpoint: WebhookEndpoint) -> panels.Table:
    rows = endpoint.deliveries.order_by("-id")[:NEWEST]
    return panels.Table(
        _("Newest deliveries"),
        [_("At"), _("Event"), _("Status"), _("Answer"), _("Took")],
        [
            [
                panels.moment(row.created_at),
                panels.link(WebhookDelivery, row.pk, row.type),
                panels.status_badge(row),
                row.error or row.answer_status or panels.NOTHING,
                panels.NOTHING if row.answer_ms is None else f"{row.answer_ms} ms",
            ]
            for row in rows
        ],
        empty=_("Nothing was sent yet."),
    )


@admin.register(WebhookEndpoint)
class WebhookEndpointAdmin(ReadOnlyAdmin):
    change_form_template = "admin/core/webhookendpoint.html"
    own_panels = (newest,)
    has_timeline = True
    list_display = ["name", "badge", "events", "owner", "is_sandbox", "failing_since"]
    list_filter = ["status", "is_sandbox"]
    search_fields = ["url", "description", "owner__exact"]
    ordering = ["-id"]
    fields = ["url", "description", "badge", "reason", "events", "channels"]
    fields += ["locations", "is_sandbox", "owner", "old_until", "failures"]
    fields += ["failing_since", "resting_until", "created_at"]

    def get_urls(self):
        def wrapped(view):
            return self.admin_site.admin_view(view)

        return [
            path(
                "<int:pk>/edit/", wrapped(self.edit), name="core_webhookendpoint_edit"
            ),
            path(
                "<int:pk>/test/", wrapped(self.test), name="core_webhookendpoint_test"
            ),
            *super().get_urls(),
        ]

    def has_add_permission(self, request):
        return request.user.has_perm(ADD)

    def render_change_form(self, request, context, *args, obj=None, **kwargs):
        if obj is not None and request.user.has_perm(CHANGE):
            context["edit_url"] = self._url("edit", obj)
            context["test_url"] = self._url("test", obj) if is_on(obj) else ""
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)

    def add_view(self, request, form_url="", extra_context=None):
        """Not in a transaction: the name server is asked."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form, tables, made = NewEndpointForm(request.POST or None), [], None
        if request.method == "POST" and form.is_valid():
            new = endpoints.NewEndpoint(**form.cleaned_data)
            out = endpoints.create_endpoint(new, actor=actor_of(request))
            if not _refused(form, out):
                [made] = out.done
                tables = [secret_of(made)]
        return self._page(request, form, tables, made)

    def edit(self, request, pk: int):
        row = get_object_or_404(WebhookEndpoint, pk=pk)
        if not request.user.has_perm(CHANGE):
            raise PermissionDenied
        now = {name: getattr(row, name) for name in endpoints.CHANGEABLE}
        form = EndpointForm(request.POST or None, initial=now)
        if request.method == "POST" and form.is_valid():
            given, actor = form.cleaned_data, actor_of(request)
            if not _refused(form, endpoints.change_endpoint(pk, given, actor=actor)):
                messages.success(request, _("Saved."))
                return redirect(panels.page_url(WebhookEndpoint, pk))
        return self._page(request, form, [], None, row)

    def test(self, request, pk: int):
        """POST: send a test now and show what came of it."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        row = get_object_or_404(WebhookEndpoint, pk=pk)
        if not request.user.has_perm(CHANGE):
            raise PermissionDenied
        if reason := replaying.not_listening(row):
            messages.error(request, reason)
            return redirect(panels.page_url(WebhookEndpoint, pk))
        delivery = replaying.send_test(row)
        delivering.deliver([delivery.pk])
        return redirect(panels.page_url(WebhookDelivery, delivery.pk))

    def _page(self, request, form, tables, made, row=None):
        back = reverse("admin:core_webhookendpoint_changelist")
        context = self.admin_site.each_context(request) | {
            "title": _("Webhook endpoint") if row or made else _("Add an endpoint"),
            "form": form,
            "panels": tables,
            "opts": self.opts,
            "made": made,
            "test_url": made and self._url("test", made),
            "page_url": panels.page_url(WebhookEndpoint, made.pk) if made else "",
            "list_url": back,
            "back": panels.page_url(WebhookEndpoint, row.pk) if row else back,
        }
        template = "admin/core/shown_once.html"
        return TemplateResponse(request, template, context)

    def _url(self, name: str, row: WebhookEndpoint) -> str:
        return reverse(f"admin:core_webhookendpoint_{name}", args=[row.pk])

    @admin.display(description=gettext_lazy("endpoint"), ordering="url")
    def name(self, row):
        return str(row)

    @admin.display(description=gettext_lazy("status"), ordering="status")
    def badge(self, row):
        return panels.status_badge(row)

    @admin.display(description=gettext_lazy("events"))
    def events(self, row):
        return ", ".join(row.event_types)


def _refused(form: forms.Form, out) -> bool:
    for name, reasons in out.refused.items():
        form.add_error(name if name in form.fields else None, reasons)
    return bool(out.refused)
