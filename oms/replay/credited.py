"""Where the lines of credit notes are now: in returns, or refused."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import Sum
from django.utils.translation import gettext as _

from oms.replay.credit import CreditLine, CreditNote, Pieces, Why
from oms.replay.shop import Shop
from oms.replay.sums import ZERO, Sums
from returns.models import Refund, Return, ReturnLine
from returns.models.returns import Money


@dataclass
class _Part:
    """The return of one sale by one note, as the tables have it."""

    status: str
    money: str
    pieces: Pieces = field(default_factory=dict)
    refunded: Decimal = ZERO
    uncovered: Decimal = ZERO

    @property
    def is_closed(self) -> bool:
        return self.status == Return.Status.CLOSED

    def is_as_said(self, pieces: Pieces, value: Decimal) -> bool:
        """Denied money leaves no refund behind."""
        whole = self.refunded + self.uncovered == value
        return self.pieces == pieces and (whole or self.money == Money.DENIED)


class Credited:
    """What has become of credit notes; `delivered` are the sales that can come back."""

    def __init__(self, shop: Shop, notes: Iterable[CreditNote], delivered: set[str]):
        self.notes = {note.invoice.number: note for note in notes}
        self.parts = _parts(shop)
        self.delivered = delivered

    def find(self, number: str) -> list[tuple[str, Sums]]:
        """The pieces of a note by label. A line counts where its first piece is, the
        note where its first line is."""
        note, found = self.notes[number], []
        for line in note.lines:
            first = 1
            for label, pieces, value in self._places(note, line):
                found.append((label, Sums(int(not found), first, -pieces, -value)))
                first = 0
        return found

    def _places(
        self, note: CreditNote, line: CreditLine
    ) -> Iterator[tuple[str, int, Decimal]]:
        for taken in line.taken:
            if label := self._label(note, taken.sale, whole=not line.rest):
                yield label, taken.pieces, taken.value
        if line.taken and line.rest:
            label = _("returned in part: the rest without an original sale")
            yield label, line.rest, line.rest_value
        elif not line.taken:
            yield _refusal(line.why), line.rest, line.rest_value

    def _label(self, note: CreditNote, sale: str, *, whole: bool) -> str:
        """Where pieces of a sale are; "" when that is not what the note says."""
        part = self.parts.get((note.invoice.number, sale))
        if part is None:
            if sale in self.delivered:
                return ""
            return _("refused: original sale is not delivered here")
        if not part.is_closed:
            status = Return.Status(part.status).label.lower()
            return _("held: return is %(status)s") % {"status": status}
        if not part.is_as_said(note.parts[sale], note.values[sale]):
            return ""
        if whole:
            return _("returned: lines of credit notes")
        return _("returned in part: what was sold")

    def money(self) -> tuple[Decimal, Decimal]:
        """What closed returns gave back by their notes, and what of it was paid."""
        return (
            sum((value for _key, value, _paid in self._closed()), ZERO),
            sum((paid for _key, _value, paid in self._closed()), ZERO),
        )

    def uncovered(self) -> dict[tuple[str, str], Decimal]:
        """{(note, sale): what that sale had not paid}."""
        return {
            key: value - paid for key, value, paid in self._closed() if value != paid
        }

    def _closed(self) -> Iterator[tuple[tuple[str, str], Decimal, Decimal]]:
        for note in self.notes.values():
            for sale, value in note.values.items():
                key = note.invoice.number, sale
                if (part := self.parts.get(key)) and part.is_closed:
                    yield key, value, part.refunded


def _refusal(why: Why) -> str:
    return {
        Why.MONEY_ONLY: _("refused: money only"),
        Why.NO_CUSTOMER: _("refused: no customer"),
        Why.NO_SALE: _("refused: no original sale"),
    }[why]


def _parts(shop: Shop) -> dict[tuple[str, str], _Part]:
    """{(note, sale): its return}."""
    mine = Return.objects.filter(order__channel=shop.channel).exclude(external_id="")
    parts, by_pk = {}, {}
    for pk, note, sale, status, money in mine.values_list(
        "pk", "external_id", "order__external_id", "status", "money"
    ):
        parts[note, sale] = by_pk[pk] = _Part(status, money)
    lines = ReturnLine.objects.filter(ret__in=mine, received_quantity__gt=0)
    for pk, position, pieces in lines.values_list(
        "ret", "order_line__position", "received_quantity"
    ):
        by_pk[pk].pieces[position] = pieces
    paid = Refund.objects.filter(ret__in=mine, status=Refund.Status.SUCCEEDED)
    for pk, refunded, uncovered in paid.values_list("ret").annotate(
        Sum("amount"), Sum("uncovered_amount")
    ):
        by_pk[pk].refunded, by_pk[pk].uncovered = refunded, uncovered
    return parts
