"""Sending again what has left: lost, broken, or the wrong thing."""

from django import forms
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from oms.core import panels
from oms.core.tools import actor_of
from orders.admin import asking
from orders.admin.pieces import PiecesForm
from orders.models import Order
from orders.services.reshipping import Reship, reship_orders, room_of

RESHIP = "orders.reship_order"

panels.describe_events(
    {
        "order.reshipped": gettext_lazy("Sent again as another order"),
        "order.reships": gettext_lazy("Repeats another order"),
    },
    {"order": gettext_lazy("order")},
)


class ReshipForm(PiecesForm):
    """Filled in: usually all of it is wanted."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=200,
        help_text=gettext_lazy("It stands on the timelines of both orders."),
    )


def reship(request, pk: int):
    asking.require(request, RESHIP)
    order = get_object_or_404(Order, pk=pk)
    room = room_of(order)
    filled = {f"line_{line.pk}": left for line, left in room.items()}
    sent = request.POST if request.method == "POST" else None
    form = ReshipForm(sent, room, initial=filled)
    return asking.ask(
        request,
        order,
        form,
        lambda said: reship_orders(
            [Reship(order.pk, form.pieces, said["reason"])], actor=actor_of(request)
        ),
        asking.Words(
            _("Send %(order)s again") % {"order": order},
            _("Make the new order, free of charge"),
            _("This is the new order. It costs nothing and goes its usual way."),
            lambda out: panels.page_url(Order, out.one().pk),
        ),
    )
