"""Holds on the order page: by name, placed and released one by one."""

from django import forms
from django.contrib import admin
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from oms.core import panels
from oms.core.admin import ReadOnlyAdmin
from oms.core.tools import actor_of
from orders.admin import asking
from orders.models import Hold, Order
from orders.models.holds import Blocks, HoldReason
from orders.services.holds import NewHold, place_holds, release_holds

panels.describe_events(
    {
        "order.held": gettext_lazy("Order held"),
        "order.hold_released": gettext_lazy("Hold released"),
    },
    {
        "blocks": gettext_lazy("blocks"),
        "hold": gettext_lazy("hold"),
        "source": gettext_lazy("source"),
    },
)


def blocks_in_words(hold: Hold) -> str:
    labels = dict(Blocks.choices)
    return ", ".join(str(labels.get(each, each)) for each in hold.blocks)


class HoldForm(forms.Form):
    reason = forms.ChoiceField(label=gettext_lazy("Reason"), choices=HoldReason.choices)
    blocks = forms.MultipleChoiceField(
        label=gettext_lazy("Blocks"),
        choices=Blocks.choices,
        initial=[Blocks.RELEASE, Blocks.SHIP],
        widget=forms.CheckboxSelectMultiple,
    )
    note = forms.CharField(label=gettext_lazy("Note"), max_length=200, required=False)
    until = forms.DateTimeField(
        label=gettext_lazy("Until"),
        required=False,
        widget=forms.DateTimeInput({"type": "datetime-local"}, "%Y-%m-%dT%H:%M"),
    )
    until_paid = forms.BooleanField(
        label=gettext_lazy("Until it is paid"), required=False
    )


def place(request, pk: int):
    asking.require(request, "orders.place_hold")
    order = get_object_or_404(Order, pk=pk)
    actor = actor_of(request)
    form = HoldForm(request.POST or None)

    def do(said):
        new = NewHold(order.pk, source=actor, handle=said["reason"], **said)
        return place_holds([new], actor=actor)

    return asking.ask(
        request,
        order,
        form,
        do,
        asking.Words(
            _("Place a hold"),
            _("Hold the order"),
            _("%(order)s is on hold.") % {"order": order},
        ),
    )


class ReleaseForm(forms.Form):
    note = forms.CharField(
        label=gettext_lazy("Note"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Needed where fraud was suspected."),
    )


@admin.register(Hold)
class HoldAdmin(ReadOnlyAdmin):
    list_display = ["id", "order", "reason", "blocked", "placed_at", "placed_by"]
    list_display += ["until", "released_at"]
    list_filter = ["reason", ("released_at", admin.EmptyFieldListFilter)]
    search_fields = ["order__number__exact"]
    search_help_text = gettext_lazy("Number of the order")
    list_select_related = ["order"]
    ordering = ["-id"]
    fields = ["order", "reason", "blocked", "note", "source", "handle", "until"]
    fields += ["until_paid", "placed_by", "placed_at", "released_by", "released_at"]
    fields += ["release_note"]

    @admin.display(description=gettext_lazy("blocks"))
    def blocked(self, hold):
        return blocks_in_words(hold)

    def get_urls(self):
        view = self.admin_site.admin_view(self.release)
        name = "orders_hold_release"
        return [path("<int:pk>/release/", view, name=name), *super().get_urls()]

    def release(self, request, pk: int):
        asking.require(request, "orders.release_hold")
        hold = get_object_or_404(Hold.objects.select_related("order"), pk=pk)
        return asking.ask(
            request,
            hold.order,
            ReleaseForm(request.POST if request.method == "POST" else None),
            lambda said: release_holds(
                [hold.pk], actor=actor_of(request), note=said["note"]
            ),
            asking.Words(
                _("Release %(hold)s") % {"hold": hold},
                _("Release this hold"),
                _("%(hold)s is released.") % {"hold": hold},
            ),
        )
