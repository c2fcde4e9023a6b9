"""A warehouse's own key, and the work that it asks for."""

from fulfillment.models import FulfillmentOrder
from orders.services.holds import NewHold, place_holds

LABEL = {"tracking_number": "T-1", "carrier": "dhl"}


def work_of(order) -> FulfillmentOrder:
    return FulfillmentOrder.objects.filter(order=order).latest("pk")


def path_of(order, action: str = "") -> str:
    path = f"fulfillment-orders/{work_of(order).number}/"
    return f"{path}{action}/" if action else path


def hold(order) -> None:
    new = NewHold(order.pk, "customer_request", ["ship"], source="staff", handle="h")
    place_holds([new], actor="t").one()
