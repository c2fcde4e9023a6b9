"""What can be done with one order, as buttons of its page. Pages that ask for more
stand in their own modules; what is done at once is done here."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from oms.core import transitions
from oms.core.desk import Action, Offer, register_action, without_name
from oms.core.outcome import Outcome
from orders.models import Order
from orders.models.statuses import Phase, Status
from orders.services import addresses, asking
from orders.services.confirmation import confirm_orders
from orders.services.holds import HELD
from orders.services.ledger import Kind


def page(order: Order, name: str) -> str:
    """The page that asks for more; it carries on what the person has seen."""
    return (
        f"{reverse(f'admin:orders_order_{name}', args=[order.pk])}?seen={seen(order)}"
    )


def seen(order: Order) -> int:
    return getattr(order, "newest_event", 0)


def offer_confirm(order: Order, user) -> Offer | None:
    if order.status != Status.PENDING:
        return None
    return Offer(is_next=True, why_not=why_not(order, "confirm"))


def why_not(order: Order, transition: str) -> str:
    reasons = transitions.refusals(order, transition)
    return " ".join(without_name(order, reason) for reason in reasons)


def confirm(order: Order, user, actor: str) -> Outcome:
    return confirm_orders([order], actor=actor)


def offer_address(order: Order, user) -> Offer | None:
    if order.status not in (Status.DRAFT, Status.PENDING, *Order.LIVE):
        return None
    kinds = {item.kind for item in order.open_items}
    return Offer(
        url=page(order, "address"),
        is_next="bad_address" in kinds,
        why_not=addresses.why_not(order),
    )


def offer_release_hold(order: Order, user) -> Offer | None:
    active = [hold for hold in order.holds.all() if hold.released_at is None]
    if not active:
        return None
    if len(active) > 1:
        return Offer(_("Release holds…"), "#holds", order.phase == Phase.ON_HOLD)
    url = reverse("admin:orders_hold_release", args=[active[0].pk])
    return Offer(url=f"{url}?seen={seen(order)}", is_next=order.phase == Phase.ON_HOLD)


def offer_hold(order: Order, user) -> Offer | None:
    return Offer(url=page(order, "hold")) if order.status in HELD else None


def offer_payment(order: Order, user) -> Offer | None:
    paid = sum(payment.captured_amount for payment in order.payments.all())
    if order.status == Status.CANCELLED or paid >= order.total_amount:
        return None
    return Offer(url=page(order, "record_payment"))


def offer_capture(order: Order, user) -> Offer | None:
    payments = order.payments.all()
    if not any(asking.open_amount(Kind.CAPTURE, payment) > 0 for payment in payments):
        return None
    return Offer() if order.status != Status.CANCELLED else None


def capture(order: Order, user, actor: str) -> Outcome:
    return asking.request_captures([asking.Wanted(order.pk)], actor=actor)


def offer_cancel(order: Order, user) -> Offer | None:
    if order.status not in (Status.DRAFT, Status.PENDING, *Order.LIVE):
        return None
    reason = why_not(order, "cancel")
    way_out = None
    if reason and any(line.open_quantity for line in order.lines.all()):
        way_out = _("Cancel the open pieces…"), page(order, "cancel_pieces")
    return Offer(url=page(order, "cancel"), why_not=reason, way_out=way_out)


def offer_cancel_pieces(order: Order, user) -> Offer | None:
    """Some of several pieces; while nothing is sent, beside the whole."""
    if order.status not in (Status.DRAFT, Status.PENDING, *Order.LIVE):
        return None
    open_pieces = sum(line.open_quantity for line in order.lines.all())
    shipped = any(line.shipped_quantity for line in order.lines.all())
    if open_pieces == 0 or (open_pieces == 1 and not shipped):
        return None
    return Offer(url=page(order, "cancel_pieces"))


def offer_reship(order: Order, user) -> Offer | None:
    """Something has left that can be sent again."""
    left = any(line.shipped_quantity and line.product_id for line in order.lines.all())
    return Offer(url=page(order, "reship")) if left else None


ACTIONS = [
    Action(
        "confirm",
        gettext_lazy("Confirm"),
        "orders.confirm_order",
        10,
        offer_confirm,
        confirm,
        gettext_lazy("The order is confirmed."),
    ),
    Action(
        "address",
        gettext_lazy("Correct address…"),
        "orders.correct_order",
        50,
        offer_address,
    ),
    Action(
        "release-hold",
        gettext_lazy("Release hold…"),
        "orders.release_hold",
        20,
        offer_release_hold,
    ),
    Action("hold", gettext_lazy("Hold…"), "orders.place_hold", 60, offer_hold),
    Action(
        "payment",
        gettext_lazy("Record payment…"),
        "orders.record_payment",
        70,
        offer_payment,
    ),
    Action(
        "capture",
        gettext_lazy("Capture now"),
        "orders.capture_payment",
        80,
        offer_capture,
        capture,
        gettext_lazy("The capture is asked for."),
    ),
    Action(
        "reship",
        gettext_lazy("Reship…"),
        "orders.reship_order",
        150,
        offer_reship,
    ),
    Action(
        "cancel-pieces",
        gettext_lazy("Cancel pieces…"),
        "orders.cancel_order",
        190,
        offer_cancel_pieces,
        is_danger=True,
    ),
    Action(
        "cancel",
        gettext_lazy("Cancel order…"),
        "orders.cancel_order",
        200,
        offer_cancel,
        is_danger=True,
    ),
]
for action in ACTIONS:
    register_action(Order, action)
