from orders.models.customers import Customer
from orders.models.holds import Hold
from orders.models.lines import OrderLine
from orders.models.orders import Order
from orders.models.payments import Payment, PaymentRequest, PaymentTransaction
from orders.models.risk import BlocklistEntry, RiskAssessment, RiskRule

__all__ = [
    "BlocklistEntry",
    "Customer",
    "Hold",
    "Order",
    "OrderLine",
    "Payment",
    "PaymentRequest",
    "PaymentTransaction",
    "RiskAssessment",
    "RiskRule",
]
