"""What the walks over all endpoints of the API know of each resource. A resource, or a
writing action, without a row here fails a test."""

from orders.models import Order
from tests.api.partner import Partner


def order_of(partner: Partner) -> str:
    return partner.create().number


def customer_of(partner: Partner) -> str:
    order = partner.create(customer={"email": f"{partner.key.name}@example.org"})
    return str(Order.objects.get(pk=order.pk).customer_id)


# resource → (a new row that this partner sees, as it is called in paths; a name that
# nothing has)
ROWS = {
    "customers": (customer_of, "999999999"),
    "orders": (order_of, "999999999"),
}

# resource and action → a body that is valid
BODIES = {
    "orders cancel": {"reason": "Ordered twice"},
    "orders confirm": {},
    "orders hold": {"handle": "h", "reason": "other", "blocks": ["ship"]},
    "orders release": {"handle": "h"},
    "orders add_note": {"text": "Hello"},
    "orders partial_update": {"priority": 3},
}
