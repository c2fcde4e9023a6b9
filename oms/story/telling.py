"""One order, told step by step, from what the tables say after each step."""

import os
from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from fulfillment.models import FulfillmentOrder, Shipment
from fulfillment.routing import explain
from fulfillment.services.waiting import allocate_waiting
from oms.core.models import WorkItem
from oms.core.outcome import Outcome
from oms.core.panels import money, page_url
from oms.story.play import place, take_step
from oms.story.shop import ACTOR, SCARCE, Shop
from orders.models import Order

LINES = (("DEMO-MUG", 2), ("DEMO-PLATE", 1))
REFILL = 60


def tell_order(shop: Shop, at: datetime) -> Iterator[str]:
    """Place one more order and say what happens to it until it is delivered."""
    for sku, quantity in LINES:
        if shop.free(sku, "BER") < quantity:
            shop.receive({(sku, "BER"): REFILL}, at)
    key = _next_key(shop)
    order = place(shop, {key: LINES}, at)[key]
    yield from _taken_in(order)
    if order.status != Order.Status.CONFIRMED:
        yield from _held(order)
        return
    yield from _routed(order)
    yield from _worked_on(order)


def _next_key(shop: Shop) -> str:
    told = Order.objects.filter(
        channel=shop.channel, external_id__startswith="story-told-"
    )
    return f"story-told-{told.count() + 1:04}"


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
    first = FulfillmentOrder.objects.filter(order=order).order_by("pk").first()
    if first is None:
        yield step(6, _("It waits for stock: no location has any."), order)
        return
    said = {
        "release": _("Released: %(work)s is on the list of %(place)s."),
        "start_picking": _("Picking has begun."),
        "pick": _("Picked: all pieces are off the shelf."),
        "pack": _("Packed: the box is closed."),
    }
    names = {"work": first, "place": first.location}
    for number, (name, text) in enumerate(said.items(), start=6):
        if reasons := _refused(take_step(name, [order.pk])):
            yield step(number, reasons, first)
            return
        yield step(number, text % names, first if name == "release" else None)
    reasons = _refused(take_step("ship", [order.pk]))
    parcel = Shipment.objects.filter(order=order).order_by("pk").first()
    if reasons or parcel is None:
        yield step(10, reasons or _("No parcel stands ready."), order)
        return
    text = _("Shipped: %(parcel)s with %(carrier)s, tracking number %(number)s.") % {
        "parcel": parcel,
        "carrier": parcel.carrier,
        "number": parcel.tracking_number,
    }
    yield step(10, text, parcel)
    yield from _arrived(order)


def _refused(out: Outcome) -> str:
    return " ".join(text for reasons in out.refused.values() for text in reasons)


def _arrived(order: Order) -> Iterator[str]:
    take_step("deliver", [order.pk])
    order.refresh_from_db()
    text = _("Delivered: the order is %(status)s, its phase is %(phase)s.") % {
        "status": order.get_status_display().lower(),
        "phase": order.get_phase_display().lower(),
    }
    yield step(11, text, order)


def tell_goods_in(shop: Shop, at: datetime) -> Iterator[str]:
    """Goods arrive for the order that has waited longest."""
    waiting = Order.objects.filter(
        channel=shop.channel, external_id="story-waits-1", phase="awaiting_stock"
    ).first()
    if waiting is None:
        return
    line = waiting.lines.get(sku=SCARCE)
    yield _("%(order)s waits for %(n)d × %(name)s.") % {
        "order": waiting,
        "n": line.waiting_quantity,
        "name": line.name,
    } + see(waiting)
    shop.receive({(SCARCE, "BER"): line.waiting_quantity}, at)
    product = shop.products[SCARCE]
    allocate_waiting([product.pk], actor=ACTOR)
    waiting.refresh_from_db()
    yield ngettext(
        "%(n)d piece arrives in BER, and the order is served: its phase is %(phase)s.",
        "%(n)d pieces arrive in BER, and the order is served: its phase is %(phase)s.",
        line.waiting_quantity,
    ) % {"n": line.waiting_quantity, "phase": waiting.get_phase_display().lower()}


def step(number: int, text: str, row=None) -> str:
    return f"{number:>2}. {text}" + (see(row) if row is not None else "")


def see(row) -> str:
    """Where to look at a row, on a line of its own."""
    port = os.environ.get("PORT", "").strip() or "8000"
    return f"\n      http://127.0.0.1:{port}{page_url(type(row), row.pk)}"
