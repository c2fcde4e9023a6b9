"""What fulfillment adds to the next actions of an order and of its parts."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from fulfillment import selectors
from fulfillment.admin.order_answer import parts, place_of
from fulfillment.admin.order_cards import cards
from fulfillment.admin.station import places_of
from fulfillment.carriers.links import tracking_page
from fulfillment.models import FulfillmentOrder, Shipment
from fulfillment.services import rerouting, work
from oms.core import desk, panels, transitions
from oms.core.desk import Action, Offer
from oms.core.outcome import Outcome
from orders.models import Order
from orders.models.statuses import Phase

RELEASE = "fulfillment.release_fulfillmentorder"
ROUTE = "fulfillment.route_fulfillmentorder"
Status = FulfillmentOrder.Status


def _mine(order: Order, user) -> list[FulfillmentOrder]:
    """Work to release at the locations of this person, which are asked for once."""
    works = order.fulfillment_orders.all()
    works = [row for row in works if row.status == Status.ASSIGNED]
    if works and not hasattr(user, "places_named"):
        user.places_named = places_of(user)
    return [
        row
        for row in works
        if user.places_named is None or row.location_id in user.places_named
    ]


def offer_release(order: Order, user) -> Offer | None:
    if not (works := _mine(order, user)):
        return None
    label = _("Release %(place)s") % {"place": place_of(works[0])}
    if len(works) > 1:
        text = ngettext("Release %(n)d part", "Release %(n)d parts", len(works))
        label = text % {"n": len(works)}
    reasons = {
        desk.without_name(row, why)
        for row in works
        for why in transitions.refusals(row, "release")
    }
    return Offer(label, is_next=True, why_not=" ".join(sorted(reasons)))


def release_all(order: Order, user, actor: str) -> Outcome:
    return work.release_work(_mine(order, user), actor=actor)


def offer_release_part(row: FulfillmentOrder, user) -> Offer | None:
    """Where another part could go too: the order's own action releases them all."""
    works = _mine(row.order, user)
    if row not in works or len(works) < 2:
        return None
    reasons = transitions.refusals(row, "release")
    return Offer(why_not=" ".join(desk.without_name(row, why) for why in reasons))


def release_part(row: FulfillmentOrder, user, actor: str) -> Outcome:
    return work.release_work([row], actor=actor)


def offer_track(order: Order, user) -> Offer | None:
    """Where the newest parcel on its way is; people ask for nothing more often."""
    shipped = Shipment.Status.SHIPPED
    going = [row for row in order.shipments.all() if row.status == shipped]
    if not going or order.phase != Phase.SHIPPED:
        return None
    parcel = going[-1]
    page = tracking_page(parcel.carrier, parcel.tracking_number)
    return Offer(url=page or panels.page_url(Shipment, parcel.pk), is_next=True)


def offer_route(order: Order, user) -> Offer | None:
    """While something of it waits for a location."""
    waits = any(line.wanted_quantity for line in order.lines.all())
    return Offer() if order.status in Order.LIVE and waits else None


def route(order: Order, user, actor: str) -> Outcome:
    return rerouting.reroute_orders([order.pk], actor=actor)


desk.register_facts(Order, selectors.load_for_page)
desk.register_saying(Order, 50, parts)
desk.register_cards(Order, cards)
desk.register_action(
    Order,
    Action(
        "release",
        gettext_lazy("Release to the floor"),
        RELEASE,
        30,
        offer_release,
        release_all,
        gettext_lazy("The work is on the list of its location."),
    ),
)
desk.register_action(
    FulfillmentOrder,
    Action(
        "release",
        gettext_lazy("Release"),
        RELEASE,
        30,
        offer_release_part,
        release_part,
        gettext_lazy("The work is on the list of its location."),
    ),
)
desk.register_action(
    Order,
    Action(
        "track",
        gettext_lazy("Track parcel"),
        "fulfillment.view_shipment",
        35,
        offer_track,
    ),
)
desk.register_action(
    Order,
    Action(
        "route",
        gettext_lazy("Route again"),
        ROUTE,
        40,
        offer_route,
        route,
        gettext_lazy("Stock was found for it."),
    ),
)

panels.describe_events(
    {
        "fulfillmentorder.reserved": gettext_lazy("Stock kept for it"),
        "fulfillmentorder.scheduled": gettext_lazy("Work put off to its day"),
        "fulfillmentorder.activated": gettext_lazy("The day of the work has come"),
        "fulfillmentorder.unpacked": gettext_lazy("Box to be opened again"),
    }
)
