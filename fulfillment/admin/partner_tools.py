"""What people do about work that a partner was sent: answer for it, ask for it back,
and say what it answered."""

from django import forms
from django.utils.translation import gettext_lazy

from fulfillment.admin.routing_tools import REJECT, ROUTE, NothingForm
from fulfillment.models import FulfillmentOrder
from fulfillment.services import accepting, giving_back, negotiating, supplied
from fulfillment.services.negotiating import Request
from fulfillment.services.shipping import Label
from oms.core import panels
from oms.core.outcome import Outcome
from oms.core.tools import Tool, register_tool

SHIP = "fulfillment.ship_shipment"
CANCEL = "orders.cancel_order"
CANCELLED, ELSEWHERE = "cancelled", "elsewhere"


class ReferenceForm(forms.Form):
    reference = forms.CharField(
        label=gettext_lazy("Partner's reference"),
        max_length=accepting.MOST_TEXT,
        required=False,
        help_text=gettext_lazy("Its own number for the work; a supplier gives one."),
    )


def accept(work: FulfillmentOrder, given: dict, actor: str) -> Outcome:
    return accepting.accept_work({work.pk: given["reference"]}, actor=actor)


class LabelForm(forms.Form):
    tracking_number = forms.CharField(
        label=gettext_lazy("Tracking number"), max_length=64
    )
    carrier = forms.CharField(
        label=gettext_lazy("Carrier"), max_length=64, required=False
    )


def ship(work: FulfillmentOrder, given: dict, actor: str) -> Outcome:
    return supplied.ship_supplied({work.pk: Label(**given)}, actor=actor)


class AskForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=negotiating.MOST_TEXT,
        help_text=gettext_lazy("The partner reads it."),
    )
    then = forms.ChoiceField(
        label=gettext_lazy("Once it is given back"),
        choices=[
            (CANCELLED, gettext_lazy("Cancel its pieces on the order")),
            (ELSEWHERE, gettext_lazy("Send its pieces from elsewhere")),
        ],
    )


def ask(work: FulfillmentOrder, given: dict, actor: str) -> Outcome:
    wish = Request(given["reason"], given["then"] == ELSEWHERE)
    return negotiating.request_cancellation({work.pk: wish}, actor=actor)


def withdraw(work: FulfillmentOrder, given: dict, actor: str) -> Outcome:
    return negotiating.withdraw_cancellation([work.pk], actor=actor)


def given_back(work: FulfillmentOrder, given: dict, actor: str) -> Outcome:
    return giving_back.accept_cancellation([work.pk], actor=actor)


class AnswerForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Why not"), max_length=negotiating.MOST_TEXT
    )


def refuse(work: FulfillmentOrder, given: dict, actor: str) -> Outcome:
    said = {work.pk: given["reason"]}
    return negotiating.refuse_cancellation(said, actor=actor)


def is_unanswered(work: FulfillmentOrder) -> bool:
    return work.submitted_at is not None and not accepting.why_not_accept(work)


def is_with_partner(work: FulfillmentOrder) -> bool:
    return work.is_with_partner


def may_be_asked(work: FulfillmentOrder) -> bool:
    return not negotiating.why_not_ask(work)


def is_asked_back(work: FulfillmentOrder) -> bool:
    return work.is_asked_back


TOOLS = [
    (
        "accept",
        gettext_lazy("Partner confirms"),
        ReferenceForm,
        accept,
        ROUTE,
        is_unanswered,
    ),
    (
        "supplied",
        gettext_lazy("Partner has sent it"),
        LabelForm,
        ship,
        SHIP,
        is_with_partner,
    ),
    ("ask-back", gettext_lazy("Ask to cancel"), AskForm, ask, CANCEL, may_be_asked),
    (
        "given-back",
        gettext_lazy("Partner cancels it"),
        NothingForm,
        given_back,
        REJECT,
        is_asked_back,
    ),
    (
        "kept",
        gettext_lazy("Partner does not cancel it"),
        AnswerForm,
        refuse,
        REJECT,
        is_asked_back,
    ),
    (
        "ask-no-more",
        gettext_lazy("Withdraw the request"),
        NothingForm,
        withdraw,
        CANCEL,
        is_asked_back,
    ),
]
for said in TOOLS:
    register_tool(FulfillmentOrder, Tool(*said))

panels.describe_events(
    {
        "fulfillmentorder.submitted": gettext_lazy("Work sent to the partner"),
        "fulfillmentorder.accepted": gettext_lazy("Work confirmed by the partner"),
        "fulfillmentorder.partly_shipped": gettext_lazy("A part of the work has left"),
        "fulfillmentorder.cancellation_requested": gettext_lazy(
            "Partner asked to cancel the work"
        ),
        "fulfillmentorder.cancellation_accepted": gettext_lazy(
            "Partner cancels the work"
        ),
        "fulfillmentorder.cancellation_rejected": gettext_lazy(
            "Partner does not cancel the work"
        ),
        "fulfillmentorder.cancellation_withdrawn": gettext_lazy(
            "Partner not asked any more to cancel the work"
        ),
    }
)
