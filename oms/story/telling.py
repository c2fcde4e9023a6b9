"""One order, told step by step, from what the tables say after each step."""

import os
from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext as _

from fulfillment.models import FulfillmentOrder, Shipment
from fulfillment.models.shipments import TrackingStatus
from fulfillment.routing import explain
from fulfillment.services.waiting import allocate_waiting
from inventory.services import stock
from oms.core.models import WorkItem
from oms.core.outcome import Outcome
from oms.core.panels import money, page_url
from oms.core.words import inside
from oms.story import play
from orders.models import Order
from orders.models.orders import Phase

FEW = 5  # orders that shall go on waiting, so that there is something to see


def tell_order(at: datetime) -> Iterator[str]:
    """Place one more order and say what happens to it until a part of it has come back
    and is refunded."""
    order = play.place(at)
    yield from _taken_in(order)
    if order.status != Order.Status.CONFIRMED:
        yield from _held(order)
        return
    yield from _routed(order)
    if (yield from _worked_on(order)):
        yield from _came_back(order)


def _taken_in(order: Order) -> Iterator[str]:
    message = order.inbound_message
    yield step(
        1,
        _("The channel %(channel)s sends a message; the inbox keeps it as it came.")
        % {"channel": order.channel},
        message,
    )
    yield step(
        2,
        _(
            "Captured: it becomes order %(number)s of %(customer)s: %(lines)s; total "
            "%(total)s."
        )
        % {
            "number": order.number,
            "customer": order.customer,
            "lines": ", ".join(
                f"{line.quantity} × {line.name}" for line in order.lines.all()
            ),
            "total": money(order.total_amount, order.currency),
        },
        order,
    )


def _held(order: Order) -> Iterator[str]:
    """On a database whose channel is set up differently."""
    yield step(3, _("Checked: it cannot go on by itself."))
    items = WorkItem.objects.filter(subject_type="order", subject_id=order.pk)
    for item in items.order_by("pk"):
        yield f"   {item.title}"


def _routed(order: Order) -> Iterator[str]:
    yield step(
        3,
        _("Checked: SKUs, address and totals are right and it is paid; confirmed."),
    )
    for decision in order.routing_decisions.order_by("pk"):
        yield step(4, _("Routed: %(why)s") % {"why": explain.why(decision)}, decision)
        for line in decision.lines:
            yield f"   {explain.why_line(decision, line['position'])}"
        for text in explain.why_not(decision):
            yield f"   {text}"
    for work in order.fulfillment_orders.order_by("pk"):
        for line in work.lines.select_related("stock_level").order_by("pk"):
            level = line.stock_level
            if level is None:
                continue
            text = _(
                "Allocated: %(n)d × %(sku)s at %(place)s; there now %(available)d are "
                "available = %(on_hand)d on hand − %(allocated)d allocated."
            ) % {
                "n": line.quantity,
                "sku": line.order_line.sku,
                "place": work.location,
                "available": level.available,
                "on_hand": level.on_hand,
                "allocated": level.allocated,
            }
            yield step(5, text, level)


def _worked_on(order: Order) -> Iterator[str]:
    """Yields texts; returns whether the order has arrived."""
    first = FulfillmentOrder.objects.filter(order=order).order_by("pk").first()
    if first is None:
        yield step(6, _("It waits for stock: no location has any."), order)
        return False
    names = {"work": first, "place": first.location}
    steps = (
        (play.release, _("Released: %(work)s is on the list of %(place)s."), first),
        (play.start_picking, _("Picking has begun."), None),
        (play.pick, _("Picked: all pieces are off the shelf."), None),
        (play.pack, _("Packed: the box is closed."), None),
    )
    for number, (act, text, row) in enumerate(steps, start=6):
        if reasons := _refused(act(order)):
            yield step(number, reasons, first)
            return False
        yield step(number, text % names, row)
    if reasons := _refused(play.label(order)) or _refused(play.ship(order)):
        yield step(10, reasons, order)
        return False
    parcel = Shipment.objects.filter(order=order).order_by("pk").first()
    text = _("Shipped: %(parcel)s with %(service)s, tracking number %(number)s.") % {
        "parcel": parcel,
        "service": parcel.service or parcel.carrier,
        "number": parcel.tracking_number,
    }
    yield step(10, text, parcel)
    yield from _arrived(order)
    return True


def _refused(out: Outcome) -> str:
    return " ".join(text for reasons in out.refused.values() for text in reasons)


def _arrived(order: Order) -> Iterator[str]:
    play.report(order, TrackingStatus.IN_TRANSIT, "At the sorting centre", 1)
    yield step(11, _("Tracked: the carrier has it at the sorting centre."))
    play.report(order, TrackingStatus.DELIVERED, "Handed over at the door", 2)
    order.refresh_from_db()
    text = _("Delivered: the order is %(status)s, its phase is %(phase)s.") % {
        "status": inside(order.get_status_display()),
        "phase": inside(order.get_phase_display()),
    }
    yield step(12, text, order)


def _came_back(order: Order) -> Iterator[str]:
    asked = play.ask_for_return(order)
    if reasons := _refused(asked):
        yield step(13, reasons, order)
        return
    [ret] = asked.done
    yield step(
        13,
        _("The customer asks to send one piece back; the policy allows it: %(ret)s.")
        % {"ret": ret},
        ret,
    )
    steps = (
        (play.approve, _("Approved: the parcel is expected.")),
        (play.receive, _("Received: counted, and in quarantine until it is seen.")),
        (play.put_back, _("Inspected: as good as new, back to stock.")),
    )
    for number, (act, text) in enumerate(steps, start=14):
        if reasons := _refused(act(ret)):
            yield step(number, reasons, ret)
            return
        yield step(number, text)
    out = play.refund(ret)
    if reasons := _refused(out):
        yield step(17, reasons, ret)
        return
    [refund] = out.done
    yield step(
        17,
        _("Refunded: %(amount)s by %(refund)s, to the cent what was paid for it.")
        % {"amount": money(refund.amount, refund.currency), "refund": refund},
        refund,
    )


def tell_goods_in() -> Iterator[str]:
    """Goods arrive for the order that has waited longest, as long as others wait."""
    waiting = Order.objects.filter(phase=Phase.AWAITING_STOCK).order_by("pk")
    if waiting.count() < FEW:
        return
    order = waiting.first()
    lines = order.lines.filter(waiting_quantity__gt=0).exclude(product=None)
    rest = {line.product_id: line.waiting_quantity for line in lines}
    yield _("%(order)s waits for: %(what)s.") % {
        "order": order,
        "what": ", ".join(f"{line.waiting_quantity} × {line.name}" for line in lines),
    } + see(order)
    place = order.channel.pool.locations.order_by("priority", "pk").first()
    changes = [stock.StockChange(pk, place.pk, n) for pk, n in rest.items()]
    stock.receive(changes, actor=play.ACTOR)
    allocate_waiting(rest, actor=play.ACTOR)
    order.refresh_from_db()
    yield _("It arrives at %(place)s, and the order is served: now %(phase)s.") % {
        "place": place,
        "phase": inside(order.get_phase_display()),
    }


def step(number: int, text: str, row=None) -> str:
    return f"{number:>2}. {text}" + (see(row) if row is not None else "")


def see(row) -> str:
    """Where to look at a row, on a line of its own."""
    port = os.environ.get("PORT", "").strip() or "8000"
    return f"\n      http://127.0.0.1:{port}{page_url(type(row), row.pk)}"
