"""The account of a replay: where every invoice of the file is now.

Read from the tables, never from what a run has counted: it is right after any run,
also one that found everything done.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import Count, Sum
from django.utils.translation import gettext as _

from channels.connectors.invoice_file import Invoice, Kind, Line
from channels.models import InboundMessage
from inventory.models import Product, StockMovement
from oms.core.models import WorkItem
from oms.replay.credit import read_notes
from oms.replay.credited import Credited
from oms.replay.shop import CORRECTION, Shop
from oms.replay.sums import NOTHING, ZERO, Sums
from orders.models import Order, OrderLine
from orders.models.orders import Phase


@dataclass
class Account:
    """`rows`: what has become of the file; `total` is their sum, `file` what it must
    be, `wrong` names the invoices that do not stand as the file has them.

    `returned`: what credit notes gave back of sales, `refunded` what of it was paid;
    `uncovered`: {(note, sale): the difference, which that sale had not paid}.
    """

    rows: dict[str, Sums] = field(default_factory=dict)
    file: Sums = NOTHING
    wrong: list[str] = field(default_factory=list)
    returned: Decimal = ZERO
    refunded: Decimal = ZERO
    uncovered: dict[tuple[str, str], Decimal] = field(default_factory=dict)

    @property
    def total(self) -> Sums:
        total = NOTHING
        for row in self.rows.values():
            total = total.plus(row)
        return total

    @property
    def adds_up(self) -> bool:
        return not self.wrong and self.total == self.file

    def add(self, label: str, sums: Sums) -> None:
        self.rows[label] = self.rows.get(label, NOTHING).plus(sums)


def take_account(shop: Shop, invoices: Sequence[Invoice]) -> Account:
    """Look up every invoice: as an order, as a message, as a correction of stock, as
    returns."""
    account, tables = Account(), _Tables(shop, invoices)
    for invoice in invoices:
        said = Sums(1, len(invoice.lines), invoice.units, invoice.value)
        account.file = account.file.plus(said)
        found = tables.find(invoice, said)
        for label, sums in found:
            account.add(label, sums)
        have = NOTHING
        for _label, sums in found:
            have = have.plus(sums)
        if have != said:
            account.wrong.append(invoice.number)
    account.rows = dict(sorted(account.rows.items()))
    account.returned, account.refunded = tables.credited.money()
    account.uncovered = tables.credited.uncovered()
    return account


class _Tables:
    """What the database knows of this channel, in a few statements."""

    def __init__(self, shop: Shop, invoices: Sequence[Invoice]):
        self.orders = _orders(shop)
        delivered = {
            external_id
            for external_id, (_pk, phase, _sums) in self.orders.items()
            if phase == Phase.DELIVERED
        }
        self.credited = Credited(shop, read_notes(invoices), delivered)
        self.held = _reasons_to_wait(shop)
        self.refused = dict(
            InboundMessage.objects.filter(
                channel=shop.channel, status=InboundMessage.Status.REFUSED
            ).values_list("external_id", "error")
        )
        self.waiting = set(
            InboundMessage.objects.filter(
                channel=shop.channel, status=InboundMessage.Status.WAITING
            ).values_list("external_id", flat=True)
        )
        self.corrections = {
            number: (lines, units)
            for number, lines, units in StockMovement.objects.filter(
                ref_type=CORRECTION, stock_level__location=shop.location
            )
            .values_list("ref_id")
            .annotate(Count("pk"), Sum("on_hand_delta"))
        }
        self.untracked = set(
            Product.objects.filter(tracks_stock=False).values_list("sku", flat=True)
        )

    def find(self, invoice: Invoice, said: Sums) -> list[tuple[str, Sums]]:
        match invoice.kind:
            case Kind.SALE | Kind.FREE_GOODS:
                return self._order(invoice, said)
            case Kind.STOCK_DOWN | Kind.STOCK_UP:
                return self._correction(invoice)
            case Kind.CREDIT_NOTE:
                return self.credited.find(invoice.number)
            case Kind.BAD_DEBT:
                return [(_("refused: no order (bad debt)"), said)]
        return [(_("refused: no invoice of a known kind"), said)]

    def _order(self, invoice: Invoice, said: Sums) -> list[tuple[str, Sums]]:
        if order := self.orders.get(invoice.number):
            pk, phase, sums = order
            if phase == Phase.DELIVERED:
                free = invoice.kind == Kind.FREE_GOODS
                label = _("delivered: free goods") if free else _("delivered: sales")
            else:
                reason = self.held.get(pk) or Phase(phase).label.lower()
                label = _("held: %(reason)s") % {"reason": reason}
            return [(label, sums)]
        if error := self.refused.get(invoice.number):
            return [(_("refused: %(reason)s") % {"reason": error}, said)]
        if invoice.number in self.waiting:
            return [(_("held: waiting in the inbox"), said)]
        return []

    def _correction(self, invoice: Invoice) -> list[tuple[str, Sums]]:
        services = [line for line in invoice.lines if line.sku in self.untracked]
        found = []
        if correction := self.corrections.get(int(invoice.number)):
            down = invoice.kind == Kind.STOCK_DOWN
            label = _("stock corrected: down") if down else _("stock corrected: up")
            found.append((label, Sums(1, *correction)))
        if services:
            label = _("refused: no stock is kept of services")
            found.append((label, _sums(services, invoices=0 if found else 1)))
        return found


def _sums(lines: list[Line], invoices: int) -> Sums:
    return Sums(
        invoices,
        len(lines),
        sum(line.quantity for line in lines),
        sum((line.amount for line in lines), ZERO),
    )


def _orders(shop: Shop) -> dict[str, tuple[int, str, Sums]]:
    """{external id: (pk, phase, what its lines sum to)}."""
    lines = {
        order: Sums(1, count, units, value)
        for order, count, units, value in OrderLine.objects.filter(
            order__channel=shop.channel
        )
        .values_list("order")
        .annotate(Count("pk"), Sum("quantity"), Sum("total_amount"))
    }
    return {
        external_id: (pk, phase, lines.get(pk, Sums(1)))
        for pk, external_id, phase in Order.objects.filter(
            channel=shop.channel
        ).values_list("pk", "external_id", "phase")
    }


def _reasons_to_wait(shop: Shop) -> dict[int, str]:
    """{order: the kinds of its open work items}."""
    kinds: dict[int, set[str]] = defaultdict(set)
    open_items = WorkItem.objects.filter(
        subject_type="order",
        subject_id__in=Order.objects.filter(channel=shop.channel).values("pk"),
    ).exclude(status=WorkItem.Status.RESOLVED)
    for pk, kind in open_items.values_list("subject_id", "kind"):
        kinds[pk].add(kind.replace("_", " "))
    return {pk: ", ".join(sorted(some)) for pk, some in kinds.items()}
