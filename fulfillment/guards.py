"""Why work may not go on: each guard answers "" or the reason with its remedy. They
read the row, its loaded order and lines only."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from oms.core.transitions import guard
from oms.core.words import inside
from orders.guards import held


@guard
def order_is_live(work) -> str:
    if work.order.status in work.order.LIVE:
        return ""
    return _("its order is %(status)s; only confirmed orders are worked on") % {
        "status": inside(work.order.get_status_display())
    }


def why_reserved(work) -> str:
    """Reserved work waits for its order."""
    if work.status != work.Status.RESERVED:
        return ""
    if work.order.phase == "awaiting_payment":
        return _("its order is not paid; record the payment first")
    return held(work.order, "confirm") or _(
        "its order is not confirmed; mend what its work items say"
    )


@guard
def no_hold_on_releasing(work) -> str:
    return held(work.order, "release") or held(work.order, "ship")


@guard
def no_hold_on_shipping(row) -> str:
    """A hold that blocks shipping stops work and parcels wherever they are."""
    return held(row.order, "ship")


@guard
def has_open_pieces(work) -> str:
    if any(line.held_quantity for line in work.lines.all()):
        return ""
    return _("it has no pieces left; cancel it")


@guard
def all_is_picked(work) -> str:
    lacking = sum(max(line.unpicked_quantity, 0) for line in work.lines.all())
    if not lacking:
        return ""
    return ngettext(
        "%(pieces)d piece is not picked yet; pick it, or cancel it on the order",
        "%(pieces)d pieces are not picked yet; pick them, or cancel them on the order",
        lacking,
    ) % {"pieces": lacking}


@guard
def nothing_left(work) -> str:
    if any(line.held_quantity for line in work.lines.all()):
        return _("it still holds stock; give it back first")
    return ""


@guard
def nothing_has_left(work) -> str:
    if any(line.shipped_quantity for line in work.lines.all()):
        return _("a part of it has left; say what is missing of the rest")
    return ""


@guard
def not_asked_back(work) -> str:
    if not work.is_asked_back:
        return ""
    return _(
        "its cancellation is asked for; that has to be accepted, rejected or withdrawn "
        "first"
    )


@guard
def work_is_packed(shipment) -> str:
    work = shipment.fulfillment_order
    if work.status == work.Status.PACKED:
        return ""
    return _("%(work)s is %(status)s; pack it first") % {
        "work": work,
        "status": inside(work.get_status_display()),
    }


@guard
def has_tracking_number(shipment) -> str:
    return "" if shipment.tracking_number else _("it has no tracking number; give one")
