from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InventoryConfig(AppConfig):
    name = "inventory"
    verbose_name = _("Inventory")

    def ready(self):
        from inventory.files.adjusting import StockAdjust
        from inventory.files.locations import Locations
        from inventory.files.products import Products
        from oms.core.files.profiles import register

        register(StockAdjust())
        register(Products())
        register(Locations())
