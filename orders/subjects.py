"""What partners hear of orders."""

from oms.core.webhooks.subjects import Facts, register_subject
from orders.models import Order


def orders(keys: set[int]) -> dict[int, Facts]:
    rows = Order.objects.filter(pk__in=keys).values_list(
        "pk", "number", "channel__code", "updated_at", "channel__is_sandbox"
    )
    return {pk: Facts(*facts) for pk, *facts in rows}


register_subject(Order, "order", orders)
