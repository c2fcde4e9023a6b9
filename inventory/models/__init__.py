from inventory.models.locations import Location, LocationGroup
from inventory.models.products import Product
from inventory.models.stock import StockLevel, StockMovement

__all__ = ["Location", "LocationGroup", "Product", "StockLevel", "StockMovement"]
