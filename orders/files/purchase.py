"""The rows of one order, put together: what each says of the order must be the same,
and its parts must sum to what it says it costs."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from babel.numbers import get_currency_precision
from django.utils.translation import gettext as _

from channels.messages import (
    MOST_REFERENCE,
    TERMS,
    IncomingAddress,
    IncomingCustomer,
    IncomingLine,
    IncomingOrder,
    IncomingPayment,
)
from channels.models import Channel
from oms.core.files.models import ImportRow
from oms.core.files.shapes import Unit
from oms.core.files.values import shown
from oms.core.money import ZERO, is_currency, rounded

ADDRESS = tuple(
    f"ship_to_{name}"
    for name in ("name", "company", "street", "street2", "city", "region")
)
ADDRESS += "ship_to_postal_code", "ship_to_country", "ship_to_phone"
OF_LINES = "discount_amount", "tax_amount", "total_amount"
OF_ORDERS = "shipping_amount", "shipping_tax_amount", "fee_amount", "order_discount"
OF_ORDERS += "order_total", "paid_amount"
AMOUNTS = OF_LINES + OF_ORDERS
MONEY = {"unit_price", *AMOUNTS}
# Said once, or by each row in the same words.
TOLD_ONCE = "placed_at", "currency", "email", "customer", "customer_id"
TOLD_ONCE += *ADDRESS, *OF_ORDERS
TOLD_ONCE += "payment_gateway", "payment_reference", "payment_terms", "priority"
TOLD_ONCE = {*TOLD_ONCE, "excludes_tax"}


def check(unit: Unit, channels: Mapping[str, Channel]) -> bool:
    """Says what is wrong; whether nothing is."""
    first, order = unit[0], told(unit)
    if first.values.get("channel") not in channels:
        text = _("unknown channel %(found)s; there are: %(all)s") % {
            "found": shown(first.values.get("channel") or ""),
            "all": ", ".join(sorted(channels)[:20]),
        }
        first.wrong("channel", text, kind="unknown channel")
    for name in ("placed_at", "currency"):
        if not order.get(name):
            first.wrong(name, _("no row of the order says it"), kind=f"empty {name}")
    currency = order.get("currency", "")
    if currency and not is_currency(currency):
        text = _("expected a currency such as EUR, found %(found)s")
        first.wrong("currency", text % {"found": shown(currency)})
    if any(row.errors for row in unit):
        return False
    _check_words(first, order)
    for row in unit:
        _check_digits(row, currency)
    if not any(row.errors for row in unit):
        _check_sums(unit, order)
    return not any(row.errors for row in unit)


def told(unit: Unit) -> dict:
    """What is said of the order as a whole; a row that says something else is wrong."""
    order, said_by = {}, {}
    for row in unit:
        for name, value in row.values.items():
            if name not in TOLD_ONCE or value is None:
                continue
            if name not in order:
                order[name], said_by[name] = value, row.number
            elif order[name] != value:
                text = _("row %(row)d of the same order says %(other)s, this %(this)s")
                names = {"row": said_by[name], "other": order[name], "this": value}
                row.wrong(name, text % names, kind="contradiction")
    return order


def _check_words(row: ImportRow, order: Mapping) -> None:
    country = order.get("ship_to_country", "")
    if country and not (len(country) == 2 and country.isascii()):
        text = _("expected the two letters of a country such as DE, found %(found)s")
        row.wrong("ship_to_country", text % {"found": shown(country)})
    terms = order.get("payment_terms", "")
    if terms not in TERMS:
        text = _("expected one of %(all)s, found %(found)s")
        names = {"all": ", ".join(filter(None, TERMS)), "found": shown(terms)}
        row.wrong("payment_terms", text % names)
    if order.get("priority", 0) > 32_767:
        row.wrong("priority", _("expected at most %(most)d") % {"most": 32_767})


def _check_digits(row: ImportRow, currency: str) -> None:
    digits = get_currency_precision(currency)
    for name in filter(MONEY.__contains__, row.values):
        amount = money_of(row.values, name)
        if amount != rounded(amount, currency):
            text = _(
                "expected at most %(digits)d decimals for %(currency)s, found %(found)s"
            )
            names = {"digits": digits, "currency": currency, "found": amount}
            row.wrong(name, text % names)
        elif amount < 0 or amount >= 10**10:
            text = _("expected an amount from 0 to 9999999999, found %(found)s")
            row.wrong(name, text % {"found": amount})


def _check_sums(unit: Unit, order: Mapping) -> None:
    for row in unit:
        claimed, total = row.values.get("total_amount"), _line_total(row, order)
        if claimed is not None and Decimal(claimed) != total:
            text = _("the line costs %(sum)s, but the file says %(claimed)s")
            names = {"sum": total, "claimed": claimed}
            row.wrong("total_amount", text % names, kind="totals")
    claimed = order.get("order_total")
    if claimed is not None and Decimal(claimed) != (total := total_of(unit, order)):
        text = _("the parts of the order sum to %(sum)s, but the file says %(claimed)s")
        names = {"sum": total, "claimed": claimed}
        unit[0].wrong("order_total", text % names, kind="totals")


def money_of(values: Mapping, name: str) -> Decimal:
    return Decimal(values.get(name) or 0)


def _line_total(row: ImportRow, order: Mapping) -> Decimal:
    values = row.values
    total = money_of(values, "unit_price") * values["quantity"]
    total -= money_of(values, "discount_amount")
    return (
        total + money_of(values, "tax_amount") if order.get("excludes_tax") else total
    )


def total_of(unit: Unit, order: Mapping) -> Decimal:
    total = sum((_line_total(row, order) for row in unit), ZERO)
    for name in ("shipping_amount", "shipping_tax_amount", "fee_amount"):
        total += money_of(order, name)
    return total - money_of(order, "order_discount")


def total_in_words(unit: Unit) -> str:
    order = told(unit)
    return f"{rounded(total_of(unit, order), order['currency'])} {order['currency']}"


def incoming_of(unit: Unit) -> IncomingOrder:
    """The message that the rows amount to."""
    order, number = told(unit), unit[0].values["external_id"]
    address = {name: order.get(name, "") for name in ADDRESS}
    return IncomingOrder(
        external_id=number,
        placed_at=datetime.fromisoformat(order["placed_at"]),
        currency=order["currency"],
        lines=tuple(_line(row) for row in unit),
        customer=_customer(order),
        ship_to=IncomingAddress(
            **{n.removeprefix("ship_to_"): value for n, value in address.items()}
        ),
        shipping_amount=money_of(order, "shipping_amount"),
        shipping_tax_amount=money_of(order, "shipping_tax_amount"),
        fee_amount=money_of(order, "fee_amount"),
        discount_amount=money_of(order, "order_discount"),
        total_amount=total_of(unit, order) if "order_total" in order else None,
        prices_include_tax=not order.get("excludes_tax", False),
        priority=order.get("priority", 0),
        payments=_payments(order, number),
        payment_terms=order.get("payment_terms", ""),
    )


def _line(row: ImportRow) -> IncomingLine:
    values = row.values
    return IncomingLine(
        sku=values["sku"],
        quantity=values["quantity"],
        unit_price=money_of(values, "unit_price"),
        name=values.get("product", ""),
        discount_amount=money_of(values, "discount_amount"),
        tax_amount=money_of(values, "tax_amount"),
    )


def _customer(order: Mapping) -> IncomingCustomer | None:
    email, number = order.get("email", ""), order.get("customer_id", "")
    if not email and not number:
        return None
    name = order.get("customer") or order.get("ship_to_name", "")
    return IncomingCustomer(number, email, name)


def _payments(order: Mapping, number: str) -> tuple[IncomingPayment, ...]:
    amount = money_of(order, "paid_amount")
    if not amount:
        return ()
    return (
        IncomingPayment(
            gateway=order.get("payment_gateway", "channel"),
            amount=amount,
            status=IncomingPayment.CAPTURED,
            reference=order.get("payment_reference", number)[:MOST_REFERENCE],
        ),
    )
