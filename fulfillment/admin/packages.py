"""The boxes that packers choose from."""

from django.contrib import admin
from django.utils.translation import gettext_lazy

from fulfillment.models import Package
from oms.core.admin import KeyedAdmin


@admin.register(Package)
class PackageAdmin(KeyedAdmin):
    list_display = ["name", "code", "weight_grams", "size", "position", "is_active"]
    list_filter = ["is_active"]
    search_fields = ["name", "code"]
    ordering = ["position", "code"]
    fields = ["name", "code", "weight_grams"]
    fields += [("length_mm", "width_mm", "height_mm"), ("position", "is_active")]

    @admin.display(description=gettext_lazy("size"))
    def size(self, package):
        return package.size
