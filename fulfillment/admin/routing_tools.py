"""What people decide about work: move it, reject it, let a location in again, route an
order again or try a draft of a policy on it."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fulfillment.models import FulfillmentOrder, RoutingDecision, RoutingPolicy
from fulfillment.models.work import RejectCode
from fulfillment.routing import explain
from fulfillment.services import overriding, rejecting, rerouting
from fulfillment.services.rejecting import Rejection
from inventory.models import Location
from oms.core import panels
from oms.core.outcome import Outcome
from oms.core.tools import Tool, register_tool
from orders.models import Order

ROUTE = "fulfillment.route_fulfillmentorder"
REJECT = "fulfillment.reject_fulfillmentorder"
Status = FulfillmentOrder.Status


class MoveForm(forms.Form):
    location = forms.ModelChoiceField(
        Location.objects.filter(is_active=True).order_by("code"),
        label=gettext_lazy("Location"),
    )
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=200)
    force = forms.BooleanField(
        label=gettext_lazy("By force"),
        required=False,
        help_text=gettext_lazy("Although the routing has something against it."),
    )


def move(work: FulfillmentOrder, given: dict, actor: str) -> Outcome:
    to = given.pop("location").pk
    return overriding.override({work.pk: to}, actor=actor, **given)


class RejectForm(forms.Form):
    code = forms.ChoiceField(label=gettext_lazy("Why"), choices=RejectCode)
    reason = forms.CharField(
        label=gettext_lazy("In words"), max_length=rejecting.MOST_TEXT, required=False
    )
    skus = forms.CharField(
        label=gettext_lazy("SKUs"),
        required=False,
        help_text=gettext_lazy(
            "Those that are the trouble, separated by spaces; empty for all."
        ),
    )
    all_orders = forms.BooleanField(
        label=gettext_lazy("Take them from other orders too"),
        required=False,
        help_text=gettext_lazy("Not in stock: all that wait here for these SKUs."),
    )


def reject(work: FulfillmentOrder, given: dict, actor: str) -> Outcome:
    skus = set(given["skus"].split())
    lines = {line.pk: line.order_line.sku for line in _lines(work)}
    if unknown := skus - set(lines.values()):
        out = Outcome()
        text = _("%(sku)s is not in this work; choose among its SKUs.")
        out.refuse(work.pk, text % {"sku": ", ".join(sorted(unknown))})
        return out
    named = frozenset(pk for pk, sku in lines.items() if sku in skus)
    said = Rejection(given["code"], given["reason"], named, given["all_orders"])
    return rejecting.reject({work.pk: said}, actor=actor)


def _lines(work: FulfillmentOrder):
    return work.lines.select_related("order_line")


def let_in(work: FulfillmentOrder, given: dict, actor: str) -> Outcome:
    return rejecting.lift_exclusion([work.pk], actor=actor)


class NothingForm(forms.Form):
    """Only a button."""


class PolicyForm(forms.Form):
    policy = forms.ModelChoiceField(
        RoutingPolicy.objects.select_related("channel").order_by("-pk"),
        label=gettext_lazy("Policy"),
        required=False,
        help_text=gettext_lazy("Empty for the rules that count."),
    )


def try_out(order: Order, given: dict, actor: str) -> panels.Table:
    decision = rerouting.try_order(order, given["policy"])
    return panels.Table(
        _("What would be decided"),
        [_("Location"), _("Why")],
        decision_rows(decision) if decision else [],
        note=_("Nothing was changed."),
        empty=_("Nothing of it is open."),
    )


def decision_rows(decision: RoutingDecision) -> list[list]:
    """Every location with one reason, those that send first."""
    against = [line.split(": ", 1) for line in explain.why_not(decision)]
    return [[_("Chosen"), explain.why(decision)], *against]


def is_movable(work: FulfillmentOrder) -> bool:
    return work.status in (Status.ASSIGNED, Status.RELEASED)


def is_open(work: FulfillmentOrder) -> bool:
    return is_movable(work) or work.status == Status.PICKING


def is_left_out(work: FulfillmentOrder) -> bool:
    return bool(work.reject_code) and work.exclusion_lifted_at is None


def is_live(order: Order) -> bool:
    return order.status in Order.LIVE


WORK_TOOLS = [
    ("move", gettext_lazy("Move elsewhere"), MoveForm, move, ROUTE, is_movable),
    ("reject", gettext_lazy("Reject"), RejectForm, reject, REJECT, is_open),
    (
        "let-in",
        gettext_lazy("Let the location in"),
        NothingForm,
        let_in,
        ROUTE,
        is_left_out,
    ),
]
for said in WORK_TOOLS:
    register_tool(FulfillmentOrder, Tool(*said))

register_tool(
    Order,
    Tool(
        "try",
        gettext_lazy("Try the routing"),
        PolicyForm,
        try_out,
        "fulfillment.view_routingpolicy",
        is_live,
    ),
)

panels.describe_events(
    {
        "fulfillmentorder.rejected": gettext_lazy("Work rejected"),
        "fulfillmentorder.moved": gettext_lazy("Work moved elsewhere"),
        "fulfillmentorder.freed": gettext_lazy("Pieces taken back: not in stock"),
        "fulfillmentorder.let_in_again": gettext_lazy("Location let in again"),
    },
    {"location": gettext_lazy("location"), "to": gettext_lazy("to")},
)
