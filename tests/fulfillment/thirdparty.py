"""A 3PL that has work, and those who ask it for that."""

from fulfillment.models import FulfillmentOrder
from fulfillment.services import negotiating, work
from fulfillment.services.negotiating import Request
from inventory.models import Location
from oms.core.models import WorkItem
from orders.services import cancellation
from tests import shop


def become_partner(place: Location, kind: str = "3pl") -> None:
    Location.objects.filter(pk=place.pk).update(kind=kind)


def sent(channel, count=1, lines=(("SHIRT", 2),)) -> list[FulfillmentOrder]:
    """Work of orders of these lines, released to wherever it was routed."""
    orders = shop.place_orders(channel, count, lines)
    assert not work.release_work(shop.works_of(orders), actor="t").refused
    return shop.works_of(orders)


def cancel(order, **options):
    facts = {"reason": "changed mind", "actor": "user:mia"} | options
    return cancellation.cancel_orders([order], **facts)


def asked(each, reroutes=False):
    wish = Request("changed mind", reroutes)
    return negotiating.request_cancellation({each.pk: wish}, actor="user:mia")


def fresh(row):
    return type(row).objects.get(pk=row.pk)


def items(kind) -> list[str]:
    rows = WorkItem.objects.filter(kind=kind).exclude(status="resolved")
    return list(rows.values_list("title", flat=True))
