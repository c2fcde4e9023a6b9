from orders.models.customers import Customer
from orders.models.orders import Order, OrderLine
from orders.models.payments import Payment, PaymentTransaction

__all__ = ["Customer", "Order", "OrderLine", "Payment", "PaymentTransaction"]
