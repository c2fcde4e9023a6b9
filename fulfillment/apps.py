from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FulfillmentConfig(AppConfig):
    name = "fulfillment"
    verbose_name = _("Fulfillment")

    def ready(self):
        from fulfillment import receivers, subjects  # noqa: F401
        from fulfillment.services import kept  # noqa: F401
