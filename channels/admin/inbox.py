"""Messages of channels, looked at."""

import json

from django.contrib import admin
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from channels.messages import IncomingOrder, IncomingReturn, MessageError
from channels.models import InboundMessage
from oms.core import panels
from oms.core.admin import ReadOnlyAdmin


def ordered(message: InboundMessage) -> panels.Table | None:
    """The lines of the order in the message, if it can be read."""
    if message.kind != InboundMessage.Kind.ORDER:
        return None
    try:
        order = IncomingOrder.from_payload(message.payload)
    except MessageError as error:
        return panels.Table(_("Cannot be read"), [], [], note=str(error))
    return panels.Table(
        _("What was ordered"),
        [_("SKU"), _("Name"), _("Pieces"), _("Unit price"), _("Discount")],
        [
            [
                line.sku,
                line.name or panels.NOTHING,
                line.quantity,
                panels.money(line.unit_price, order.currency),
                panels.money(line.discount_amount, order.currency),
            ]
            for line in order.lines
        ],
        note=_in_short(order),
    )


def asked_back(message: InboundMessage) -> panels.Table | None:
    """What the customer wants to send back, if it can be read."""
    if message.kind != InboundMessage.Kind.RETURN:
        return None
    try:
        asked = IncomingReturn.from_payload(message.payload)
    except MessageError as error:
        return panels.Table(_("Cannot be read"), [], [], note=str(error))
    return panels.Table(
        _("What is to come back"),
        [_("SKU"), _("Pieces")],
        [[line.sku, line.quantity] for line in asked.lines],
        note=_("Of order %(order)s. Reason: %(reason)s. %(note)s")
        % {
            "order": asked.order,
            "reason": asked.reason or _("not said"),
            "note": asked.note,
        },
    )


def _in_short(order: IncomingOrder) -> str:
    address, customer = order.ship_to, order.customer
    place = f"{address.postal_code} {address.city}".strip()
    to = [address.name, address.street, place, address.country]
    return _("For %(who)s, to %(where)s; total %(total)s.") % {
        "who": (customer and (customer.name or customer.email)) or _("nobody named"),
        "where": ", ".join(part for part in to if part) or _("no address"),
        "total": _("not said")
        if order.total_amount is None
        else panels.money(order.total_amount, order.currency),
    }


@admin.register(InboundMessage)
class InboundMessageAdmin(ReadOnlyAdmin):
    own_panels = (ordered, asked_back)
    list_display = ["external_id", "channel", "kind", "badge", "short_error"]
    list_display += ["received_at", "processed_at"]
    list_filter = ["status", "kind", "channel"]
    search_fields = ["external_id__exact"]
    search_help_text = gettext_lazy("External id, in full")
    list_select_related = ["channel"]
    ordering = ["-id"]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    ("channel", "kind", "external_id"),
                    ("badge", "received_at", "processed_at"),
                    "error",
                ]
            },
        ),
        (
            gettext_lazy("The message as it came"),
            {"fields": ["as_it_came"], "classes": ["collapse"]},
        ),
    ]

    def get_queryset(self, request):
        rows = super().get_queryset(request)
        match = request.resolver_match
        return rows if match and "object_id" in match.kwargs else rows.defer("payload")

    @admin.display(description=gettext_lazy("status"), ordering="status")
    def badge(self, message):
        return panels.status_badge(message)

    @admin.display(description=gettext_lazy("error"))
    def short_error(self, message):
        return message.error[:80] or panels.NOTHING

    @admin.display(description=gettext_lazy("message"))
    def as_it_came(self, message):
        text = json.dumps(message.payload, indent=2, ensure_ascii=False)
        return format_html('<pre class="payload">{}</pre>', text)
