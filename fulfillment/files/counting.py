"""Stock in files: what is on hand now. A number below what is promised frees the orders
that lose their pieces, as a count of the shelf does."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from fulfillment.services import shortage
from fulfillment.services.shortage import Count
from inventory.files.adjusting import REF, by_row, move_back
from inventory.files.goods import Place, find_places
from inventory.files.reading import FOR_LOCATION, LOCATION, REASON, SKU, read_goods
from oms.core.api.models import Scope
from oms.core.files.columns import Column
from oms.core.files.models import ImportRow, ImportRun
from oms.core.files.shapes import (
    DIFFERENCE,
    FILE,
    Bound,
    Consequence,
    Reading,
    Shape,
    Unit,
)
from oms.core.words import whole
from orders.models import Order

MOST_NAMED = 20  # of these orders
MOST_SHOWN = 1_000  # rows that take stock from orders, to say from which
Effect = ImportRow.Effect


class StockSet(Shape):
    name = "stock_set"
    label = gettext_lazy("Stock: what is on hand")
    permission = "inventory.adjust_stocklevel"
    key_scope, bound = Scope.STOCK_WRITE, Bound.LOCATIONS
    columns = (
        SKU,
        LOCATION,
        Column("on_hand", ("Quantity", "Qty", "Stock", "Count", "Counted"), True),
        Column("was", ("On hand (when exported)", "On hand when exported")),
        REASON,
    )
    options = (FOR_LOCATION,)
    takes_conflicts = FILE, DIFFERENCE
    chunk = 2_000

    def read(self, row: ImportRow, reading: Reading) -> None:
        read_goods(row, reading, "on_hand", least=0)
        if not row.note:
            row.values["was"] = reading.value(row, "was", reading.numbers.quantity)

    def compare(self, units: Sequence[Unit], run: ImportRun) -> None:
        rows = [row for unit in units for row in unit]
        for row in rows:
            row.effect = Effect.UNCHANGED
        places = find_places(rows, run)
        for row in rows:
            if row.pk in places:
                _compare(row, places[row.pk])

    def consequences(self, run: ImportRun) -> list[Consequence]:
        effects = [Effect.NEW, Effect.CHANGED]
        rows = run.rows.filter(effect__in=effects, values__has_key="short")
        short = dict(rows.values_list("values__level", "values__short")[:MOST_SHOWN])
        lost = shortage.would_lose(short)
        if not lost:
            return []
        text = ngettext(
            "%(n)s order loses its stock and waits again.",
            "%(n)s orders lose their stock and wait again.",
            len(lost),
        )
        orders = Order.objects.filter(pk__in=lost).order_by("-pk")[:MOST_NAMED]
        return [
            Consequence(
                text % {"n": whole(len(lost))},
                [("order", order.pk, order.number) for order in orders],
            )
        ]

    def apply(self, units: Sequence[Unit], run: ImportRun) -> dict[int, str]:
        rows, refused = [], {}
        for (row,) in units:
            if _wanted(row, run) < 0:
                refused[row.pk] = _below_zero(row)
            else:
                rows.append(row)
        reason = _("Import: %(file)s") % {"file": run.name}
        counts = [
            Count(
                row.values["product"],
                row.values["place"],
                _wanted(row, run),
                row.values["reason"] or reason[:200],
                row.values["expected"],
                REF,
                run.pk,
            )
            for row in rows
        ]
        out = shortage.book_counts(counts, actor=run.job.actor)
        shortage.serve_later(out)
        return refused | by_row(rows, out.refused)

    def undo(self, units: Sequence[Unit], run: ImportRun) -> dict[int, str]:
        moved = {r: _wanted(r, run) - r.values["expected"] for (r,) in units}
        return move_back(moved, run)


def _wanted(row: ImportRow, run: ImportRun) -> int:
    """What is to be on hand, by the choice of who applied the file."""
    values, way = row.values, run.job.params.get("conflicts")
    if row.effect == Effect.CONFLICT and way == DIFFERENCE:
        return values["expected"] + values["quantity"] - values["was"]
    return values["quantity"]


def _below_zero(row: ImportRow) -> str:
    text = _("The file takes %(n)d away, but only %(now)d are on hand.")
    values = row.values
    return text % {"n": values["was"] - values["quantity"], "now": values["expected"]}


def _compare(row: ImportRow, place: Place) -> None:
    now, wanted, was = place.on_hand, row.values["quantity"], row.values["was"]
    row.values |= {
        "product": place.product.pk,
        "place": place.location.pk,
        "expected": now,
    }
    if wanted == now and place.level:
        return
    if was == wanted:
        text = _("The file has not changed it; %(now)d are on hand by now.")
        row.note = text % {"now": now}
        return
    row.difference = {"on_hand": [now if place.level else None, wanted]}
    if was is not None and was != now:
        row.effect = Effect.CONFLICT
        text = _(
            "It was %(was)d when exported and is %(now)d now; the file changes it by "
            "%(by)+d."
        )
        row.note = text % {"was": was, "now": now, "by": wanted - was}
        return
    row.effect = Effect.CHANGED if place.level else Effect.NEW
    if (short := place.allocated - wanted) > 0:
        row.values |= {"short": short, "level": place.level.pk}
        row.note = ngettext(
            "%(n)d piece is promised to orders and taken from them.",
            "%(n)d pieces are promised to orders and taken from them.",
            short,
        ) % {"n": short}
