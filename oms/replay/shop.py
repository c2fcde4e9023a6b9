"""The shop that the invoices came from: its channel, warehouse, products and stock.

Everything is looked up first and made only where it is missing, so a second run finds
all of it.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from channels.connectors.invoice_file import Invoice, Kind
from channels.connectors.invoice_terms import is_service
from channels.models import Channel
from inventory.models import Location, LocationGroup, Product, StockMovement
from inventory.services import stock
from oms.core.exceptions import BusinessRuleError
from oms.core.sets import insert_missing

CODE = "invoice-file"
ACTOR = "task:replay_orders"
OPENING = "invoicefile.opening"  # how the ledger knows what a replay has moved
CORRECTION = "invoicefile"


@dataclass(frozen=True)
class Shop:
    channel: Channel
    location: Location
    products: dict[str, int]  # SKU: primary key, of what keeps stock


def open_shop(invoices: list[Invoice]) -> Shop:
    """Make what the invoices need and is not there yet, the opening stock included."""
    with transaction.atomic():
        location, _made = Location.objects.get_or_create(
            code=CODE,
            defaults={
                "name": _("Invoice file: warehouse"),
                "country": "GB",
                "time_zone": "Europe/London",
            },
        )
        pool, _made = LocationGroup.objects.get_or_create(name=CODE)
        pool.locations.add(location)
        channel, _made = Channel.objects.get_or_create(
            code=CODE,
            defaults={
                "name": _("Invoice file"),
                "payment": Channel.Payment.CHANNEL,
                "address_required": False,
                "pool": pool,
            },
        )
        products = _products(invoices)
    shop = Shop(channel, location, products)
    _receive_opening_stock(shop, invoices)
    return shop


def _products(invoices: Iterable[Invoice]) -> dict[str, int]:
    """One product per code, named as the file first names it."""
    names: dict[str, str] = {}
    for invoice in invoices:
        if invoice.kind in (Kind.BAD_DEBT, Kind.UNCLEAR):
            continue
        for line in invoice.lines:
            if not names.get(line.sku):
                names[line.sku] = line.name
    have = set(Product.objects.filter(sku__in=names).values_list("sku", flat=True))
    insert_missing(
        [
            Product(sku=sku, name=names[sku] or sku, tracks_stock=not is_service(sku))
            for sku in sorted(names.keys() - have)
        ],
        ["sku"],
    )
    tracked = Product.objects.filter(sku__in=names, tracks_stock=True)
    return dict(tracked.values_list("sku", "pk"))


def _receive_opening_stock(shop: Shop, invoices: list[Invoice]) -> None:
    """Receive the whole outflow of each code, write-offs included, so that nothing ever
    waits; less what an earlier run has received already."""
    outflow: dict[int, int] = defaultdict(int)
    for invoice in invoices:
        if invoice.kind in (Kind.SALE, Kind.FREE_GOODS, Kind.STOCK_DOWN):
            for line in invoice.lines:
                if line.sku in shop.products:
                    outflow[shop.products[line.sku]] += abs(line.quantity)
    received = received_before(shop.location)
    changes = [
        stock.StockChange(
            product,
            shop.location.pk,
            pieces - received.get(product, 0),
            reason=_("Opening stock of the invoice file"),
            ref_type=OPENING,
        )
        for product, pieces in sorted(outflow.items())
        if pieces > received.get(product, 0)
    ]
    out = stock.receive(changes, actor=ACTOR, at=opening_time(invoices))
    if out.refused:
        raise BusinessRuleError(" ".join(next(iter(out.refused.values()))))


def received_before(location: Location) -> dict[int, int]:
    """{product: pieces} of opening stock that the ledger knows of."""
    movements = StockMovement.objects.filter(
        ref_type=OPENING, stock_level__location=location
    )
    return dict(
        movements.values_list("stock_level__product").annotate(Sum("on_hand_delta"))
    )


def opening_time(invoices: list[Invoice]) -> datetime:
    """Midnight before the first invoice."""
    return invoices[0].at.replace(hour=0, minute=0, second=0, microsecond=0)


def corrected_before(location: Location) -> set[int]:
    """Numbers of the invoices whose stock correction stands in the ledger."""
    return set(
        StockMovement.objects.filter(
            ref_type=CORRECTION, stock_level__location=location
        ).values_list("ref_id", flat=True)
    )
