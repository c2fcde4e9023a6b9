"""Recording money that has come, from the page of its order."""

from django import forms
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from channels.messages import MOST_REFERENCE
from oms.core import panels
from oms.core.tools import actor_of
from orders.admin import asking
from orders.models import Order
from orders.services.payments import Received, record_payments


class ReceivedForm(forms.Form):
    amount = forms.DecimalField(label=gettext_lazy("Amount"), max_digits=14)
    reference = forms.CharField(
        label=gettext_lazy("Reference"),
        max_length=MOST_REFERENCE,
        help_text=gettext_lazy("What the bank or the receipt calls it; recorded once."),
    )


def record_payment(request, pk: int):
    asking.require(request, "orders.record_payment")
    order = get_object_or_404(Order, pk=pk)
    actor = actor_of(request)
    total = panels.money(order.total_amount, order.currency)
    return asking.ask(
        request,
        order,
        ReceivedForm(request.POST or None),
        lambda said: record_payments([Received(order.pk, **said)], actor=actor),
        asking.Words(
            _("%(order)s costs %(total)s: record a payment")
            % {"order": order, "total": total},
            _("Record"),
            _("The payment is recorded."),
        ),
    )
