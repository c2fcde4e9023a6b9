"""Channels, with their door and what they show."""

from django.contrib import admin
from django.utils.translation import gettext_lazy

from channels.admin.door import secrets_of
from channels.admin.listings import shown_by
from channels.models import Channel
from oms.core.admin import KeyedAdmin


@admin.register(Channel)
class ChannelAdmin(KeyedAdmin):
    own_panels = (secrets_of, shown_by)
    has_timeline = True
    list_display = ["code", "name", "payment", "address_required", "pool"]
    list_filter = ["payment", "is_sandbox"]
    search_fields = ["code", "name"]
    list_select_related = ["pool"]
    ordering = ["code"]
    fieldsets = [
        (None, {"fields": ["code", "name", "pool", "ship_complete", "is_sandbox"]}),
        (
            gettext_lazy("Payment"),
            {"fields": ["payment", "payment_terms", "reserve_minutes"]},
        ),
        (
            gettext_lazy("What is checked"),
            {
                "fields": [
                    ("address_required", "address_checked"),
                    ("price_tolerance", "duplicate_hours", "risk_limit"),
                ]
            },
        ),
    ]

    def get_readonly_fields(self, request, obj=None):
        """Its orders are real or are not, for good."""
        used = ["is_sandbox"] if obj and obj.messages.exists() else []
        return [*super().get_readonly_fields(request, obj), *used]
