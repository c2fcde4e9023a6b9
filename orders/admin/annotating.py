"""Small forms of the order page: a note, tags, priority, gift."""

from django import forms
from django.contrib import messages
from django.http import HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from oms.core import panels, seen
from oms.core.acting import told
from oms.core.tools import actor_of
from orders.admin import asking
from orders.models import Order
from orders.services import notes
from orders.services.annotating import (
    LONGEST,
    PRIORITIES,
    Annotation,
    annotate_orders,
)

ANNOTATE = "orders.annotate_order"


class AnnotationForm(forms.Form):
    tags = forms.CharField(
        label=gettext_lazy("Tags"), required=False, max_length=700, strip=True
    )
    priority = forms.IntegerField(
        label=gettext_lazy("Priority"),
        min_value=PRIORITIES[0],
        max_value=PRIORITIES[-1],
    )
    is_gift = forms.BooleanField(label=gettext_lazy("Gift"), required=False)
    gift_message = forms.CharField(
        label=gettext_lazy("Gift message"),
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args, order: Order, **kwargs):
        self.before = {
            "tags": ", ".join(order.tags),
            "priority": order.priority,
            "is_gift": order.is_gift,
            "gift_message": order.gift_message,
        }
        super().__init__(*args, initial=self.before, **kwargs)

    def annotation(self, order: Order) -> Annotation:
        said = self.cleaned_data
        tags = [tag.strip() for tag in said["tags"].split(",") if tag.strip()]
        message = said["gift_message"] if said["is_gift"] else None
        return Annotation(
            [tag for tag in tags if tag not in order.tags],
            [tag for tag in order.tags if tag not in tags],
            said["priority"],
            said["is_gift"],
            message,
        )


def note(request, pk: int):
    """Adds one; it never goes stale: a note takes nothing back."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    asking.require(request, ANNOTATE)
    order = get_object_or_404(Order, pk=pk)
    out = notes.add_notes({pk: request.POST.get("note", "")}, actor=actor_of(request))
    return told(request, order, out, _("The note is on the timeline."))


def annotate(request, pk: int):
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    asking.require(request, ANNOTATE)
    order = get_object_or_404(Order, pk=pk)
    form = AnnotationForm(request.POST, order=order)
    if not form.is_valid():
        for name, errors in form.errors.items():
            messages.error(request, f"{form[name].label}: {' '.join(errors)}")
        return redirect(panels.page_url(Order, pk))
    try:
        with seen.unchanged(request, order, required=True):
            order.refresh_from_db()
            changes = {pk: form.annotation(order)}
            out = annotate_orders(changes, actor=actor_of(request))
    except seen.Stale as stale:
        return seen.conflict(request, order, stale, form)
    return told(request, order, out, _("Saved."))
