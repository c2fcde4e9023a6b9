"""What customers send back, as a partner tells it."""

from orders.models import Order
from tests import shop
from tests.api.partner import Partner, order_line


def delivered(partner: Partner, quantity: int = 3) -> Order:
    order = partner.create(lines=[order_line(quantity=quantity)])
    shop.advance([order], to="delivered")
    return order


def wish(order: Order, quantity: int = 2, **fields) -> dict:
    lines = [{"position": 1, "quantity": quantity}]
    return {"order": order.number, "lines": lines, "reason": "changed_mind"} | fields


def received(partner: Partner, order: Order, quantity: int = 2) -> str:
    """The path of a return of which everything has come."""
    said = partner.post("returns/", wish(order, quantity)).json()
    path = f"returns/{said['number']}/"
    partner.post(f"{path}approve/")
    arrived = {"items": [{"sku": "SHIRT", "quantity": quantity}], "location": "BER"}
    answer = partner.post(f"{path}receive/", arrived)
    assert answer.status_code == 200, answer.json()
    return path
