from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FulfillmentConfig(AppConfig):
    name = "fulfillment"
    verbose_name = _("Fulfillment")

    def ready(self):
        from fulfillment import receivers, subjects  # noqa: F401
        from fulfillment.files.counting import StockSet
        from fulfillment.files.tracking import Tracking
        from fulfillment.services import kept  # noqa: F401
        from oms.core.files.profiles import register

        register(StockSet())
        register(Tracking())
