from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OrdersConfig(AppConfig):
    name = "orders"
    verbose_name = _("Orders")

    def ready(self):
        from oms.core.files.profiles import register
        from orders import receivers, subjects  # noqa: F401
        from orders.files.orders import Orders
        from orders.services import kept  # noqa: F401

        register(Orders())
