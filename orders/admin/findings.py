"""The way out of a finding: the page that corrects an address, the one that accepts
what was found, and the links to both on the page of the work item."""

from collections.abc import Iterator
from urllib.parse import urlencode

from django import forms
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from oms.core import panels
from oms.core.models import WorkItem
from oms.core.panels import register_panel
from oms.core.tools import actor_of
from orders import addressing
from orders.admin import asking
from orders.models import Order
from orders.services.acceptance import accept_findings
from orders.services.addresses import correct_addresses
from orders.services.validation import ACCEPTABLE, CHECKS

TYPED = [
    *("ship_to_name", "ship_to_company", "ship_to_street", "ship_to_street2"),
    *("ship_to_postal_code", "ship_to_city", "ship_to_region", "ship_to_country"),
    "ship_to_phone",
]

panels.describe_events(
    {
        "order.address_corrected": gettext_lazy("Address corrected"),
        "order.finding_accepted": gettext_lazy("Finding accepted"),
    }
)


class AddressForm(forms.ModelForm):
    class Meta:
        model = Order
        fields = TYPED

    def _post_clean(self):
        """The service checks and writes; the order is left as it is."""


def address(request, pk: int):
    asking.require(request, "orders.correct_order")
    order = get_object_or_404(Order, pk=pk)
    suggestion = addressing.suggestion(order)
    sent = request.POST if request.method == "POST" else None
    form = AddressForm(sent, instance=order, initial=suggestion)

    def do(said):
        changed = {k: v for k, v in said.items() if v != getattr(order, k)}
        return correct_addresses(
            {order.pk: changed or {"ship_to_name": order.ship_to_name}},
            actor=actor_of(request),
        )

    return asking.ask(
        request,
        order,
        form,
        do,
        asking.Words(
            _("Correct the address"),
            _("Save and try again"),
            _("The address is saved; the order goes on if nothing else is wrong."),
        ),
        side_by_side(order, suggestion),
    )


def side_by_side(order: Order, suggestion: dict[str, str]) -> panels.Table:
    return panels.Table(
        _("Address"),
        [_("Field"), _("As it is"), _("Suggested")],
        [
            [
                str(Order._meta.get_field(name).verbose_name).capitalize(),
                getattr(order, name) or panels.NOTHING,
                suggestion.get(name, panels.NOTHING),
            ]
            for name in TYPED
        ],
        note=addressing.wrong(order),
    )


class AcceptForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=200,
        help_text=gettext_lazy("Why it is right as it is. It stands on the timeline."),
    )


def accept(request, pk: int, kind: str):
    asking.require(request, "orders.correct_order")
    if kind not in ACCEPTABLE:
        raise Http404
    order = get_object_or_404(Order, pk=pk)
    return asking.ask(
        request,
        order,
        AcceptForm(request.POST if request.method == "POST" else None),
        lambda said: accept_findings(
            {order.pk: [kind]}, reason=said["reason"], actor=actor_of(request)
        ),
        asking.Words(
            _("Accept: %(kind)s") % {"kind": kind.replace("_", " ")},
            _("Accept and try again"),
            _("Accepted; the order goes on if nothing else is wrong."),
        ),
    )


def way_out(item: WorkItem) -> panels.Table | None:
    """On the page of a work item: what can be done about it."""
    if item.subject_type != "order" or item.kind not in CHECKS:
        return None
    if item.status == WorkItem.Status.RESOLVED:
        return None
    order = Order.objects.filter(pk=item.subject_id).first()
    if order is None:
        return None
    rows = [[link] for link in _links(item, order)]
    return panels.Table(_("What to do"), [], rows) if rows else None


def _links(item: WorkItem, order: Order) -> Iterator[str]:
    if item.kind == "unknown_sku":
        for sku in item.data.get("skus", ()):
            query = urlencode({"channel": order.channel_id, "sku": sku})
            url = f"{reverse('admin:channels_listing_add')}?{query}"
            yield _link(url, _("Say which product %(sku)s is") % {"sku": sku})
    if item.kind == "bad_address":
        text = _("Correct the address")
        if suggestion := item.data.get("suggestion"):
            text = _("Correct the address: %(suggestion)s") % {
                "suggestion": ", ".join(suggestion.values())
            }
        yield _link(reverse("admin:orders_order_address", args=[order.pk]), text)
    if item.kind in ACCEPTABLE:
        url = reverse("admin:orders_order_accept", args=[order.pk, item.kind])
        yield _link(url, _("Accept it as it is"))
    if item.kind == "high_risk":
        yield panels.link(Order, order.pk, _("Look at its signals and its holds"))


def _link(url: str, text: str) -> str:
    return format_html('<a href="{}">{}</a>', url, text)


register_panel(WorkItem, way_out)
