"""What returns add to the order page: opening one, and goodwill."""

from django import forms
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inventory.models import Location
from oms.core.desk import Action, Offer, register_action
from oms.core.extra_pages import Page, register_page
from oms.core.tools import actor_of
from orders.admin import asking
from orders.admin.pieces import PiecesForm
from orders.admin.steps import seen
from orders.models import Order
from returns.admin.tools import PAY, has_paid
from returns.models.returns import ReturnReason
from returns.services.requesting import NewReturn, request_returns, room_of

REQUEST = "returns.request_return"
PAGE = "orders_order_return"


class NewReturnForm(PiecesForm):
    reason = forms.ChoiceField(
        label=gettext_lazy("Reason"), choices=ReturnReason.choices
    )
    location = forms.ModelChoiceField(
        Location.objects.filter(is_active=True).order_by("code"),
        label=gettext_lazy("Expected at"),
        required=False,
        help_text=gettext_lazy("Empty where nobody knows yet."),
    )
    note = forms.CharField(
        label=gettext_lazy("Note"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Needed where the policy is against it."),
    )


def open_return(request, pk: int):
    asking.require(request, REQUEST)
    order = get_object_or_404(Order.objects.prefetch_related("lines"), pk=pk)
    room = room_of([order])
    lines = sorted(order.lines.all(), key=lambda line: line.position)
    mine = {line: room[line.pk] for line in lines if line.pk in room}
    form = NewReturnForm(request.POST if request.method == "POST" else None, mine)

    def do(said):
        place = said["location"]
        wish = NewReturn(
            order.pk,
            form.pieces,
            said["reason"],
            note=said["note"],
            location_id=place and place.pk,
        )
        return request_returns([wish], actor=actor_of(request))

    return asking.ask(
        request,
        order,
        form,
        do,
        asking.Words(
            _("Open a return of %(order)s") % {"order": order},
            _("Open the return"),
            _("The return is open."),
        ),
    )


def offer_return(order: Order, user) -> Offer | None:
    """While something of it may still be with the customer."""
    lines = order.lines.all()
    if all(line.shipped_quantity <= line.returned_quantity for line in lines):
        return None
    return Offer(url=f"{reverse(f'admin:{PAGE}', args=[order.pk])}?seen={seen(order)}")


def offer_goodwill(order: Order, user) -> Offer | None:
    if not has_paid(order):
        return None
    url = reverse("admin:orders_order_tool", args=[order.pk, "goodwill"])
    return Offer(url=f"{url}?seen={seen(order)}")


register_page(Order, Page(PAGE, "<int:pk>/return/", open_return, REQUEST))
register_action(
    Order,
    Action("return", gettext_lazy("Open return…"), REQUEST, 90, offer_return),
)
register_action(
    Order,
    Action("goodwill", gettext_lazy("Goodwill…"), PAY, 100, offer_goodwill),
)
