"""What is asked about an endpoint, and the tools of its page."""

from datetime import timedelta

from django import forms
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from oms.core import panels
from oms.core.models import WebhookEndpoint
from oms.core.tools import Tool, register_tool
from oms.core.webhooks import endpoints, replaying
from oms.core.webhooks.models import LONGEST_URL

CHANGE = "core.change_webhookendpoint"


class Words(forms.CharField):
    """Words with spaces or commas between them."""

    def prepare_value(self, value):
        return value if isinstance(value, str) or value is None else " ".join(value)

    def clean(self, value):
        return super().clean(value).replace(",", " ").split()


class EndpointForm(forms.Form):
    url = forms.CharField(
        label=gettext_lazy("Address"),
        max_length=LONGEST_URL,
        initial="https://",
        widget=forms.URLInput(attrs={"class": "vURLField"}),
    )
    event_types = Words(
        label=gettext_lazy("Events"),
        initial="*",
        help_text=gettext_lazy(
            "* for all, order.* for all of orders, or names such as order.confirmed, "
            "with spaces between them."
        ),
    )
    description = forms.CharField(
        label=gettext_lazy("Description"), max_length=200, required=False
    )
    channels = Words(
        label=gettext_lazy("Channels"),
        required=False,
        help_text=gettext_lazy("Codes; empty for all."),
    )
    locations = Words(
        label=gettext_lazy("Locations"),
        required=False,
        help_text=gettext_lazy("Codes; empty for all. With some, orders are not told."),
    )


class NewEndpointForm(EndpointForm):
    is_sandbox = forms.BooleanField(label=gettext_lazy("Sandbox"), required=False)


class ReplayForm(forms.Form):
    since = forms.DateTimeField(
        label=gettext_lazy("From"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
        initial=lambda: _midnight(-1),
    )
    until = forms.DateTimeField(
        label=gettext_lazy("Until"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
        initial=lambda: _midnight(0),
        help_text=gettext_lazy(
            "What happened meanwhile is told again, under the same ids; as it stands, "
            "yesterday."
        ),
    )


def _midnight(days: int):
    day = timezone.localtime() + timedelta(days=days)
    return day.strftime("%Y-%m-%dT00:00")


class OverlapForm(forms.Form):
    hours = forms.IntegerField(
        label=gettext_lazy("Hours with both"),
        min_value=0,
        max_value=24 * 14,
        initial=24,
        help_text=gettext_lazy("So long each message carries two signatures."),
    )


def _rotate(endpoint: WebhookEndpoint, given: dict, actor: str):
    overlap = timedelta(hours=given["hours"])
    out = endpoints.rotate_secret(endpoint.pk, overlap=overlap, actor=actor)
    return out if out.refused else secret_of(out.done[0])


def secret_of(endpoint: WebhookEndpoint) -> panels.Table:
    return panels.Table(
        _("The secret"),
        [],
        [[format_html("<code>{}</code>", endpoint.secret)]],
        note=_("Give it to the partner's program now: it is not shown again."),
    )


def _replay(endpoint: WebhookEndpoint, given: dict, actor: str):
    return replaying.replay_events(endpoint.pk, actor=actor, **given)


def _stop(endpoint: WebhookEndpoint, given: dict, actor: str):
    reason = _("By staff.")
    return endpoints.disable_endpoints([endpoint.pk], reason=reason, actor=actor)


def is_on(endpoint: WebhookEndpoint) -> bool:
    return endpoint.status == WebhookEndpoint.Status.ACTIVE


def is_off(endpoint: WebhookEndpoint) -> bool:
    return not is_on(endpoint)


for tool in (
    Tool(
        "pause",
        gettext_lazy("Pause"),
        forms.Form,
        lambda row, given, actor: endpoints.pause_endpoints([row.pk], actor=actor),
        CHANGE,
        is_on,
    ),
    Tool(
        "switch-on",
        gettext_lazy("Switch on"),
        forms.Form,
        lambda row, given, actor: endpoints.resume_endpoints([row.pk], actor=actor),
        CHANGE,
        is_off,
    ),
    Tool("switch-off", gettext_lazy("Switch off"), forms.Form, _stop, CHANGE, is_on),
    Tool("replay", gettext_lazy("Replay events"), ReplayForm, _replay, CHANGE, is_on),
    Tool("rotate", gettext_lazy("New secret"), OverlapForm, _rotate, CHANGE),
):
    register_tool(WebhookEndpoint, tool)
