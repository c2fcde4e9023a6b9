from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InventoryConfig(AppConfig):
    name = "inventory"
    verbose_name = _("Inventory")

    def ready(self):
        from inventory.files.adjusting import StockAdjust
        from inventory.files.locations import Locations
        from inventory.files.products import Products
        from inventory.models import Location
        from oms.core.api.codes import known_codes, register_codes
        from oms.core.files.profiles import register

        register(StockAdjust())
        register(Products())
        register(Locations())
        register_codes("locations", known_codes(Location))
