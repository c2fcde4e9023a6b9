"""The pages of orders, their payments and customers. Fulfillment adds its own panels to
the order page."""

from orders.admin import customers, findings, holds, orders, payments, risk, today

__all__ = ["customers", "findings", "holds", "orders", "payments", "risk", "today"]
