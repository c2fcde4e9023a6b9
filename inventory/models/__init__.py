from inventory.models.locations import Location, LocationGroup, SupplierOffer
from inventory.models.products import Barcode, BundleComponent, Product
from inventory.models.stock import StockLevel, StockMovement

__all__ = [
    "Barcode",
    "BundleComponent",
    "Location",
    "LocationGroup",
    "Product",
    "StockLevel",
    "StockMovement",
    "SupplierOffer",
]
