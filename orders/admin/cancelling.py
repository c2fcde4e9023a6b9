"""Cancelling on pages of its own: it asks why."""

from django import forms
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from oms.core.outcome import Outcome
from oms.core.tools import actor_of
from orders.admin import asking
from orders.admin.pieces import CancelPiecesForm
from orders.models import Order
from orders.services.cancellation import (
    asked_elsewhere,
    cancel_lines,
    cancel_orders,
)


class CancelForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=200,
        help_text=gettext_lazy("It stands on the timeline."),
    )
    force = forms.BooleanField(
        label=gettext_lazy("Even where picking has begun, or a partner has it"),
        required=False,
        help_text=gettext_lazy(
            "The station is told to stop at the next scan; a partner is not asked, and "
            "may send it all the same."
        ),
    )


def cancel(request, pk: int):
    asking.require(request, "orders.cancel_order")
    order = get_object_or_404(Order, pk=pk)
    return asking.ask(
        request,
        order,
        CancelForm(request.POST if request.method == "POST" else None),
        lambda said: cancel_orders([order], actor=actor_of(request), **said),
        asking.Words(
            _("Cancel %(order)s") % {"order": order},
            _("Cancel the order"),
            lambda out: _done(out, _("%(order)s is cancelled.") % {"order": order}),
        ),
    )


def _done(out: Outcome, text: str) -> str:
    return " ".join(asked_elsewhere(out).values()) or text


def cancel_pieces(request, pk: int):
    asking.require(request, "orders.cancel_order")
    order = get_object_or_404(Order, pk=pk)
    lines = order.lines.filter(parent__isnull=True).order_by("position")
    room = {line: line.open_quantity for line in lines}
    form = CancelPiecesForm(request.POST if request.method == "POST" else None, room)
    return asking.ask(
        request,
        order,
        form,
        lambda said: cancel_lines(
            form.pieces, reason=said["reason"], actor=actor_of(request)
        ),
        asking.Words(
            _("Cancel pieces of %(order)s") % {"order": order},
            _("Cancel these pieces"),
            lambda out: _done(out, _("The pieces are cancelled.")),
        ),
    )
