from fulfillment.models.routing import RoutingDecision
from fulfillment.models.shipments import Shipment, ShipmentLine, TrackingEvent
from fulfillment.models.work import FulfillmentOrder, FulfillmentOrderLine

__all__ = [
    "FulfillmentOrder",
    "FulfillmentOrderLine",
    "RoutingDecision",
    "Shipment",
    "ShipmentLine",
    "TrackingEvent",
]
