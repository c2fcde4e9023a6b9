"""What happens to one order, a step at a time, through the services that everyone
uses. Each step answers with what the service has said."""

import time
from collections.abc import Callable
from datetime import timedelta

from channels.models import Channel
from channels.services.inbox import RawMessage, store_messages
from fulfillment.models import FulfillmentOrder, Shipment
from fulfillment.models.shipments import TrackingStatus
from fulfillment.services import labels, shipping, tracking, work
from inventory.models import Location, Product
from inventory.selectors import availability
from inventory.services import stock
from oms.core.outcome import Outcome
from oms.demo import baskets, places
from orders.models import Order
from orders.services import intake
from returns.models import Return, ReturnItem
from returns.models.lines import Disposition
from returns.models.returns import ReturnReason
from returns.services import inspecting, receiving, refunding, requesting

ACTOR = "story"
CHANNEL, PLACE = "web-eu", "BER"
WANTED = (("MUG-OAK", 2), ("PLT-OAK", 1))
BACK = "MUG-OAK"  # one piece of it is sent back
REFILL = 40
PATIENCE = 10  # seconds that a running worker gets for what it has already begun


def is_open() -> bool:
    """Whether the demo shop is here: its channel, its warehouse, its products."""
    skus = [sku for sku, _quantity in WANTED]
    return (
        Channel.objects.filter(code=CHANNEL).exists()
        and Location.objects.filter(code=PLACE).exists()
        and Product.objects.filter(sku__in=skus).count() == len(skus)
    )


def place(at) -> Order:
    """A customer of the web shop orders and pays: the message waits in the inbox until
    somebody takes it in; a running worker may be the faster."""
    channel = Channel.objects.get(code=CHANNEL)
    _refill(at)
    told = channel.orders.filter(external_id__startswith="STORY-").count()
    said = baskets.order_of(f"STORY-{told + 1:04}", at, CHANNEL, WANTED, told)
    message = RawMessage(said.external_id, said.to_payload())
    [stored] = store_messages(channel, [message], actor=ACTOR, at=at).done
    intake.take_in([stored.pk], actor=ACTOR)
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        found = Order.objects.filter(channel=channel, external_id=said.external_id)
        if order := found.first():
            return order
        time.sleep(0.2)
    raise RuntimeError(f"{said.external_id} was not taken in")


def _refill(at) -> None:
    """So much that the story can be told again and again."""
    products = Product.objects.in_bulk([sku for sku, _n in WANTED], field_name="sku")
    where = Location.objects.get(code=PLACE)
    free = availability([p.pk for p in products.values()], [where.pk])
    changes = [
        stock.StockChange(products[sku].pk, where.pk, REFILL)
        for sku, quantity in WANTED
        if (row := free.get((products[sku].pk, where.pk))) is None
        or row.available < quantity + places.SAFE_PIECES
    ]
    if changes:
        stock.receive(changes, actor=ACTOR, at=at)


# --- The way out ----------------------------------------------------------------------


def _work_step(status: str, service: Callable[..., Outcome]):
    def step(order: Order) -> Outcome:
        works = FulfillmentOrder.objects.filter(order=order, status=status)
        return service(list(works), actor=ACTOR)

    return step


release = _work_step("assigned", work.release_work)
start_picking = _work_step("released", work.start_picking)
pick = _work_step("picking", work.pick)
pack = _work_step("picking", work.pack_work)


def _parcels(order: Order, status: str) -> list[Shipment]:
    return list(Shipment.objects.filter(order=order, status=status).order_by("pk"))


def label(order: Order) -> Outcome:
    return labels.request_labels(_parcels(order, "draft"), actor=ACTOR)


def ship(order: Order) -> Outcome:
    return shipping.ship_labelled(_parcels(order, "draft"), actor=ACTOR)


def report(order: Order, status: TrackingStatus, text: str, seconds: int) -> Outcome:
    reports = [
        tracking.Report(
            parcel.pk, status, parcel.shipped_at + timedelta(seconds=seconds), text
        )
        for parcel in _parcels(order, "shipped")
    ]
    return tracking.record_tracking(reports, actor="carrier")


# --- The way back ---------------------------------------------------------------------


def ask_for_return(order: Order) -> Outcome:
    line = order.lines.get(sku=BACK)
    asked = requesting.NewReturn(
        order.pk,
        {line.pk: 1},
        reason=ReturnReason.CHANGED_MIND,
        source=Return.Source.CUSTOMER,
        location_id=Location.objects.get(code=PLACE).pk,
    )
    return requesting.request_returns([asked], actor="customer")


def approve(ret: Return) -> Outcome:
    return requesting.approve_returns([ret], actor=ACTOR)


def receive(ret: Return) -> Outcome:
    where = Location.objects.get(code=PLACE).pk
    arrivals = [
        receiving.Arrival(ret.pk, line.product_id, line.authorized_quantity, where)
        for line in ret.lines.all()
    ]
    return receiving.receive_returns(arrivals, actor=ACTOR)


def put_back(ret: Return) -> Outcome:
    decisions = [
        inspecting.Decision(item.pk, Disposition.RESTOCK, item.quantity)
        for item in ReturnItem.objects.filter(line__ret=ret)
    ]
    return inspecting.dispose(decisions, actor=ACTOR)


def refund(ret: Return) -> Outcome:
    return refunding.refund_returns([ret], actor=ACTOR)
