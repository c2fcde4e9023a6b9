"""Keys of partners, made in a few clicks and shown once, and what they have asked."""

from datetime import timedelta

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from oms.core import panels
from oms.core.admin.endpoint_tools import OverlapForm, Words
from oms.core.admin.pages import ReadOnlyAdmin
from oms.core.api import keys
from oms.core.api.models import ApiKey, IdempotencyKey, Scope
from oms.core.api.requestlog import ApiRequest
from oms.core.navigation import Entry, register_entry
from oms.core.tools import Tool, actor_of, register_tool

ADD, CHANGE = "core.add_apikey", "core.change_apikey"
USUAL = [Scope.ORDERS_READ, Scope.ORDERS_WRITE, Scope.WEBHOOKS]
NEWEST = 20

register_entry(
    Entry(
        gettext_lazy("API keys"), "admin:core_apikey_changelist", "core.view_apikey", 75
    )
)
panels.describe_events(
    {
        "apikey.created": gettext_lazy("Key made"),
        "apikey.rotated": gettext_lazy("Key made in the place of another"),
        "apikey.revoked": gettext_lazy("Key revoked"),
    },
    {"scopes": gettext_lazy("may")},
)


class KeyForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=40,
        help_text=gettext_lazy("Whose program uses it."),
    )
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("May"),
        choices=Scope,
        initial=USUAL,
        widget=forms.CheckboxSelectMultiple,
    )
    is_sandbox = forms.BooleanField(
        label=gettext_lazy("Sandbox"),
        required=False,
        help_text=gettext_lazy("Sees only channels that are marked as sandbox."),
    )
    channels = Words(
        label=gettext_lazy("Channels"),
        required=False,
        help_text=gettext_lazy("Codes; empty for all."),
    )
    locations = Words(
        label=gettext_lazy("Locations"),
        required=False,
        help_text=gettext_lazy("Codes, for a warehouse; empty for all."),
    )


def secret_of(key: ApiKey, wanted: str = "") -> panels.Table:
    """`wanted`: the name that was asked for."""
    note = _("Give it to the partner now: it is not shown again.")
    if wanted and wanted != key.name:
        text = _(
            "Its name is %(name)s: another key has, or had, the one that you wrote."
        )
        note = f"{note} {text % {'name': key.name}}"
    return panels.Table(
        _("The key"), [], [[format_html("<code>{}</code>", key.secret)]], note=note
    )


def _rotate(key: ApiKey, given: dict, actor: str):
    overlap = timedelta(hours=given["hours"])
    out = keys.rotate_key(key.pk, overlap=overlap, actor=actor)
    return out if out.refused else secret_of(out.done[0])


def _revoke(key: ApiKey, given: dict, actor: str):
    return keys.revoke_keys([key.pk], actor=actor)


def _lives(key: ApiKey) -> bool:
    return not key.why_not()


class KeyOverlapForm(OverlapForm):
    hours = forms.IntegerField(
        label=gettext_lazy("Hours with both"),
        min_value=0,
        max_value=24 * 14,
        initial=24,
        help_text=gettext_lazy("So long the old key works beside the new one."),
    )


rotate = gettext_lazy("New key in its place")
register_tool(ApiKey, Tool("rotate", rotate, KeyOverlapForm, _rotate, CHANGE, _lives))


class RevokeForm(forms.Form):
    sure = forms.BooleanField(
        label=gettext_lazy("It opens nothing from now on"),
        initial=True,
        help_text=gettext_lazy(
            "The webhook endpoints of this partner are switched off too, unless "
            "another key of its own still works. Neither can be undone."
        ),
    )


revoke = gettext_lazy("Revoke")
register_tool(ApiKey, Tool("revoke", revoke, RevokeForm, _revoke, CHANGE, _lives))


def asked(key: ApiKey) -> panels.Table:
    rows = ApiRequest.objects.filter(key=key).order_by("-id")[:NEWEST]
    return panels.Table(
        _("Newest requests"),
        [_("At"), _("Request"), _("Status"), _("Problem"), _("Took")],
        [
            [
                panels.moment(row.at),
                panels.link(ApiRequest, row.pk, str(row)),
                row.status,
                row.code or panels.NOTHING,
                f"{row.ms} ms",
            ]
            for row in rows
        ],
        empty=_("None lately."),
    )


@admin.register(ApiKey)
class ApiKeyAdmin(ReadOnlyAdmin):
    own_panels = (asked,)
    has_timeline = True
    list_display = ["name", "prefix", "state", "may", "is_sandbox", "last_used_at"]
    list_filter = ["is_sandbox"]
    search_fields = ["name", "prefix__startswith"]
    ordering = ["-id"]
    fields = ["name", "prefix", "state", "may", "channels", "locations", "is_sandbox"]
    fields += ["per_minute", "created_at", "last_used_at", "expires_at", "revoked_at"]

    def has_add_permission(self, request):
        return request.user.has_perm(ADD)

    def add_view(self, request, form_url="", extra_context=None):
        if not self.has_add_permission(request):
            raise PermissionDenied
        form, made = KeyForm(request.POST or None), None
        if request.method == "POST" and form.is_valid():
            wanted = [keys.NewKey(**form.cleaned_data)]
            out = keys.create_keys(wanted, actor=actor_of(request))
            for reasons in out.refused.values():
                form.add_error(None, reasons)
            made = out.done[0] if out.done else None
        context = self.admin_site.each_context(request) | {
            "title": _("API key") if made else _("Add a key"),
            "form": form,
            "panels": [secret_of(made, wanted[0].name.strip())] if made else [],
            "opts": self.opts,
            "made": made,
            "list_url": reverse("admin:core_apikey_changelist"),
            "page_url": panels.page_url(ApiKey, made.pk) if made else "",
            "back": reverse("admin:core_apikey_changelist"),
        }
        return TemplateResponse(request, "admin/core/shown_once.html", context)

    @admin.display(description=gettext_lazy("may"))
    def may(self, key):
        return ", ".join(key.scopes)

    @admin.display(description=gettext_lazy("status"))
    def state(self, key):
        why = key.why_not(timezone.now())
        words = {"": _("Active"), "expired": _("Expired"), "revoked": _("Revoked")}
        return panels.badge("disabled" if why else "active", words[why])


def kept_answer(row: ApiRequest) -> panels.Table | None:
    """What the partner gets who repeats the request."""
    if not row.idempotency_key:
        return None
    kept = IdempotencyKey.objects.filter(
        client=row.key.client, key=row.idempotency_key
    ).first()
    return panels.Table(
        _("What a repetition is answered"),
        [_("Status"), _("Kept until")],
        [[kept.status, panels.moment(kept.expires_at)]] if kept else [],
        empty=_("Nothing is kept: a repetition is handled anew."),
    )


@admin.register(ApiRequest)
class ApiRequestAdmin(ReadOnlyAdmin):
    own_panels = (kept_answer,)
    list_display = ["at", "key", "method", "path", "status", "code", "ms"]
    list_filter = ["method", "key"]
    search_fields = ["request_id__exact", "idempotency_key__exact", "path__exact"]
    search_help_text = gettext_lazy("Id of the request, its key or path, in full")
    list_select_related = ["key"]
    ordering = ["-id"]
    fields = ["at", "key", "method", "path", "status", "code", "ms", "request_id"]
    fields += ["idempotency_key"]
