"""Why an order may not go on: each guard answers "" or the reason with its remedy.

They read the order with its loaded lines, payments and facts only (`load_facts` of
`services/validation.py`); the findings of validation are these same answers. What
somebody has accepted is no finding any more.
"""

from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from oms.core.money import ZERO
from oms.core.transitions import guard
from orders import addressing


@guard
def has_lines(order) -> str:
    return "" if order.lines.all() else _("it has no lines; add one or cancel it")


@guard
def skus_are_known(order) -> str:
    lines = order.lines.all()
    apart = {line.parent_id for line in lines}
    for line in lines:
        if line.product_id is None:
            return _(
                "line %(position)d has the unknown SKU %(sku)s; create that product, "
                "or say in a listing which one is meant"
            ) % {"position": line.position, "sku": line.sku}
        if line.is_bundle and line.pk not in apart:
            return _(
                "line %(position)d is the bundle %(sku)s, which cannot be taken apart: "
                "it has no components, too many pieces, or a bundle in it; mend it on "
                "the product's page, then confirm again"
            ) % {"position": line.position, "sku": line.sku}
    return ""


@guard
def address_is_sound(order) -> str:
    return _incomplete(order) or _wrong(order)


def _incomplete(order) -> str:
    if not order.channel.address_required:
        return ""
    name = order.ship_to_name or order.ship_to_company
    if name and order.ship_to_street and order.ship_to_city and order.ship_to_country:
        return ""
    needed = {
        _("name"): name,
        _("street"): order.ship_to_street,
        _("city"): order.ship_to_city,
        _("country"): order.ship_to_country,
    }
    return _("its address lacks: %(fields)s; complete the address") % {
        "fields": ", ".join(label for label, value in needed.items() if not value)
    }


def _wrong(order) -> str:
    """By the rules of its country; somebody may know better and accept it."""
    if not order.channel.address_checked or "bad_address" in order.accepted_findings:
        return ""
    if not (order.ship_to_country or order.ship_to_street):
        return ""
    if not (text := addressing.wrong(order)):
        return ""
    return _("its address cannot be right: %(text)s; correct or accept it") % {
        "text": text
    }


@guard
def totals_add_up(order) -> str:
    claimed = order.claimed_total_amount
    if claimed is None or claimed == order.total_amount:
        return ""
    if "totals_differ" in order.accepted_findings:
        return ""
    return _(
        "its parts sum to %(sum)s, but the channel says %(claimed)s; ask the channel "
        "which is right"
    ) % {"sum": f"{order.total_amount:.2f}", "claimed": f"{claimed:.2f}"}


@guard
def prices_are_right(order) -> str:
    """Needs the products of the lines where the channel checks prices."""
    tolerance = order.channel.price_tolerance
    if tolerance is None or "price_differs" in order.accepted_findings:
        return ""
    for line in order.lines.all():
        if line.product_id is None or line.parent_id or line.parent is not None:
            continue
        expected = line.product.list_price
        if expected is None or line.product.list_currency != order.currency:
            continue
        if abs(line.unit_price - expected) * 100 > expected * tolerance:
            return _(
                "line %(position)d (%(sku)s) costs %(price)s, the list says %(list)s "
                "%(currency)s; accept the price, or ask the channel"
            ) % {
                "position": line.position,
                "sku": line.sku,
                "price": f"{line.unit_price:.2f}",
                "list": f"{expected:.2f}",
                "currency": order.currency,
            }
    return ""


@guard
def is_no_duplicate(order) -> str:
    """Needs `twins`, the numbers of like orders, where the channel looks for them."""
    hours = order.channel.duplicate_hours
    if hours is None or "duplicate" in order.accepted_findings or not order.twins:
        return ""
    return _(
        "the customer ordered the same within %(hours)d h: %(numbers)s; accept it, or "
        "cancel one of them"
    ) % {"hours": hours, "numbers": ", ".join(order.twins)}


@guard
def within_backorder_limit(order) -> str:
    """As judged before the order is confirmed."""
    return order.over_limit


@guard
def risk_is_looked_at(order) -> str:
    names = [hold["text"] for hold in order.active_holds if hold["source"] == "risk"]
    if not names:
        return ""
    return _(
        "%(holds)s; look at its signals, then release the hold with a note, or cancel "
        "the order"
    ) % {"holds": ", ".join(names)}


def held(order, action: str) -> str:
    """The holds that forbid `action`, by name, or ""."""
    names = [hold["text"] for hold in order.active_holds if action in hold["blocks"]]
    if not names:
        return ""
    return _("it is on hold: %(holds)s; release what holds it first") % {
        "holds": ", ".join(names)
    }


@guard
def no_hold_on_confirming(order) -> str:
    return held(order, "confirm")


def secured_amount(order) -> Decimal:
    """Authorized or captured, and neither void nor given back."""
    total = ZERO
    for each in order.payments.all():
        given = max(each.authorized_amount - each.voided_amount, each.captured_amount)
        total += given - each.refunded_amount
    return total


@guard
def payment_is_secured(order) -> str:
    if order.payment_terms:
        return ""
    secured = secured_amount(order)
    if secured >= order.total_amount:
        return ""
    return _(
        "%(secured)s of %(total)s %(currency)s are secured; record the payment first"
    ) % {
        "secured": f"{secured:.2f}",
        "total": f"{order.total_amount:.2f}",
        "currency": order.currency,
    }


@guard
def nothing_is_open(order) -> str:
    pieces = sum(line.open_quantity for line in order.lines.all() if not line.is_bundle)
    if not pieces:
        return ""
    return ngettext(
        "%(pieces)d piece is still open; ship or cancel it",
        "%(pieces)d pieces are still open; ship or cancel them",
        pieces,
    ) % {"pieces": pieces}


@guard
def something_shipped(order) -> str:
    if any(line.shipped_quantity for line in order.lines.all()):
        return ""
    return _("nothing was shipped; cancel it instead")


@guard
def nothing_shipped(order) -> str:
    if any(line.shipped_quantity for line in order.lines.all()):
        return _("part of it has shipped; cancel the open quantities, or use a return")
    return ""
