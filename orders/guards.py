"""Why an order may not go on: each guard answers "" or the reason with its remedy.

They read the order with its prefetched lines and payments only; the findings of
validation are these same answers.
"""

from django.utils.translation import gettext as _

from oms.core.transitions import guard


@guard
def has_lines(order) -> str:
    return "" if order.lines.all() else _("it has no lines; add one or cancel it")


@guard
def skus_are_known(order) -> str:
    for line in order.lines.all():
        if line.product_id is None:
            return _(
                "line %(position)d has the unknown SKU %(sku)s; create that product, "
                "then confirm again"
            ) % {"position": line.position, "sku": line.sku}
    return ""


@guard
def address_is_complete(order) -> str:
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


@guard
def totals_add_up(order) -> str:
    claimed = order.claimed_total_amount
    if claimed is None or claimed == order.total_amount:
        return ""
    return _(
        "its parts sum to %(sum)s, but the channel says %(claimed)s; ask the channel "
        "which is right"
    ) % {"sum": f"{order.total_amount:.2f}", "claimed": f"{claimed:.2f}"}


def held(order, action: str) -> str:
    """The holds that forbid `action`, by name, or ""."""
    names = [hold["text"] for hold in order.active_holds if action in hold["blocks"]]
    if not names:
        return ""
    return _("it is on hold: %(holds)s; release each of them by name") % {
        "holds": ", ".join(names)
    }


@guard
def no_hold_on_confirming(order) -> str:
    return held(order, "confirm")


@guard
def payment_is_secured(order) -> str:
    if order.payment_terms:
        return ""
    secured = sum(
        max(payment.authorized_amount - payment.voided_amount, payment.captured_amount)
        - payment.refunded_amount
        for payment in order.payments.all()
    )
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
    pieces = sum(line.open_quantity for line in order.lines.all())
    if not pieces:
        return ""
    return _("%(pieces)d pieces are still open; ship or cancel them") % {
        "pieces": pieces
    }


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
