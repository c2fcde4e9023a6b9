from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReturnsConfig(AppConfig):
    name = "returns"
    verbose_name = _("Returns")

    def ready(self):
        from oms.core.files.profiles import register
        from returns import receivers, subjects  # noqa: F401
        from returns.files.announced import Returns
        from returns.services import kept  # noqa: F401

        register(Returns())
