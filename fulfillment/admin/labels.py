"""Labels: bought, voided and printed; the paper of a parcel."""

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.clickjacking import xframe_options_sameorigin

from fulfillment.admin.station import places_of
from fulfillment.admin.work import StatusAdmin
from fulfillment.carriers.base import name_of
from fulfillment.models import Label, Shipment
from fulfillment.services import label_voiding, labels, printing, shipping
from oms.core import panels
from oms.core.chunks import in_chunks
from oms.core.outcome import Outcome
from oms.core.tools import Tool, actor_of, register_tool


def tell(request, out: Outcome, done: str) -> None:
    """One message for what was done, one for each refusal."""
    if out.done:
        messages.success(request, done)
    for reasons in out.refused.values():
        messages.error(request, " ".join(reasons))


def pdf(content: bytes, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    answer["Cache-Control"] = "no-store"
    return answer


def labels_of_parcel(shipment: Shipment) -> panels.Table:
    headings = [_("Status"), _("Carrier"), _("Service"), _("Tracking number")]
    headings += [_("Price"), _("Why this one"), _("Error"), _("Printed"), ""]
    return panels.Table(
        _("Labels"),
        headings,
        [
            [
                panels.link(Label, label.pk, label.get_status_display()),
                name_of(label.carrier),
                label.service,
                label.tracking_number or panels.NOTHING,
                panels.money(label.price, label.currency),
                label.reason or panels.NOTHING,
                label.error or panels.NOTHING,
                label.printed,
                print_link(label),
            ]
            for label in shipment.labels.defer("document").order_by("id")
        ],
        empty=_("None was bought. Choose Buy labels in the list of shipments."),
    )


def print_link(label: Label) -> str:
    if label.status != Label.Status.PURCHASED:
        return panels.NOTHING
    url = reverse("admin:fulfillment_label_print", args=[label.pk])
    return format_html('<a href="{}">{}</a>', url, _("Print label"))


@admin.action(description=gettext_lazy("Buy labels"), permissions=["buy"])
def buy_labels(page, request, parcels):
    out = in_chunks(labels.request_labels, list(parcels), actor=actor_of(request))
    done = ngettext("%d label bought.", "%d labels bought.", len(out.done))
    tell(request, out, done % len(out.done))


@admin.action(description=gettext_lazy("Void labels"), permissions=["void"])
def void_labels_of_parcels(page, request, parcels):
    live = Label.objects.filter(shipment__in=parcels, status__in=Label.LIVE)
    void_labels(page, request, live.defer("document"))


@admin.action(description=gettext_lazy("Void labels"), permissions=["void"])
def void_labels(page, request, chosen):
    out = in_chunks(label_voiding.void_labels, list(chosen), actor=actor_of(request))
    done = ngettext("%d label voided.", "%d labels voided.", len(out.done))
    tell(request, out, done % len(out.done))


@admin.action(description=gettext_lazy("Ship with label"), permissions=["ship"])
def ship_with_label(page, request, parcels):
    out = in_chunks(shipping.ship_labelled, list(parcels), actor=actor_of(request))
    done = ngettext("%d parcel shipped.", "%d parcels shipped.", len(out.done))
    tell(request, out, done % len(out.done))


def has_live_label(parcel: Shipment) -> bool:
    live = parcel.labels.filter(status__in=Label.LIVE)
    return parcel.status == Shipment.Status.DRAFT and live.exists()


def void_label_of(parcel: Shipment, _given: dict, actor: str) -> Outcome:
    live = parcel.labels.filter(status__in=Label.LIVE).defer("document")
    return label_voiding.void_labels(live, actor=actor)


register_tool(
    Shipment,
    Tool(
        "void-label",
        gettext_lazy("Void the label"),
        forms.Form,
        void_label_of,
        "fulfillment.void_label",
        has_live_label,
    ),
)


class LabelPermissions:
    def has_buy_permission(self, request):
        return request.user.has_perm("fulfillment.buy_label")

    def has_void_permission(self, request):
        return request.user.has_perm("fulfillment.void_label")

    def has_ship_permission(self, request):
        return request.user.has_perm("fulfillment.ship_shipment")


@admin.register(Label)
class LabelAdmin(LabelPermissions, StatusAdmin):
    place = "shipment__fulfillment_order__location"
    actions = [void_labels]
    list_display = ["idempotency_key", "shipment", "badge", "carrier", "service"]
    list_display += ["tracking_number", "price", "currency", "printed", "created_at"]
    list_filter = ["status", "carrier", "service"]
    search_fields = ["tracking_number__exact", "shipment__number__exact"]
    search_help_text = gettext_lazy("Tracking number, or number of the shipment")
    list_select_related = ["shipment"]
    ordering = ["-id"]
    fields = [("shipment", "badge"), ("carrier", "service"), "tracking_number"]
    fields += [("price", "currency"), "reason", "error", "idempotency_key"]
    fields += [("attempts", "next_attempt_at"), "printed", "actor"]
    fields += [("created_at", "purchased_at", "voided_at")]

    def get_queryset(self, request):
        return super().get_queryset(request).defer("document")

    def get_urls(self):
        view = self.admin_site.admin_view(xframe_options_sameorigin(self.print_view))
        name = "fulfillment_label_print"
        return [path("<int:pk>/print/", view, name=name), *super().get_urls()]

    def print_view(self, request, pk):
        """GET shows the paper; POST is a print, which counts."""
        allowed = self.has_view_permission(request)
        if request.method == "POST":
            allowed = request.user.has_perm("fulfillment.print_label")
        if not allowed:
            raise PermissionDenied
        rows, places = Label.objects.filter(pk=pk), places_of(request.user)
        if places is not None:
            rows = rows.filter(shipment__fulfillment_order__location__in=places)
        label = rows.first()
        if label is None:
            raise Http404
        if request.method != "POST" and (paper := printing.paper_of(label)):
            return pdf(paper, label.tracking_number)
        out = printing.print_labels([label], actor=actor_of(request))
        if out.refused:
            tell(request, out, "")
            return redirect("admin:fulfillment_label_change", pk)
        return pdf(out.one().document, label.tracking_number)
