"""Customers, with their orders."""

from django.contrib import admin
from django.utils.translation import gettext as _

from oms.core import panels
from oms.core.admin import KeptAdmin
from orders.models import Customer, Order

NEWEST_ORDERS = 50


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
