from inventory.models.locations import Location, LocationGroup, SupplierOffer
from inventory.models.products import BundleComponent, Product
from inventory.models.stock import StockLevel, StockMovement

__all__ = [
    "BundleComponent",
    "Location",
    "LocationGroup",
    "Product",
    "StockLevel",
    "StockMovement",
    "SupplierOffer",
]
