from fulfillment.models.allocations import FulfillmentOrderLine
from fulfillment.models.labels import Label
from fulfillment.models.packages import Package
from fulfillment.models.packing import PackScan
from fulfillment.models.picking import PickScan
from fulfillment.models.rates import Rate, RateTable, RateZone
from fulfillment.models.routing import RoutingDecision, RoutingPolicy
from fulfillment.models.shipments import Shipment, ShipmentLine, TrackingEvent
from fulfillment.models.waves import Wave
from fulfillment.models.work import FulfillmentOrder

__all__ = [
    "FulfillmentOrder",
    "FulfillmentOrderLine",
    "Label",
    "PackScan",
    "Package",
    "PickScan",
    "Rate",
    "RateTable",
    "RateZone",
    "RoutingDecision",
    "RoutingPolicy",
    "Shipment",
    "ShipmentLine",
    "TrackingEvent",
    "Wave",
]
