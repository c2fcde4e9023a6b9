"""Rate tables. `make_service` makes one whole service: its table, zones and prices."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from fulfillment.models import Rate, RateTable, RateZone

GERMANY = ({"zone": "DE", "country": "DE", "transit_days": 2},)
STEPS = {1_000: "5.00", 5_000: "8.00", 30_000: "14.00"}


def make_service(
    service: str = "standard",
    carrier: str = "rate_table",
    zones: Sequence[Mapping] = GERMANY,
    steps: Mapping[int, str] = STEPS,
    **fields,
) -> RateTable:
    """Every zone has the same `steps`: {up to grams: price}."""
    given = {"name": service.title(), "currency": "EUR"} | fields
    table = RateTable.objects.create(carrier=carrier, service=service, **given)
    RateZone.objects.bulk_create(RateZone(table=table, **zone) for zone in zones)
    Rate.objects.bulk_create(
        Rate(table=table, zone=z, max_weight_grams=grams, price=Decimal(price))
        for z in {zone["zone"] for zone in zones}
        for grams, price in steps.items()
    )
    return table
