"""Rate tables: what people keep, a service of a carrier each."""

from django.contrib import admin
from django.utils.translation import gettext as _

from fulfillment.models import Rate, RateTable, RateZone
from oms.core import panels
from oms.core.admin import KeptAdmin, PanelAdmin


def zones_of_table(table: RateTable) -> panels.Table:
    zones = table.zones.order_by("zone", "country", "postal_prefix", "max_distance_km")
    return panels.Table(
        _("Zones"),
        [_("Zone"), _("Country"), _("Postal code"), _("Up to (km)"), _("Days")],
        [
            [
                panels.link(RateZone, zone.pk, zone.zone),
                zone.country or panels.NOTHING,
                zone.postal_prefix or panels.NOTHING,
                zone.max_distance_km or panels.NOTHING,
                zone.transit_days,
            ]
            for zone in zones
        ],
        note=_(
            "The longest prefix of the postal code wins, then the country, then the "
            "shortest distance that reaches."
        ),
        empty=_("It reaches nobody yet: add zones."),
    )


def prices_of_table(table: RateTable) -> panels.Table:
    rates = table.rates.order_by("zone", "max_weight_grams")
    return panels.Table(
        _("Prices"),
        [_("Zone"), _("Up to (g)"), _("Price")],
        [
            [
                panels.link(Rate, rate.pk, rate.zone),
                rate.max_weight_grams,
                panels.money(rate.price, table.currency),
            ]
            for rate in rates
        ],
        note=_("What is heavier than the last step of its zone has no rate."),
        empty=_("It has no prices yet: add rates."),
    )


@admin.register(RateTable)
class RateTableAdmin(KeptAdmin):
    own_panels = (zones_of_table, prices_of_table)
    list_display = ["name", "carrier", "service", "currency", "is_active"]
    list_filter = ["is_active", "carrier"]
    search_fields = ["name", "service"]
    ordering = ["carrier", "service"]
    fields = [("carrier", "service"), "name", ("currency", "is_active")]
    fields += ["delivers_on_saturday"]


class PartOfTableAdmin(PanelAdmin):
    """No document refers to it, so it may go, one by one."""

    actions = None
    list_select_related = ["table"]
    list_filter = ["table"]
    ordering = ["table", "zone", "pk"]


@admin.register(RateZone)
class RateZoneAdmin(PartOfTableAdmin):
    list_display = ["zone", "table", "country", "postal_prefix", "max_distance_km"]
    list_display += ["transit_days"]
    search_fields = ["zone", "country__iexact", "postal_prefix__startswith"]
    fields = [("table", "zone"), ("country", "postal_prefix"), "max_distance_km"]
    fields += ["transit_days"]


@admin.register(Rate)
class RateAdmin(PartOfTableAdmin):
    list_display = ["zone", "table", "max_weight_grams", "price"]
    search_fields = ["zone"]
    fields = [("table", "zone"), ("max_weight_grams", "price")]
