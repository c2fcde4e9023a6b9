from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ChannelsConfig(AppConfig):
    name = "channels"
    verbose_name = _("Channels")

    def ready(self):
        from channels.files.foreign import PROFILES
        from channels.files.listings import Listings
        from oms.core.files.profiles import register, register_profile

        register(Listings())
        for profile in PROFILES:
            register_profile(profile)
