from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InventoryConfig(AppConfig):
    name = "inventory"
    verbose_name = _("Inventory")

    def ready(self):
        from inventory.files.adjusting import StockAdjust
        from oms.core.files.profiles import register

        register(StockAdjust())
