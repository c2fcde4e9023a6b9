"""What the work items of returns and refunds mean, and the ways out of them."""

from collections.abc import Callable, Collection, Sequence
from decimal import Decimal

from django import forms
from django.db.models import F, Q, Sum
from django.urls import reverse
from django.utils.translation import gettext_lazy

from channels.models import InboundMessage
from oms.core import panels
from oms.core.fixes import (
    Fix,
    Kind,
    Way,
    add_to_kind,
    by_subject,
    concerns_places,
    done,
    nothing_to_do,
    register_kinds,
)
from oms.core.models import WorkItem
from oms.core.outcome import Outcome
from orders.models import Order, Payment, PaymentRequest
from orders.services import settling
from returns.models import Refund, Return
from returns.services import approving, blind, goodwill, paying, receiving

TAKE, PAY = "returns.receive_return", "returns.request_refund"
AGREE = "returns.approve_refund"
Items = Sequence[WorkItem]


class OverpaidForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=200,
        initial=gettext_lazy("Paid more than the order costs"),
        help_text=gettext_lazy("The customer may read it."),
    )


def approve(items: Items, actor: str, values: dict) -> Outcome:
    refunds = Refund.objects.filter(pk__in=[item.subject_id for item in items])
    return by_subject(items, approving.approve_refunds(refunds, actor=actor))


def pay_back(items: Items, actor: str, values: dict) -> Outcome:
    """What was captured beyond what each order costs now."""
    wanted = [item.subject_id for item in items]
    rows = Payment.objects.filter(order__in=wanted).order_by().values_list("order")
    paid = dict(
        rows.annotate(
            n=Sum(F("captured_amount") - F("refunded_amount") - F("refunding_amount"))
        )
    )
    costs = dict(Order.objects.filter(pk__in=wanted).values_list("pk", "total_amount"))
    most = {pk: paid.get(pk, Decimal(0)) - cost for pk, cost in costs.items()}
    asked = [
        goodwill.Goodwill(pk, most[pk], values["reason"], kind=Refund.Kind.OVERPAID)
        for pk in sorted(most)
        if most[pk] > 0
    ]
    out = goodwill.refund_goodwill(asked, actor=actor)
    refused = {asked[at].order_id: reasons for at, reasons in out.refused.items()}
    for item in items:
        if most.get(item.subject_id, 0) <= 0:
            refused[item.subject_id] = [nothing_to_do(item)]
    return by_subject(items, Outcome(refused=refused))


def retry(items: Items, actor: str, values: dict) -> Outcome:
    """Ask the gateways of failed refunds once more."""
    rows = PaymentRequest.objects.filter(
        refund_part__refund__in=[item.subject_id for item in items],
        status=PaymentRequest.Status.FAILED,
    )
    owners = dict(rows.values_list("pk", "refund_part__refund"))
    out = settling.retry_requests(owners, actor=actor)
    refused = {owners[pk]: reasons for pk, reasons in out.refused.items()}
    for item in items:
        if item.subject_id not in owners.values():
            refused[item.subject_id] = [nothing_to_do(item)]
    return by_subject(items, Outcome(refused=refused))


def _page(model) -> Callable[[WorkItem], str]:
    name = model._meta.model_name
    return lambda item: (
        panels.page_url(model, item.subject_id) if item.subject_type == name else ""
    )


def _tool(model, name: str) -> Callable[[WorkItem], str]:
    url = f"admin:returns_{model._meta.model_name}_tool"
    return lambda item: reverse(url, args=[item.subject_id, name])


OPEN_RETURN = Way(
    gettext_lazy("Look at the return"), "returns.view_return", _page(Return)
)
OPEN_REFUND = Way(
    gettext_lazy("Look at the refund"), "returns.view_refund", _page(Refund)
)
KINDS = {
    blind.UNKNOWN: Kind(
        gettext_lazy("Parcel from nobody known"),
        gettext_lazy("Goods came back and nobody knows of which order."),
        (done(gettext_lazy("Owner not to be found"), careful=True),),
        (
            Way(gettext_lazy("Match to an order"), TAKE, _tool(Return, "match")),
            OPEN_RETURN,
        ),
    ),
    receiving.SURPLUS: Kind(
        gettext_lazy("More came back than agreed"),
        gettext_lazy("Ask the customer; then refund or send back what is too much."),
        (done(gettext_lazy("Settled with the customer")),),
        (OPEN_RETURN,),
    ),
    paying.APPROVAL: Kind(
        gettext_lazy("Refund to approve"),
        gettext_lazy("It is above the limit: a second person agrees or denies it."),
        (Fix("approve", gettext_lazy("Approve"), AGREE, approve, careful=True),),
        (
            Way(gettext_lazy("Deny"), AGREE, _tool(Refund, "deny")),
            OPEN_REFUND,
        ),
    ),
    "return_refused": Kind(
        gettext_lazy("Return not accepted"),
        gettext_lazy("A customer asked for a return that the rules do not allow."),
        (done(gettext_lazy("Settled with the customer")),),
        (
            Way(
                gettext_lazy("Look at the message"),
                "channels.view_inboundmessage",
                _page(InboundMessage),
            ),
        ),
    ),
}
register_kinds(KINDS)
add_to_kind(
    paying.FAILED,
    [
        Fix(
            "retry",
            gettext_lazy("Try again"),
            "orders.capture_payment",
            retry,
            offered=lambda item: item.subject_type == "refund",
        )
    ],
    [OPEN_REFUND],
)
add_to_kind(
    "overpaid",
    [
        Fix(
            "refund",
            gettext_lazy("Refund the rest"),
            PAY,
            pay_back,
            OverpaidForm,
            careful=True,
        )
    ],
)


def at_places(keys: Collection[int]) -> Q:
    returns = Return.objects.filter(location__in=keys)
    refunds = Refund.objects.filter(ret__location__in=keys)
    return Q(subject_type="return", subject_id__in=returns.values("pk")) | Q(
        subject_type="refund", subject_id__in=refunds.values("pk")
    )


concerns_places(at_places)
