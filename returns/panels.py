"""What returns show of themselves, on their own pages and on that of their order."""

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, TextField, Value
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from oms.core import panels
from orders.models import Customer, Order, Payment
from orders.services.customers import orders_of
from returns.models import Refund, Return, ReturnItem, ReturnLine
from returns.selectors import Preview

MOST = 50  # of a customer


def returns_of_order(order: Order) -> panels.Table | None:
    lines = order.lines.all()
    if not any(line.shipped_quantity for line in lines):
        return None
    parts = ReturnLine.objects.filter(ret=OuterRef("pk")).order_by("id")
    words = Concat(
        Cast("authorized_quantity", TextField()),
        Value(" × "),
        "sku",
        output_field=TextField(),
    )
    pieces = ArraySubquery(parts.values(word=words))
    rows = order.returns.order_by("id").annotate(pieces=pieces)
    if not rows:
        return None
    return panels.Table(
        _("Returns"),
        [_("Number"), _("Status"), _("Money"), _("Reason"), _("Pieces"), _("Asked")],
        [
            [
                panels.link(Return, ret.pk, ret.number),
                panels.status_badge(ret),
                panels.status_badge(ret, "money"),
                ret.get_reason_display(),
                ", ".join(ret.pieces),
                panels.moment(ret.requested_at),
            ]
            for ret in rows
        ],
    )


def returns_of_customer(customer: Customer) -> panels.Table | None:
    mine = Return.objects.filter(order__in=orders_of([customer]))
    rows = list(mine.select_related("order").order_by("-id")[:MOST])
    if not rows:
        return None
    return panels.Table(
        _("Returns"),
        [_("Number"), _("Order"), _("Status"), _("Money"), _("Reason"), _("Asked")],
        [
            [
                panels.link(Return, ret.pk, ret.number),
                panels.link(Order, ret.order_id, ret.order.number),
                panels.status_badge(ret),
                panels.status_badge(ret, "money"),
                ret.get_reason_display(),
                panels.moment(ret.requested_at),
            ]
            for ret in rows
        ],
        _newest(rows),
    )


def refunds_of_customer(customer: Customer) -> panels.Table | None:
    mine = Refund.objects.filter(order__in=orders_of([customer]))
    rows = list(mine.select_related("order").order_by("-id")[:MOST])
    if not rows:
        return None
    return panels.Table(
        _("Refunds"),
        [_("Number"), _("Order"), _("Status"), _("Kind"), _("Amount"), _("Asked")],
        [
            [
                panels.link(Refund, refund.pk, refund.number),
                panels.link(Order, refund.order_id, refund.order.number),
                panels.status_badge(refund),
                refund.get_kind_display(),
                panels.money(refund.amount, refund.currency),
                panels.moment(refund.requested_at),
            ]
            for refund in rows
        ],
        _newest(rows),
    )


def _newest(rows: list) -> str:
    return _("The newest %(n)d.") % {"n": MOST} if len(rows) == MOST else ""


def refunds_of_order(order: Order) -> panels.Table | None:
    if not any(payment.captured_amount for payment in order.payments.all()):
        return None
    return _refunds(order.refunds.order_by("id"), in_parts=False)


def refunds_of_return(ret: Return) -> panels.Table | None:
    return _refunds(ret.refunds.order_by("id"), in_parts=True)


PARTS = {
    "goods_amount": gettext_lazy("Goods"),
    "shipping_amount": gettext_lazy("Shipping"),
    "fee_amount": gettext_lazy("Fee kept"),
    "tax_amount": gettext_lazy("Tax within it"),
    "uncovered_amount": gettext_lazy("Not covered"),
}


def _refunds(rows, *, in_parts: bool) -> panels.Table | None:
    """`in_parts` where there is room for what each is made of."""
    if not rows:
        return None
    parts = PARTS if in_parts else {}
    headings = [_("Number"), _("Status"), _("Kind"), _("Amount"), *parts.values()]
    return panels.Table(
        _("Refunds"),
        [*headings, _("Reason"), _("Asked for by")],
        [
            [
                panels.link(Refund, refund.pk, refund.number),
                panels.status_badge(refund),
                refund.get_kind_display(),
                *(
                    panels.money(getattr(refund, name), refund.currency)
                    for name in ("amount", *parts)
                ),
                refund.reason,
                refund.requested_by,
            ]
            for refund in rows
        ],
    )


def lines_of_return(ret: Return) -> panels.Table:
    return panels.Table(
        _("Lines"),
        [_("SKU"), _("Order line"), _("Authorized"), _("Received"), _("Rejected")],
        [
            [
                line.sku,
                line.order_line.position if line.order_line else _("not agreed"),
                line.authorized_quantity,
                line.received_quantity,
                line.rejected_quantity,
            ]
            for line in ret.lines.select_related("order_line").order_by("id")
        ],
    )


def items_of_return(ret: Return) -> panels.Table:
    items = ReturnItem.objects.filter(line__ret=ret).select_related("line", "location")
    return panels.Table(
        _("What has come"),
        [_("Pieces"), _("Where"), _("Disposition"), _("Note")],
        [
            [
                panels.link(ReturnItem, item.pk, f"{item.quantity} × {item.line.sku}"),
                item.location,
                panels.badge(item.disposition, item.get_disposition_display()),
                item.note or panels.NOTHING,
            ]
            for item in items.order_by("id")
        ],
        empty=_("Nothing is counted yet."),
    )


def parts_of_refund(refund: Refund) -> panels.Table:
    parts = refund.parts.select_related("payment", "request").order_by("id")
    return panels.Table(
        _("Paid from"),
        [_("Payment"), _("Amount"), _("At the gateway")],
        [
            [
                panels.link(Payment, part.payment_id, part.payment.gateway),
                panels.money(part.amount, refund.currency),
                panels.status_badge(part.request) if part.request else panels.NOTHING,
            ]
            for part in parts
        ],
    )


def preview_table(said: Preview, currency: str) -> panels.Table:
    due = said.due
    rows = [
        [_("Goods"), panels.money(due.goods, currency)],
        [_("Shipping"), panels.money(due.shipping, currency)],
        [_("Fee kept"), panels.money(-due.fee, currency)],
        [_("Tax within it"), panels.money(due.tax, currency)],
        *(
            [
                _("From payment %(pk)d, %(gateway)s")
                % {"pk": payment.pk, "gateway": payment.gateway},
                panels.money(amount, currency),
            ]
            for payment, amount in said.parts
        ),
        [_("Not covered"), panels.money(said.uncovered, currency)],
        [_("Refunded"), panels.money(said.amount, currency)],
    ]
    note = _("Somebody else has to approve it.") if said.waits else ""
    return panels.Table(
        _("What would be refunded"),
        ["", _("Amount")],
        [] if said.why_not else rows,
        note=f"{note} {_('Nothing was changed.')}".strip(),
        empty=said.why_not,
    )
