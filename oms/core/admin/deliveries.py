"""What was sent to endpoints, with what they said, and sending it again."""

import json

from django import forms
from django.contrib import admin, messages
from django.utils.dateparse import parse_datetime
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from oms.core import panels
from oms.core.admin.pages import ReadOnlyAdmin
from oms.core.fixes import Fix, Kind, Way, by_subject, done, register_kinds
from oms.core.models import WebhookDelivery, WebhookEndpoint
from oms.core.tools import Tool, actor_of, register_tool
from oms.core.webhooks import endpoints, replaying

CHANGE = "core.change_webhookendpoint"


def _switch_on(items, actor, values):
    keys = [item.subject_id for item in items]
    return by_subject(items, endpoints.resume_endpoints(keys, actor=actor))


register_kinds(
    {
        endpoints.OFF: Kind(
            gettext_lazy("Webhooks switched off"),
            gettext_lazy("The partner's program did not take them; ask its people."),
            (
                Fix("switch_on", gettext_lazy("Switch on again"), CHANGE, _switch_on),
                done(gettext_lazy("It is not used any more")),
            ),
            (
                Way(
                    gettext_lazy("Look at the endpoint"),
                    "core.view_webhookendpoint",
                    lambda item: panels.page_url(WebhookEndpoint, item.subject_id),
                ),
            ),
        )
    }
)


def _again(row: WebhookDelivery, given: dict, actor: str):
    return replaying.replay_deliveries([row.pk], actor=actor)


register_tool(
    WebhookDelivery,
    Tool("replay", gettext_lazy("Replay"), forms.Form, _again, CHANGE),
)


def tries(row: WebhookDelivery) -> panels.Table:
    return panels.Table(
        _("All tries"),
        [_("At"), _("Answer"), _("Took"), _("What was wrong")],
        [
            [
                panels.moment(parse_datetime(each["at"])),
                each["status"] or panels.NOTHING,
                f"{each['ms']} ms",
                each["error"] or panels.NOTHING,
            ]
            for each in row.log
        ],
        empty=_("None yet; it goes out within seconds."),
    )


@admin.register(WebhookDelivery)
class WebhookDeliveryAdmin(ReadOnlyAdmin):
    own_panels = (tries,)
    list_display = ["message_id", "type", "endpoint", "badge", "attempts"]
    list_display += ["answer_status", "took", "created_at"]
    list_filter = ["status", "endpoint"]
    search_fields = ["message_id__exact", "type__exact"]
    search_help_text = gettext_lazy("Id of the message or name of the event, in full")
    list_select_related = ["endpoint"]
    ordering = ["-id"]
    actions = ["replay"]
    fields = ["endpoint", "message_id", "type", "badge", "attempts", "next_attempt_at"]
    fields += ["answer_status", "took", "error", "answer", "what_was_sent"]

    def get_queryset(self, request):
        rows = super().get_queryset(request)
        match = request.resolver_match
        is_list = not match or "object_id" not in match.kwargs
        return rows.defer("body", "answer_text", "log") if is_list else rows

    def has_replay_permission(self, request):
        return request.user.has_perm(CHANGE)

    @admin.action(description=gettext_lazy("Replay"), permissions=["replay"])
    def replay(self, request, chosen):
        pks = list(chosen.values_list("pk", flat=True))
        out = replaying.replay_deliveries(pks, actor=actor_of(request))
        if out.done:
            text = ngettext(
                "%(n)d delivery is on its way.",
                "%(n)d deliveries are on their way.",
                len(out.done),
            )
            self.message_user(request, text % {"n": len(out.done)}, messages.SUCCESS)
        for reason in dict.fromkeys(r for why in out.refused.values() for r in why):
            self.message_user(request, reason, messages.WARNING)

    @admin.display(description=gettext_lazy("status"), ordering="status")
    def badge(self, row):
        return panels.status_badge(row)

    @admin.display(description=gettext_lazy("took"), ordering="answer_ms")
    def took(self, row):
        return panels.NOTHING if row.answer_ms is None else f"{row.answer_ms} ms"

    @admin.display(description=gettext_lazy("what it said"))
    def answer(self, row):
        return format_html('<pre class="payload">{}</pre>', row.answer_text)

    @admin.display(description=gettext_lazy("what was sent"))
    def what_was_sent(self, row):
        text = json.dumps(json.loads(row.body), indent=2)
        return format_html('<pre class="payload">{}</pre>', text)
