"""Credit notes at the returns desk: one return for each sale that a note takes back,
from asked for to refunded and closed.

Every step asks the tables what is ready for it, so a run that was interrupted anywhere
is finished by the next one.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import F
from django.utils.translation import gettext as _

from oms.replay.credit import CreditNote
from oms.replay.shop import Shop
from oms.replay.steps import in_set
from orders.models import Order, OrderLine, Payment
from orders.models.orders import Phase
from returns.models import Return, ReturnItem, ReturnLine
from returns.models.lines import Disposition
from returns.models.returns import Money
from returns.services import inspecting, receiving, refunding, requesting

Status = Return.Status
ENDED = (Status.CLOSED, Status.DECLINED, Status.CANCELLED)
COMING = (Status.APPROVED, Status.EXPIRED)  # in the past a return is soon overdue

# How long after the last note of its chunk each step is said to have happened: goods
# arrive after their sale, which may be of the same day, was delivered.
RECEIVED = timedelta(days=3)
INSPECTED = RECEIVED + timedelta(hours=1)
REFUNDED = RECEIVED + timedelta(hours=2)


def given_back(shop: Shop) -> set[tuple[str, str]]:
    """(sale, note) of the returns that have come to an end."""
    ended = Return.objects.filter(order__channel=shop.channel, status__in=ENDED)
    return set(ended.values_list("order__external_id", "external_id"))


def give_back(shop: Shop, notes: Sequence[CreditNote]) -> None:
    """Bring the returns of these notes as far as they go; sales that are not delivered
    here take nothing back. Outside of any transaction."""
    parts = _Parts(shop, notes)
    if not parts.values:
        return
    at = notes[-1].invoice.at
    in_set(requesting.request_returns, parts.to_request(), at)
    in_set(requesting.approve_returns, parts.returns(status=Status.REQUESTED), at)
    in_set(receiving.receive_returns, parts.to_receive(), at + RECEIVED)
    in_set(inspecting.dispose, parts.to_restock(), at + INSPECTED)
    _refund(parts, at + REFUNDED)
    ready = parts.returns(status=Status.INSPECTED)
    in_set(inspecting.close_returns, ready, at + REFUNDED)


def _refund(parts: "_Parts", at: datetime) -> None:
    """What the note says, or what the order has paid; where that was nothing, or has
    gone back already, the rest is denied."""
    open_ones = parts.returns(status=Status.INSPECTED, money=Money.PENDING)
    amounts = {ret.pk: parts.value_of(ret) for ret in open_ones}
    in_set(refunding.refund_returns, open_ones, at, amounts=amounts)
    nothing = parts.without_money(
        parts.returns(status=Status.INSPECTED, money=Money.PENDING)
    )
    reason = _("The order has paid nothing that is left to refund")
    in_set(inspecting.deny_money, nothing, at, reason=reason)


class _Parts:
    """What some notes take back of orders that are delivered here."""

    def __init__(self, shop: Shop, notes: Sequence[CreditNote]):
        self.location = shop.location.pk
        sales = {sale for note in notes for sale in note.parts}
        orders = dict(
            Order.objects.filter(
                channel=shop.channel, external_id__in=sales, phase=Phase.DELIVERED
            ).values_list("external_id", "pk")
        )
        self.pieces: dict[tuple[int, str], dict[int, int]] = {}
        self.values: dict[tuple[int, str], Decimal] = {}
        for note in notes:
            for sale, pieces in note.parts.items():
                if sale in orders:
                    key = orders[sale], note.invoice.number
                    self.pieces[key], self.values[key] = pieces, note.values[sale]

    def returns(self, **wanted) -> list[Return]:
        rows = Return.objects.filter(
            order__in={order for order, _number in self.values},
            external_id__in={number for _order, number in self.values},
            **wanted,
        )
        known = self.values.keys()
        return [ret for ret in rows if (ret.order_id, ret.external_id) in known]

    def value_of(self, ret: Return) -> Decimal:
        return self.values[ret.order_id, ret.external_id]

    def to_request(self) -> list[requesting.NewReturn]:
        known = {(ret.order_id, ret.external_id) for ret in self.returns()}
        missing = {k: pieces for k, pieces in self.pieces.items() if k not in known}
        lines = OrderLine.objects.filter(order__in={order for order, _n in missing})
        pks = {
            (order, position): pk
            for order, position, pk in lines.values_list("order", "position", "pk")
        }
        return [
            requesting.NewReturn(
                order,
                {pks.get((order, position)): n for position, n in pieces.items()},
                note=_("Credit note %(number)s") % {"number": number},
                external_id=number,
                location_id=self.location,
            )
            for (order, number), pieces in missing.items()
        ]

    def to_receive(self) -> list[receiving.Arrival]:
        lines = ReturnLine.objects.filter(
            ret__in=self.returns(status__in=[*COMING, Status.RECEIVED]),
            received_quantity__lt=F("authorized_quantity"),
        )
        return [
            receiving.Arrival(
                line.ret_id,
                line.product_id,
                line.authorized_quantity - line.received_quantity,
                self.location,
            )
            for line in lines.order_by("pk")
        ]

    def to_restock(self) -> list[inspecting.Decision]:
        items = ReturnItem.objects.filter(
            line__ret__in=self.returns(status=Status.RECEIVED),
            disposition=Disposition.PENDING,
        )
        return [
            inspecting.Decision(item.pk, Disposition.RESTOCK, item.quantity)
            for item in items.order_by("pk")
        ]

    def without_money(self, returns: Sequence[Return]) -> list[Return]:
        """Those for which the note gives nothing, or the order has nothing left."""
        payments = Payment.objects.filter(
            order__in={ret.order_id for ret in returns},
            captured_amount__gt=F("refunded_amount") + F("refunding_amount"),
        )
        paid = set(payments.values_list("order", flat=True))
        return [
            ret for ret in returns if ret.order_id not in paid or not self.value_of(ret)
        ]
