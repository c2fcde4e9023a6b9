"""Rate tables as the pure rating wants them."""

from django.db.models import prefetch_related_objects

from fulfillment.models import RateTable
from fulfillment.rates.rating import Tariff, Zone


def load_tariffs() -> list[Tariff]:
    """The active rate tables: three statements, one where there is none."""
    tables = list(RateTable.objects.filter(is_active=True).order_by("pk"))
    prefetch_related_objects(tables, "zones", "rates")
    return [_tariff(table) for table in tables]


def _tariff(table: RateTable) -> Tariff:
    steps: dict[str, list] = {}
    for rate in table.rates.all():
        steps.setdefault(rate.zone, []).append((rate.max_weight_grams, rate.price))
    zones = [
        Zone(
            zone.zone,
            zone.transit_days,
            zone.country,
            zone.postal_prefix,
            zone.max_distance_km,
        )
        for zone in table.zones.all()
    ]
    return Tariff(
        table.carrier,
        table.service,
        table.currency,
        zones,
        steps,
        table.name,
        table.delivers_on_saturday,
    )
