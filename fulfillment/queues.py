"""What fulfillment adds to the list of orders: queues of work, the locations, and what
people read off a parcel."""

from collections import defaultdict
from collections.abc import Iterable

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from fulfillment.models import FulfillmentOrder, Shipment
from inventory.models import Location
from oms.core import panels
from oms.core.lists import Column, Finder, Queue, Word, add_to_list
from orders.models import Order
from orders.models.statuses import Phase
from orders.queues import OPEN
from orders.search import one_of, spellings

Status = FulfillmentOrder.Status


def _in_work(**conditions) -> Q:
    """Only live orders have such work: an invariant, which lets their index help."""
    works = FulfillmentOrder.objects.filter(**conditions)
    return Q(status__in=Order.LIVE, pk__in=works.values("order_id"))


def to_release() -> Q:
    """Its work may go to the floor: what the guards of `release` say."""
    held = Q(active_holds__contains=[{"blocks": ["release"]}])
    held |= Q(active_holds__contains=[{"blocks": ["ship"]}])
    return _in_work(status=Status.ASSIGNED) & ~held


def picking() -> Q:
    return _in_work(status__in=[Status.RELEASED, Status.PICKING])


def to_ship() -> Q:
    return _in_work(status=Status.PACKED)


def in_transit() -> Q:
    """The phase follows from the parcels; with it an index gives the work order."""
    parcels = Shipment.objects.filter(status=Shipment.Status.SHIPPED)
    moving = Q(status__in=OPEN) | Q(phase=Phase.SHIPPED)
    return moving & Q(pk__in=parcels.values("order_id"))


def locations(keys: Iterable[int]) -> dict[int, str]:
    """Where each part of the orders is sent from, and how far that is."""
    works = FulfillmentOrder.objects.filter(order__in=keys)
    works = works.exclude(status=Status.CANCELLED).select_related("location")
    texts = defaultdict(dict)
    for work in works.order_by("id"):
        gone = work.status == Status.FULFILLED
        how_far = Phase.SHIPPED.label if gone else work.get_status_display()
        text = f"{work.location} · {how_far}"
        texts[work.order_id][text] = None
    return {pk: panels.lines_of(each) for pk, each in texts.items()}


def _at_location(value: str) -> Q:
    """Work that is open there: what a location has sent is no question of its day."""
    codes = Location.objects.values_list("code", "pk")
    place = one_of("location", value, {code.lower(): pk for code, pk in codes})
    works = FulfillmentOrder.objects.filter(location=place)
    works = works.filter(status__in=FulfillmentOrder.OPEN)
    return Q(status__in=OPEN, pk__in=works.values("order_id"))


def _by_parcel(text: str) -> Q:
    parcels = Shipment.objects.filter(tracking_number__in=spellings(text))
    return Q(pk__in=parcels.exclude(tracking_number="").values("order_id"))


def _by_work_or_parcel_number(text: str) -> Q | None:
    """F… and S…, as on a pick list and a packing slip."""
    model = {"F": FulfillmentOrder, "S": Shipment}.get(text[0].upper())
    if model is None:
        return None
    rows = model.objects.filter(number__in=spellings(text))
    return Q(pk__in=rows.values("order_id"))


add_to_list(
    Order,
    queues=[
        Queue("to-release", _("To release"), to_release, 30),
        Queue("picking", _("Picking"), picking, 40),
        Queue("to-ship", _("To ship"), to_ship, 50),
        Queue("in-transit", _("In transit"), in_transit, 90),
    ],
    columns=[Column("location", _("location"), locations)],
    finders=[
        Finder("tracking_number", _by_parcel),
        Finder("work", _by_work_or_parcel_number),
    ],
    words=[Word("location", "location:BER", _at_location)],
    parts=[FulfillmentOrder, Shipment],
)
