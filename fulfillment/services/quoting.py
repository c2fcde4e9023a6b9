"""What a parcel may be sent by: the facts of the offers, loaded for a whole set."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from fulfillment.models import (
    FulfillmentOrder,
    FulfillmentOrderLine,
    Package,
    Shipment,
)
from fulfillment.rates.choosing import Quote, choose
from fulfillment.rates.rating import Destination, Tariff, offers
from fulfillment.routing import calendar
from fulfillment.services.rates import load_tariffs
from inventory.models import Location
from oms.core.geo import distance_of
from orders.models import Order, OrderLine


def destination(place: Location, order: Order) -> Destination:
    distance = distance_of(place.lat, place.lon, order.ship_to_lat, order.ship_to_lon)
    return Destination(order.ship_to_country, order.ship_to_postal_code, distance)


class Sending(NamedTuple):
    """A parcel of an order that the carrier has on `ready_on`. `service`: of this one
    only; else the one that the customer chose, if any."""

    place: Location
    order: Order
    weight_grams: int
    ready_on: date
    promised: date | None = None
    service: str = ""


def quotes(tariffs: Sequence[Tariff], parcel: Sending) -> list[Quote]:
    """Every service side by side, the chosen one with its reason."""
    to = destination(parcel.place, parcel.order)
    return choose(
        offers(tariffs, to, parcel.weight_grams),
        parcel.ready_on,
        promised=parcel.promised,
        service=parcel.service or parcel.order.service,
    )


def leaves_on(place: Location, at: datetime, work_on: date | None = None) -> date:
    """The day on which the carrier gets work of that day; the next that is open."""
    day = calendar.work_day(place, at)
    if work_on is not None and (day is None or work_on > day):
        day = work_on
    return calendar.ready_day(place, day or (at + timedelta(days=1)).date())


def packed_leaves_on(place: Location, at: datetime) -> date:
    """The same for a parcel that stands ready: nothing is left to do but the way."""
    return calendar.work_day(place, at) or (at + timedelta(days=1)).date()


def weights(shipments: Iterable[Shipment]) -> dict[int, int]:
    """{shipment pk: grams on the scale, or by the weights of its products and its box};
    needs their lines and their work."""
    shipments = list(shipments)
    works = {s.pk: s.fulfillment_order for s in shipments}
    lines = {s.pk: list(s.lines.all()) for s in shipments}
    grams = _grams({line.order_line_id for some in lines.values() for line in some})
    used = {work.package_id for work in works.values()} - {None}
    boxes = Package.objects.in_bulk(used) if used else {}
    found = {}
    for pk, some in lines.items():
        goods = sum(grams[line.order_line_id] * line.quantity for line in some)
        box = boxes.get(works[pk].package_id)
        if goods and box:
            goods += box.weight_grams
        found[pk] = works[pk].weighed_grams or goods
    return found


def _grams(order_lines: Iterable[int]) -> Mapping[int, int]:
    rows = OrderLine.objects.filter(pk__in=set(order_lines))
    rows = rows.values_list("pk", "product__weight_grams")
    return {pk: grams or 0 for pk, grams in rows}


def quotes_of_work(work: FulfillmentOrder, at: datetime) -> list[Quote]:
    """For the page: what this work may be sent by, seen from now."""
    open_lines = FulfillmentOrderLine.objects.filter(fulfillment_order=work)
    pieces = dict(open_lines.values_list("order_line", "quantity"))
    grams = _grams(pieces)
    weight = sum(grams[line] * quantity for line, quantity in pieces.items())
    packed = work.status in (work.Status.PACKED, work.Status.FULFILLED)
    leaves = (
        packed_leaves_on(work.location, at)
        if packed
        else leaves_on(work.location, at, work.work_on)
    )
    parcel = Sending(work.location, work.order, weight, leaves, work.promised_at)
    return quotes(load_tariffs(), parcel)
