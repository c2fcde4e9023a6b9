"""Orders, payments and customers. The order page shows what orders know; fulfillment
adds its own panels."""

from django.contrib import admin
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from oms.core import panels
from oms.core.admin import KeptAdmin, ReadOnlyAdmin
from oms.core.models import WorkItem
from orders.models import Customer, Order, Payment, PaymentTransaction

NEWEST_ORDERS = 50

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
    return panels.link("product", line.product_id, line.sku)


def work_items(order: Order) -> panels.Table | None:
    """What keeps the order from going on, if anything ever did."""
    items = WorkItem.objects.filter(subject_type="order", subject_id=order.pk)
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


def payments(order: Order) -> panels.Table:
    return panels.Table(
        _("Payments"),
        [_("Gateway"), _("Authorized"), _("Captured"), _("Refunded")],
        [
            [
                panels.link(Payment, payment.pk, payment.gateway),
                panels.money(payment.authorized_amount, payment.currency),
                panels.money(payment.captured_amount, payment.currency),
                panels.money(payment.refunded_amount, payment.currency),
            ]
            for payment in order.payments.order_by("id")
        ],
        empty=_("Nobody has paid yet."),
    )


@admin.register(Order)
class OrderAdmin(ReadOnlyAdmin):
    own_panels = (work_items, lines, payments)
    has_timeline = True
    list_display = ["number", "customer", "phase_badge", "total", "placed", "channel"]
    list_display += ["payment_status", "fulfillment_status"]
    list_filter = ["phase", "status", "payment_status", "fulfillment_status", "channel"]
    search_fields = ["number__exact", "external_id__exact", "customer__email__iexact"]
    search_help_text = gettext_lazy("Number, the channel's id or e-mail, in full")
    list_select_related = ["channel", "customer"]
    date_hierarchy = "placed_at"
    ordering = ["-placed_at", "-id"]
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

    @admin.display(description=gettext_lazy("phase"), ordering="phase")
    def phase_badge(self, order):
        return panels.status_badge(order, "phase")

    @admin.display(description=gettext_lazy("status"), ordering="status")
    def status_word(self, order):
        return panels.status_badge(order)

    @admin.display(description=gettext_lazy("placed at"), ordering="placed_at")
    def placed(self, order):
        return panels.moment(order.placed_at)

    @admin.display(description=gettext_lazy("total"), ordering="total_amount")
    def total(self, order):
        return panels.money(order.total_amount, order.currency)

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


def newest_orders(customer: Customer) -> panels.Table:
    orders = customer.orders.order_by("-placed_at", "-id")[:NEWEST_ORDERS]
    return panels.Table(
        _("Orders, newest first"),
        [_("Number"), _("Phase"), _("Total"), _("Placed at")],
        [
            [
                panels.link(Order, order.pk, order.number),
                panels.status_badge(order, "phase"),
                panels.money(order.total_amount, order.currency),
                panels.moment(order.placed_at),
            ]
            for order in orders
        ],
        empty=_("None yet."),
    )


@admin.register(Customer)
class CustomerAdmin(KeptAdmin):
    own_panels = (newest_orders,)
    list_display = ["__str__", "email", "key", "is_active", "created_at"]
    list_filter = ["is_active"]
    search_fields = ["key__exact", "email__iexact", "name"]
    ordering = ["-id"]
    show_full_result_count = False
    fields = ["name", "email", "key", "is_active", "created_at"]
    readonly_fields = ["key", "created_at"]

    def has_add_permission(self, request):
        return False


def transactions(payment: Payment) -> panels.Table:
    return panels.Table(
        _("Transactions"),
        [_("At"), _("Kind"), _("Status"), _("Amount"), _("Reference"), _("By")],
        [
            [
                panels.moment(row.at),
                panels.link(PaymentTransaction, row.pk, row.get_kind_display()),
                panels.status_badge(row),
                panels.money(row.amount, row.currency),
                row.reference or panels.NOTHING,
                row.actor,
            ]
            for row in payment.transactions.order_by("id")
        ],
        empty=_("None yet."),
    )


@admin.register(Payment)
class PaymentAdmin(ReadOnlyAdmin):
    own_panels = (transactions,)
    list_display = ["id", "order", "gateway", "authorized", "captured", "refunded"]
    list_display += ["created_at"]
    list_filter = ["gateway", "currency"]
    search_fields = ["order__number__exact"]
    search_help_text = gettext_lazy("Number of the order")
    list_select_related = ["order"]
    ordering = ["-id"]
    fields = ["order", "gateway", "authorized", "captured", "refunded", "created_at"]

    @admin.display(description=gettext_lazy("authorized"))
    def authorized(self, payment):
        return panels.money(payment.authorized_amount, payment.currency)

    @admin.display(description=gettext_lazy("captured"))
    def captured(self, payment):
        return panels.money(payment.captured_amount, payment.currency)

    @admin.display(description=gettext_lazy("refunded"))
    def refunded(self, payment):
        return panels.money(payment.refunded_amount, payment.currency)


@admin.register(PaymentTransaction)
class PaymentTransactionAdmin(ReadOnlyAdmin):
    list_display = ["at", "order", "kind", "status_word", "sum", "reference", "actor"]
    list_filter = ["kind", "status"]
    search_fields = ["payment__order__number__exact", "reference__exact"]
    search_help_text = gettext_lazy("Number of the order, or reference")
    list_select_related = ["payment__order"]
    ordering = ["-id"]
    fields = ["at", "payment", "order", "kind", "status_word", "sum", "reference"]
    fields += ["idempotency_key", "actor"]

    @admin.display(description=gettext_lazy("order"))
    def order(self, row):
        return panels.link(Order, row.payment.order_id, row.payment.order)

    @admin.display(description=gettext_lazy("status"))
    def status_word(self, row):
        return panels.status_badge(row)

    @admin.display(description=gettext_lazy("amount"))
    def sum(self, row):
        return panels.money(row.amount, row.currency)
