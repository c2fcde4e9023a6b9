"""What staff do with returns and refunds, on their pages, on that of the order, and at
a location with a parcel that nobody knows."""

from django.utils.translation import gettext_lazy as _

from inventory.models import Location, Product
from oms.core import panels
from oms.core.outcome import Outcome
from oms.core.tools import Tool, register_tool
from orders.models import Order
from returns.admin.forms import (
    BlindForm,
    DecideForm,
    DecideSomeForm,
    GoodwillForm,
    NothingForm,
    OrderForm,
    ReasonForm,
    ReceiveForm,
    RefundForm,
)
from returns.models import Refund, Return, ReturnItem
from returns.models.returns import Money
from returns.panels import preview_table
from returns.selectors import preview_refund
from returns.services import (
    approving,
    blind,
    goodwill,
    inspecting,
    receiving,
    refunding,
    requesting,
)

JUDGE, TAKE = "returns.approve_return", "returns.receive_return"
PAY, AGREE = "returns.request_refund", "returns.approve_refund"
Status = Return.Status


def approve(ret: Return, given: dict, actor: str) -> Outcome:
    return requesting.approve_returns([ret], actor=actor)


def decline(ret: Return, given: dict, actor: str) -> Outcome:
    return requesting.decline_returns([ret], actor=actor, **given)


def cancel(ret: Return, given: dict, actor: str) -> Outcome:
    return requesting.cancel_returns([ret], actor=actor, **given)


def receive(ret: Return, given: dict, actor: str) -> Outcome:
    arrival = receiving.Arrival(
        ret.pk, _product(given["sku"]), given["quantity"], _place(given)
    )
    return receiving.receive_returns([arrival], actor=actor)


def _product(sku: str) -> int | None:
    return Product.objects.filter(sku=sku).values_list("pk", flat=True).first()


def _place(given: dict) -> int | None:
    return given["location"] and given["location"].pk


def decide_all(ret: Return, given: dict, actor: str) -> Outcome:
    items = ReturnItem.objects.filter(
        line__ret=ret, disposition__in=ReturnItem.UNDECIDED
    )
    decisions = [
        inspecting.Decision(
            item.pk,
            given["disposition"],
            item.quantity,
            _place(given),
            given["note"],
        )
        for item in items.order_by("pk")
    ]
    out = inspecting.dispose(decisions, actor=actor)
    if not decisions:
        out.refuse(ret.pk, _("Everything is decided on; nothing to do."))
    return out


def decide(item: ReturnItem, given: dict, actor: str) -> Outcome:
    decision = inspecting.Decision(
        item.pk, given["disposition"], given["quantity"], _place(given), given["note"]
    )
    return inspecting.dispose([decision], actor=actor)


def refund(ret: Return, given: dict, actor: str) -> Outcome:
    amounts = {} if given["amount"] is None else {ret.pk: given["amount"]}
    tenders = {ret.pk: given["tenders"]}
    return refunding.refund_returns(
        [ret], actor=actor, amounts=amounts, tenders=tenders
    )


def preview(ret: Return, given: dict, actor: str) -> panels.Table:
    return preview_table(preview_refund(ret, **given), ret.order.currency)


def deny_money(ret: Return, given: dict, actor: str) -> Outcome:
    return inspecting.deny_money([ret], actor=actor, **given)


def close(ret: Return, given: dict, actor: str) -> Outcome:
    return inspecting.close_returns([ret], actor=actor)


def match(ret: Return, given: dict, actor: str) -> Outcome:
    found = Order.objects.filter(number=given["number"]).values_list("pk", flat=True)
    return blind.match_returns({ret.pk: found.first()}, actor=actor)


def agree(refund: Refund, given: dict, actor: str) -> Outcome:
    return approving.approve_refunds([refund], actor=actor)


def deny(refund: Refund, given: dict, actor: str) -> Outcome:
    return approving.deny_refunds([refund], actor=actor, **given)


def give(order: Order, given: dict, actor: str) -> Outcome:
    wish = goodwill.Goodwill(order.pk, **given)
    return goodwill.refund_goodwill([wish], actor=actor)


def receive_unknown(location: Location, given: dict, actor: str) -> Outcome:
    product = _product(given["sku"])
    parcel = blind.Parcel(location.pk, product, given["quantity"], given["note"])
    return blind.receive_blind([parcel], actor=actor)


def is_in(*statuses):
    return lambda row: row.status in statuses


def is_known(ret: Return) -> bool:
    return ret.order_id is not None


def is_refundable(ret: Return) -> bool:
    here = ret.status in {Status.RECEIVED, Status.INSPECTED}
    return here and is_known(ret) and ret.money != Money.DENIED


def is_pending(ret: Return) -> bool:
    return is_refundable(ret) and ret.money == Money.PENDING


def is_unknown(ret: Return) -> bool:
    return ret.status in {Status.RECEIVED, Status.INSPECTED} and not is_known(ret)


def is_undecided(item: ReturnItem) -> bool:
    return item.disposition in ReturnItem.UNDECIDED


def has_paid(order: Order) -> bool:
    return any(payment.captured_amount for payment in order.payments.all())


ASKED = is_in(Status.REQUESTED)
COMING = is_in(Status.REQUESTED, Status.APPROVED)
COUNTED = is_in(*receiving.COUNTED)
HERE = is_in(Status.RECEIVED, Status.INSPECTED)
WAITING = is_in(Refund.Status.REQUESTED)
TOOLS = [
    (Return, "approve", _("Approve"), NothingForm, approve, JUDGE, ASKED),
    (Return, "decline", _("Decline"), ReasonForm, decline, JUDGE, ASKED),
    (Return, "cancel", _("Cancel"), ReasonForm, cancel, JUDGE, COMING),
    (
        Return,
        "receive",
        _("Count goods"),
        ReceiveForm,
        receive,
        TAKE,
        COUNTED,
    ),
    (
        Return,
        "match",
        _("Match to an order"),
        OrderForm,
        match,
        TAKE,
        is_unknown,
    ),
    (
        Return,
        "decide",
        _("Decide on all pieces"),
        DecideForm,
        decide_all,
        TAKE,
        HERE,
    ),
    (
        Return,
        "preview",
        _("Preview a refund"),
        RefundForm,
        preview,
        PAY,
        is_refundable,
    ),
    (Return, "refund", _("Refund"), RefundForm, refund, PAY, is_refundable),
    (
        Return,
        "deny",
        _("Deny the money"),
        ReasonForm,
        deny_money,
        PAY,
        is_pending,
    ),
    (
        Return,
        "close",
        _("Close"),
        NothingForm,
        close,
        TAKE,
        is_in(Status.INSPECTED),
    ),
    (
        ReturnItem,
        "decide",
        _("Decide"),
        DecideSomeForm,
        decide,
        TAKE,
        is_undecided,
    ),
    (Refund, "approve", _("Approve"), NothingForm, agree, AGREE, WAITING),
    (Refund, "deny", _("Deny"), ReasonForm, deny, AGREE, WAITING),
    (
        Order,
        "goodwill",
        _("Give goodwill"),
        GoodwillForm,
        give,
        PAY,
        has_paid,
    ),
]
for model, *said in TOOLS:
    register_tool(model, Tool(*said))
register_tool(
    Location,
    Tool(
        "unknown-parcel",
        _("Count an unknown parcel"),
        BlindForm,
        receive_unknown,
        TAKE,
    ),
)
