"""The order page: what orders know of themselves."""

from django.contrib import admin
from django.db.models import Q
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from oms.core import panels
from oms.core.models import WorkItem
from orders.admin import findings
from orders.admin import holds as hold_pages
from orders.admin.holds import holds
from orders.admin.listing import OrderList
from orders.admin.payments import payments
from orders.admin.recording import record_payment
from orders.admin.risk import risk
from orders.models import Order

panels.describe_events(
    {
        "order.captured": gettext_lazy("Order taken in"),
        "order.confirmed": gettext_lazy("Order checked and confirmed"),
        "order.processing_started": gettext_lazy("Work begun"),
        "order.completed": gettext_lazy("Order completed"),
        "order.cancelled": gettext_lazy("Order cancelled"),
        "order.pieces_cancelled": gettext_lazy("Pieces cancelled"),
    },
    {
        "reason": gettext_lazy("reason"),
        "pieces": gettext_lazy("pieces by line"),
        "total_before": gettext_lazy("total before"),
    },
)


def lines(order: Order) -> panels.Table:
    rows = order.lines.select_related("product").order_by("position")
    return panels.Table(
        _("Lines"),
        [
            _("Line"),
            _("SKU"),
            _("Name"),
            _("Ordered"),
            _("Cancelled"),
            _("Waiting"),
            _("Allocated"),
            _("Shipped"),
            _("Delivered"),
            _("Returned"),
            _("Unit price"),
            _("Discount"),
            _("Tax"),
            _("Total"),
        ],
        [
            [
                line.position,
                _sku(line),
                line.name or (line.product and line.product.name) or panels.NOTHING,
                line.quantity,
                line.cancelled_quantity,
                line.waiting_quantity,
                line.allocated_quantity,
                line.shipped_quantity,
                line.delivered_quantity,
                line.returned_quantity,
                *(
                    panels.money(amount, order.currency)
                    for amount in (
                        line.unit_price,
                        line.discount_amount,
                        line.tax_amount,
                        line.total_amount,
                    )
                ),
            ]
            for line in rows
        ],
        note=_("Ordered = cancelled + waiting + allocated + shipped."),
        empty=_("It has no lines."),
    )


def _sku(line) -> str:
    if line.product_id is None:
        return _("%(sku)s (unknown)") % {"sku": line.sku}
    sku = f"↳ {line.sku}" if line.parent_id else line.sku  # a part of a bundle
    return panels.link("product", line.product_id, sku)


def work_items(order: Order) -> panels.Table | None:
    """What keeps the order from going on, if anything ever did."""
    mine = Q(subject_type="order", subject_id=order.pk)
    mine |= Q(subject_type="payment", subject_id__in=order.payments.values("pk"))
    items = WorkItem.objects.filter(mine)
    rows = [
        [
            panels.link(WorkItem, item.pk, item.title),
            panels.status_badge(item),
            item.owner or panels.NOTHING,
            panels.moment(item.created_at),
        ]
        for item in items.select_related("owner").order_by("id")
    ]
    if not rows:
        return None
    headings = [_("What is wrong"), _("Status"), _("Owner"), _("Since")]
    return panels.Table(_("Work items"), headings, rows)


@admin.register(Order)
class OrderAdmin(OrderList):
    own_panels = (work_items, holds, risk, lines, payments)
    has_timeline = True
    fieldsets = [
        (
            None,
            {
                "fields": [
                    ("number", "channel", "external_id"),
                    ("customer", "inbound_message"),
                    ("phase_badge", "status_word"),
                    ("payment_status", "fulfillment_status"),
                    ("placed_at", "confirmed_at", "completed_at", "cancelled_at"),
                    ("ship_to", "priority"),
                    ("total", "total_explained"),
                ]
            },
        ),
    ]

    def get_urls(self):
        views = [
            ("<int:pk>/hold/", hold_pages.place, "orders_order_hold"),
            ("<int:pk>/payment/", record_payment, "orders_order_record_payment"),
            ("<int:pk>/address/", findings.address, "orders_order_address"),
            ("<int:pk>/accept/<slug:kind>/", findings.accept, "orders_order_accept"),
        ]
        own = [
            path(where, self.admin_site.admin_view(view), name=name)
            for where, view, name in views
        ]
        return [*own, *super().get_urls()]

    @admin.display(description=gettext_lazy("status"), ordering="status")
    def status_word(self, order):
        return panels.status_badge(order)

    @admin.display(description=gettext_lazy("made of"))
    def total_explained(self, order):
        parts = order.shipping_amount, order.shipping_tax_amount, order.fee_amount
        shipping, tax, fee = (panels.money(part, order.currency) for part in parts)
        texts = [
            _("lines + shipping %(shipping)s + tax on it %(tax)s + fee %(fee)s")
            % {"shipping": shipping, "tax": tax, "fee": fee},
            _("prices include tax") if order.prices_include_tax else _("prices net"),
        ]
        claimed = order.claimed_total_amount
        if claimed is not None and claimed != order.total_amount:
            text = _("the channel says %(total)s")
            texts.append(text % {"total": panels.money(claimed, order.currency)})
        return "; ".join(texts)

    @admin.display(description=gettext_lazy("ship to"))
    def ship_to(self, order):
        place = f"{order.ship_to_postal_code} {order.ship_to_city}".strip()
        parts = [
            order.ship_to_name,
            order.ship_to_company,
            order.ship_to_street,
            order.ship_to_street2,
            place,
            order.ship_to_region,
            order.ship_to_country,
            order.ship_to_phone,
        ]
        return panels.lines_of(filter(None, parts)) or panels.NOTHING
