"""The door in the back office: secrets are made and shown once, calls looked at."""

from django import forms
from django.contrib import admin
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from channels.models import Channel, HookCall
from channels.services.door import make_secret
from oms.core import panels
from oms.core.admin import ReadOnlyAdmin
from oms.core.tools import Tool, register_tool

MOST_SHOWN = 100_000  # bytes of a body


def secrets_of(channel: Channel) -> panels.Table:
    """When secrets were made and until when they work; never the secrets."""
    now = timezone.now()
    return panels.Table(
        _("Secrets"),
        [_("Made"), _("Works")],
        [
            [panels.moment(secret.created_at), _works(secret.ends_at, now)]
            for secret in channel.secrets.order_by("-pk")
        ],
        note=_("Signed calls go to %(url)s.")
        % {"url": reverse("hook", args=[channel.code])},
        empty=_("None: the channel cannot call."),
    )


def _works(end, now) -> str:
    if end is None:
        return _("yes")
    words = _("until %(at)s") if end > now else _("no longer, ended %(at)s")
    return words % {"at": panels.moment(end)}


class SecretForm(forms.Form):
    old_until = forms.DateTimeField(
        label=gettext_lazy("Older secrets work until"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
        help_text=gettext_lazy(
            "Time to change the shop. Empty: they end at once, also for calls on "
            "their way."
        ),
    )

    def clean_old_until(self):
        until = self.cleaned_data["old_until"]
        if until and until <= timezone.now():
            raise forms.ValidationError(_("This is over; name a time to come."))
        return until


def _make_secret(channel: Channel, given: dict, actor: str) -> panels.Table:
    secret = make_secret(channel, actor=actor, **given)
    return panels.Table(
        _("The new secret"),
        [_("Secret")],
        [[format_html("<code>{}</code>", secret)]],
        note=_("Copy it into the shop now: it is not shown again."),
    )


register_tool(
    Channel,
    Tool(
        "make-secret",
        gettext_lazy("Make a secret"),
        SecretForm,
        _make_secret,
        "channels.add_channelsecret",
    ),
)


@admin.register(HookCall)
class HookCallAdmin(ReadOnlyAdmin):
    list_display = ["call_id", "channel", "badge", "note", "received_at"]
    list_filter = ["status", "channel"]
    search_fields = ["call_id__exact"]
    search_help_text = gettext_lazy("Id of the call, in full")
    list_select_related = ["channel"]
    ordering = ["-id"]
    fields = ["channel", "call_id", "badge", "note", "received_at", "as_it_came"]

    def get_queryset(self, request):
        return super().get_queryset(request).defer("body")

    @admin.display(description=gettext_lazy("status"), ordering="status")
    def badge(self, call):
        return panels.status_badge(call)

    @admin.display(description=gettext_lazy("body"))
    def as_it_came(self, call):
        text = bytes(call.body[:MOST_SHOWN]).decode(errors="backslashreplace")
        return format_html('<pre class="payload">{}</pre>', text)
