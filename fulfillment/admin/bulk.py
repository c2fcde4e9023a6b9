"""What fulfillment adds to what can be done to many orders at once."""

from collections import defaultdict
from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fulfillment.admin.station import places_of
from fulfillment.models import FulfillmentOrder
from fulfillment.services.rerouting import reroute_orders
from fulfillment.services.work import release_work
from oms.core.jobs import Kind
from oms.core.lists import BulkAction, add_bulk_actions
from oms.core.outcome import Outcome
from orders.models import Order

PLACES = "_places"  # of the person; None: all


def release(keys: Sequence[int], params: dict, actor: str) -> Outcome:
    """All work of these orders that may go to the floor of the person's locations. An
    order with work that cannot is refused, whatever else of it has gone."""
    works = FulfillmentOrder.objects.filter(
        order__in=keys, status=FulfillmentOrder.Status.ASSIGNED
    )
    if params[PLACES] is not None:
        works = works.filter(location__in=params[PLACES])
    works = list(works)
    released = release_work(works, actor=actor)
    out, waiting = Outcome(), set(keys) - {work.order_id for work in works}
    reasons = defaultdict(list)
    for work in works:
        reasons[work.order_id] += released.refused.get(work.pk, [])
    for key, why in reasons.items():
        if why:
            out.refused[key] = why
    for key in waiting:
        out.refuse(key, _("No work of it waits to be released here; see its page."))
    return out


def limits(user) -> dict:
    places = places_of(user)
    return {PLACES: None if places is None else sorted(places)}


def route_again(keys: Sequence[int], params: dict, actor: str) -> Outcome:
    return reroute_orders(keys, actor=actor)


RELEASE = Kind(
    "fulfillment.release",
    gettext_lazy("Release to the floor"),
    "fulfillment.release_fulfillmentorder",
    release,
    gettext_lazy("Released"),
    Order,
)
ROUTE_AGAIN = Kind(
    "fulfillment.route_again",
    gettext_lazy("Route again"),
    "fulfillment.route_fulfillmentorder",
    route_again,
    gettext_lazy("Got a location"),
    Order,
)

add_bulk_actions(
    Order, BulkAction(RELEASE, 10, limits=limits), BulkAction(ROUTE_AGAIN, 50)
)
