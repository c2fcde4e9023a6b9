from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ChannelsConfig(AppConfig):
    name = "channels"
    verbose_name = _("Channels")

    def ready(self):
        from channels.files.foreign import PROFILES
        from channels.files.listings import Listings
        from channels.models import Channel
        from oms.core.api.codes import known_codes, register_codes
        from oms.core.files.profiles import register, register_profile

        register(Listings())
        for profile in PROFILES:
            register_profile(profile)
        register_codes("channels", known_codes(Channel))
