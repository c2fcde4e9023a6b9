"""What partners hear of work and parcels."""

from fulfillment.models import FulfillmentOrder, Shipment
from oms.core.webhooks.subjects import Facts, register_subject


def works(keys: set[int]) -> dict[int, Facts]:
    rows = FulfillmentOrder.objects.filter(pk__in=keys).values_list(
        *("pk", "number", "order__channel__code", "updated_at"),
        "order__channel__is_sandbox",
        *("location__code", "order__number"),
    )
    return {pk: _facts(*row) for pk, *row in rows}


def parcels(keys: set[int]) -> dict[int, Facts]:
    rows = Shipment.objects.filter(pk__in=keys).values_list(
        *("pk", "number", "order__channel__code", "updated_at"),
        "order__channel__is_sandbox",
        *("fulfillment_order__location__code", "order__number"),
    )
    return {pk: _facts(*row) for pk, *row in rows}


def _facts(number, channel, updated_at, is_sandbox, location, order) -> Facts:
    return Facts(number, channel, updated_at, is_sandbox, location or "", order)


register_subject(FulfillmentOrder, "fulfillment_order", works)
register_subject(Shipment, "shipment", parcels)
