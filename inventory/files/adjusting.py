"""Stock adjustments in files: so many pieces more or fewer, each with its reason."""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inventory.files.goods import find_places
from inventory.files.reading import FOR_LOCATION, LOCATION, REASON, SKU, read_goods
from inventory.services import stock
from inventory.services.stock import StockChange
from oms.core.api.models import Scope
from oms.core.files.columns import Column
from oms.core.files.models import ImportRow, ImportRun
from oms.core.files.shapes import Bound, Reading, Shape, Unit
from oms.core.files.values import LARGEST

REF, UNDO_REF = "importrun", "importundo"
Effect = ImportRow.Effect


class StockAdjust(Shape):
    name = "stock_adjust"
    label = gettext_lazy("Stock: adjustments")
    permission = "inventory.adjust_stocklevel"
    key_scope, bound = Scope.STOCK_WRITE, Bound.LOCATIONS
    columns = (
        SKU,
        LOCATION,
        Column("adjustment", ("Change", "Delta", "Adjust by", "+/-"), is_required=True),
        REASON,
    )
    options = (FOR_LOCATION,)
    chunk = 2_000

    def read(self, row: ImportRow, reading: Reading) -> None:
        read_goods(row, reading, "adjustment", least=-LARGEST)
        if not row.note and not row.values["reason"]:
            text = _("an adjustment needs a reason; write why the number differs")
            row.wrong("reason", text, kind="empty reason")

    def compare(self, units: Sequence[Unit], run: ImportRun) -> None:
        rows = [row for unit in units for row in unit]
        for row in rows:
            row.effect = Effect.UNCHANGED
        places = find_places(rows, run)
        for row in rows:
            if row.pk not in places:
                continue
            place, change = places[row.pk], row.values["quantity"]
            after = place.on_hand + change
            row.values |= {"product": place.product.pk, "place": place.location.pk}
            if after < place.allocated:
                text = _(
                    "%(on_hand)d are on hand and %(allocated)d of them promised to "
                    "orders; %(after)d would be too few. Send a count, which frees "
                    "the orders that lose their pieces"
                ) % {
                    "on_hand": place.on_hand,
                    "allocated": place.allocated,
                    "after": after,
                }
                row.wrong("adjustment", text, kind="too few")
            elif change:
                row.effect = Effect.CHANGED if place.level else Effect.NEW
                row.difference = {"on_hand": [place.on_hand, after]}

    def apply(self, units: Sequence[Unit], run: ImportRun) -> dict[int, str]:
        rows = [row for unit in units for row in unit]
        changes = [
            _change(row, row.values["quantity"], row.values["reason"], REF, run)
            for row in rows
        ]
        return by_row(rows, stock.adjust(changes, actor=run.job.actor).refused)

    def undo(self, units: Sequence[Unit], run: ImportRun) -> dict[int, str]:
        return move_back({row: row.values["quantity"] for (row,) in units}, run)


def move_back(moved: Mapping[ImportRow, int], run: ImportRun) -> dict[int, str]:
    """Counter-movements of what the rows have moved; {row pk: why not}."""
    rows = [row for row, pieces in moved.items() if pieces]
    reason = _("Import undone: %(file)s") % {"file": run.name}
    changes = [_change(row, -moved[row], reason[:200], UNDO_REF, run) for row in rows]
    return by_row(rows, stock.adjust(changes, actor=run.undo_job.actor).refused)


def by_row(rows: Sequence[ImportRow], refused: Mapping) -> dict[int, str]:
    return {rows[at].pk: " ".join(reasons) for at, reasons in refused.items()}


def _change(
    row: ImportRow, pieces: int, reason: str, ref: str, run: ImportRun
) -> StockChange:
    return StockChange(
        row.values["product"],
        row.values["place"],
        pieces,
        reason,
        ref_type=ref,
        ref_id=run.pk,
    )
