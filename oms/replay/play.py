"""The year again: invoices in time order through the inbox to delivered, and back.

Each chunk asks the database what is there and carries on from that, so a run that was
interrupted anywhere is finished by the next one.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from channels.connectors.invoice_file import Invoice, Kind
from channels.models import InboundMessage
from channels.services import inbox
from fulfillment.models import FulfillmentOrder, Shipment
from fulfillment.models.shipments import TrackingStatus
from fulfillment.services import shipping, tracking, work
from inventory.services import stock
from oms.core.outcome import Outcome
from oms.replay.credit import CreditNote, read_notes
from oms.replay.giving import give_back, given_back
from oms.replay.shop import ACTOR, CORRECTION, Shop, corrected_before
from oms.replay.steps import in_set, past
from orders.models import Order
from orders.models.orders import Phase
from orders.services import intake

MOST_ORDERS = 100
MOST_LINES = 2_500
ORDERS = (Kind.SALE, Kind.FREE_GOODS)
CORRECTIONS = (Kind.STOCK_DOWN, Kind.STOCK_UP)
PASSES = 2  # the second finds what a worker was just taking in
CARRIER = "Invoice file"

# How long after the last order of its chunk each step is said to have happened.
TAKEN_IN = timedelta(minutes=5)
RELEASED = timedelta(minutes=30)
PICKING = timedelta(hours=1)
PACKED = timedelta(hours=2)
SHIPPED = timedelta(hours=3)
DELIVERED = timedelta(days=2)

Works = Sequence[FulfillmentOrder]


def play(shop: Shop, invoices: list[Invoice], tell: Callable[[int], None]) -> None:
    """Bring every order, correction and credit note as far as it goes; `tell` is called
    with the number of lines done after each chunk. Outside of any transaction.

    Credit notes follow the sales of their chunk: what they take back was sold before.
    """
    notes = {note.invoice.number: note for note in read_notes(invoices)}
    for attempt in range(PASSES):
        todo = _unfinished(shop, invoices, notes)
        if attempt == 0:
            tell(_count(invoices) - _count(todo))
        elif not todo:
            return
        for chunk in _chunks(todo):
            _correct(shop, [i for i in chunk if i.kind in CORRECTIONS])
            _sell(shop, [i for i in chunk if i.kind in ORDERS])
            give_back(shop, [notes[i.number] for i in chunk if i.number in notes])
            if attempt == 0:
                tell(_count(chunk))


def _count(invoices: Sequence[Invoice]) -> int:
    return sum(len(invoice.lines) for invoice in invoices)


def _unfinished(
    shop: Shop, invoices: list[Invoice], notes: dict[str, CreditNote]
) -> list[Invoice]:
    """What can be played and is neither delivered, refused, corrected nor returned."""
    ended = set(
        Order.objects.filter(
            channel=shop.channel, phase__in=[Phase.DELIVERED, Phase.CANCELLED]
        ).values_list("external_id", flat=True)
    ) | set(
        InboundMessage.objects.filter(
            channel=shop.channel, status=InboundMessage.Status.REFUSED
        ).values_list("external_id", flat=True)
    )
    corrected = corrected_before(shop.location)
    returned = given_back(shop)
    return [
        invoice
        for invoice in invoices
        if (invoice.kind in ORDERS and invoice.number not in ended)
        or (
            invoice.kind in CORRECTIONS
            and int(invoice.number) not in corrected
            and any(line.sku in shop.products for line in invoice.lines)
        )
        or (
            invoice.number in notes
            and any(
                (sale, invoice.number) not in returned
                for sale in notes[invoice.number].parts
            )
        )
    ]


def _chunks(invoices: Sequence[Invoice]) -> Iterator[list[Invoice]]:
    """Invoices of one day, as many as make a good transaction."""
    chunk: list[Invoice] = []
    lines = 0
    for invoice in invoices:
        if chunk and (
            len(chunk) == MOST_ORDERS
            or lines + len(invoice.lines) > MOST_LINES
            or invoice.at.date() != chunk[0].at.date()
        ):
            yield chunk
            chunk, lines = [], 0
        chunk.append(invoice)
        lines += len(invoice.lines)
    if chunk:
        yield chunk


def _correct(shop: Shop, invoices: list[Invoice]) -> None:
    """Adjust stock by what these invoices say; services keep none."""
    reasons = {
        Kind.STOCK_DOWN: _("Invoice file: written off"),
        Kind.STOCK_UP: _("Invoice file: found"),
    }
    changes = [
        stock.StockChange(
            shop.products[line.sku],
            shop.location.pk,
            line.quantity,
            reason=f"{reasons[invoice.kind]} ({invoice.number})",
            ref_type=CORRECTION,
            ref_id=int(invoice.number),
        )
        for invoice in invoices
        for line in invoice.lines
        if line.sku in shop.products
    ]
    if changes:
        stock.adjust(changes, actor=ACTOR, at=invoices[-1].at)


def _sell(shop: Shop, invoices: list[Invoice]) -> None:
    if not invoices:
        return
    at = invoices[-1].at
    numbers = [invoice.number for invoice in invoices]
    inbox.store_messages(
        shop.channel,
        [inbox.RawMessage(i.number, i.to_order().to_payload()) for i in invoices],
        actor=ACTOR,
        at=at,
    )
    waiting = InboundMessage.objects.filter(
        channel=shop.channel,
        kind=InboundMessage.Kind.ORDER,
        external_id__in=numbers,
        status=InboundMessage.Status.WAITING,
    )
    in_set(intake.take_in, list(waiting.values_list("pk", flat=True)), at + TAKEN_IN)
    orders = Order.objects.filter(channel=shop.channel, external_id__in=numbers)
    orders = orders.exclude(phase__in=[Phase.DELIVERED, Phase.CANCELLED])
    _work_on(dict(orders.values_list("pk", "external_id")), at)


def _work_on(orders: dict[int, str], at: datetime) -> None:
    """{order: invoice number}: from wherever each of them stands to the door."""
    status = FulfillmentOrder.Status
    open_works = FulfillmentOrder.objects.filter(
        order__in=orders, status__in=FulfillmentOrder.OPEN
    )
    works: dict[str, list] = {}
    for row in open_works:
        works.setdefault(row.status, []).append(row)
    ready = works.get(status.ASSIGNED, [])
    ready = in_set(work.release_work, ready, at + RELEASED).done
    ready = works.get(status.RELEASED, []) + ready
    ready = in_set(work.start_picking, ready, at + PICKING).done
    ready = works.get(status.PICKING, []) + ready
    ready = in_set(work.pick, ready, at + PICKING).done
    in_set(work.pack_work, ready, at + PACKED)
    parcels = Shipment.objects.filter(order__in=orders).order_by("pk")
    _send(list(parcels.exclude(status=Shipment.Status.VOIDED)), orders, at)


def _send(parcels: list[Shipment], orders: dict[int, str], at: datetime) -> None:
    first: dict[int, int] = {}
    for parcel in parcels:
        first.setdefault(parcel.order_id, parcel.pk)

    def label(parcel: Shipment) -> shipping.Label:
        number = f"INV{orders[parcel.order_id]}"
        if first[parcel.order_id] != parcel.pk:
            number += f"-{parcel.pk}"
        return shipping.Label(number, CARRIER)

    def ship(some: list[Shipment], **words) -> Outcome:
        return shipping.ship_shipments({p.pk: label(p) for p in some}, **words)

    drafts = [p for p in parcels if p.status == Shipment.Status.DRAFT]
    on_the_way = [p.pk for p in parcels if p.status == Shipment.Status.SHIPPED]
    on_the_way += [p.pk for p in in_set(ship, drafts, at + SHIPPED).done]
    arrived = past(at + DELIVERED)
    reports = [
        tracking.Report(pk, TrackingStatus.DELIVERED, arrived) for pk in on_the_way
    ]
    in_set(tracking.record_tracking, reports, arrived)
