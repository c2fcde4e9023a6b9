"""Places, and who they serve."""

from django.contrib import admin
from django.utils.translation import gettext_lazy

from inventory.models import Location, LocationGroup, SupplierOffer
from oms.core.admin import ExportingAdmin, KeptAdmin, KeyedAdmin


class OfferInline(admin.TabularInline):
    model = SupplierOffer
    fields = ["product", "supplier_sku", "is_active"]
    autocomplete_fields = ["product"]
    extra = 1


@admin.register(Location)
class LocationAdmin(ExportingAdmin, KeyedAdmin):
    list_display = ["code", "name", "kind", "country", "priority", "time_zone"]
    list_display += ["cut_off", "daily_capacity", "is_active"]
    list_filter = ["kind", "is_active", "country", "is_sandbox"]
    search_fields = ["code", "name"]
    ordering = ["priority", "code"]
    filter_horizontal = ["staff"]
    fieldsets = [
        (
            None,
            {"fields": ["code", "name", "kind", "is_active", "priority", "is_sandbox"]},
        ),
        (
            gettext_lazy("Place"),
            {"fields": ["country", ("lat", "lon"), ("region", "ships_to")]},
        ),
        (
            gettext_lazy("Work"),
            {
                "fields": [
                    "time_zone",
                    ("cut_off", "handling_days", "daily_capacity"),
                    ("closed_weekdays", "closed_on"),
                    ("order_cost", "piece_cost"),
                    "staff",
                ]
            },
        ),
    ]

    def get_readonly_fields(self, request, obj=None):
        """Its stock, and the work that it has done, are real or are not."""
        made = ["is_sandbox"] if obj else []
        return [*super().get_readonly_fields(request, obj), *made]

    def get_inlines(self, request, obj):
        """A supplier's offers; other places keep stock."""
        return [] if obj is None or obj.keeps_stock else [OfferInline]


@admin.register(LocationGroup)
class LocationGroupAdmin(KeptAdmin):
    list_display = ["name", "codes"]
    search_fields = ["name"]
    ordering = ["name"]
    filter_horizontal = ["locations"]
    fields = ["name", "locations"]

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("locations")

    @admin.display(description=gettext_lazy("locations"))
    def codes(self, group):
        return ", ".join(sorted(location.code for location in group.locations.all()))
