"""The pages of orders, their payments and customers. Fulfillment adds its own panels to
the order page."""

from orders import exports
from orders.admin import (
    actions,
    customers,
    findings,
    fixes,
    holds,
    orders,
    payments,
    risk,
    today,
)

__all__ = [
    "actions",
    "customers",
    "exports",
    "findings",
    "fixes",
    "holds",
    "orders",
    "payments",
    "risk",
    "today",
]
