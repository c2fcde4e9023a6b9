"""What a person wrote on a sheet: one number for each row, typed or pasted."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from inventory.models import Barcode, Location, Product, StockLevel
from inventory.models.stock import Condition
from inventory.services import levels as stock_levels
from inventory.services import stock_refusals

MOST_ROWS = 250
NUMBER = re.compile(r"([+-]?)([0-9]{1,12})")


@dataclass
class Row:
    """One product at the sheet's location. `new` None: nothing sound was written."""

    product: Product | None
    sku: str
    on_hand: int = 0
    allocated: int = 0
    level: int | None = None
    text: str = ""
    reason: str = ""
    was: int | None = None
    new: int | None = None
    problem: str = ""

    @property
    def delta(self) -> int:
        return 0 if self.new is None else self.new - self.on_hand

    @property
    def lost(self) -> int:
        """Promised pieces that the shelf does not hold."""
        return 0 if self.new is None else max(0, self.allocated - self.new)


@dataclass
class Sheet:
    location: Location
    rows: list[Row]
    problem: str = ""

    @property
    def written(self) -> list[Row]:
        return [row for row in self.rows if row.text or row.problem]

    @property
    def changes(self) -> list[Row]:
        return [row for row in self.rows if row.delta and not row.problem]

    @property
    def wrong(self) -> list[Row]:
        return [row for row in self.rows if row.problem]


def rows_of(products: Iterable[Product], location: Location) -> list[Row]:
    """A row for each of the products, with what is there of it now."""
    products = list(products)
    levels = StockLevel.objects.filter(
        product__in=products, location=location, condition=Condition.SELLABLE
    )
    there = {level.product_id: level for level in levels}
    rows = []
    for product in products:
        row = Row(product, product.sku)
        if level := there.get(product.pk):
            row.on_hand, row.allocated = level.on_hand, level.allocated
            row.level = level.pk
        rows.append(row)
    return rows


def read(post, location: Location, *, adds: bool) -> Sheet:
    """The sheet as it was sent. `adds`: the numbers are goods that come in."""
    keys = [name[4:] for name in post if re.fullmatch(r"row-[0-9]{1,18}", name)]
    products = Product.objects.filter(tracks_stock=True).in_bulk(map(int, keys))
    shown = [products[int(key)] for key in keys if int(key) in products]
    pasted, problem = _pasted(post.get("paste", ""), shown)
    known = {product.pk for product in shown}
    more = [
        row.product for row in pasted if row.product and row.product.pk not in known
    ]
    rows = {row.product.pk: row for row in rows_of([*shown, *more], location)}
    for product in shown:
        row = rows[product.pk]
        row.text = post.get(f"row-{product.pk}", "").strip()
        row.reason = post.get(f"why-{product.pk}", "").strip()
        was = post.get(f"was-{product.pk}", "")
        row.was = int(was) if re.fullmatch(r"[0-9]{1,10}", was) else None
    for each in pasted:
        if each.product:
            row = rows[each.product.pk]
            row.text, row.reason = each.text, each.reason or row.reason
    sheet = Sheet(location, list(rows.values()), problem)
    sheet.rows += [row for row in pasted if row.product is None]
    for row in sheet.rows:
        _understand(row, adds)
    _find_stale([] if adds else sheet.rows)
    if len(sheet.written) > MOST_ROWS:
        sheet.problem = _("A sheet has at most %(n)d rows; this one has %(given)d.") % {
            "n": MOST_ROWS,
            "given": len(sheet.written),
        }
    return sheet


def _understand(row: Row, adds: bool) -> None:
    if not row.text or row.problem:
        return
    found = NUMBER.fullmatch(re.sub(r"[\s\u2212]", _plain, row.text))
    if found is None:
        text = _("“%(text)s” is no whole number. Write one, as in 12, +3 or -3.")
        if adds:
            text = _("“%(text)s” is no whole number. Write how many came, as in 12.")
        row.problem = text % {"text": row.text[:40]}
        return
    sign, pieces = found[1], int(found[2])
    if adds and (sign == "-" or pieces == 0):
        row.problem = _("What comes in is 1 piece or more. To take away, adjust.")
        return
    change = -pieces if sign == "-" else pieces
    new = row.on_hand + change if sign or adds else pieces
    if new < 0:
        text = _("Only %(n)d are on hand; %(pieces)d cannot be taken away.")
        row.problem = text % {"n": row.on_hand, "pieces": pieces}
    elif new > stock_refusals.MOST:
        row.problem = _("%(n)d is over the highest count.") % {"n": new}
    elif len(row.reason) > 200:
        row.problem = _("The reason is longer than 200 characters. Shorten it.")
    else:
        row.new = new


def _plain(found: re.Match) -> str:
    """Without spaces; the minus sign of a typesetter is one too."""
    return "-" if found[0] == "\u2212" else ""


def _find_stale(rows: list[Row]) -> None:
    """Rows that moved since they were shown; the next page shows them as they are."""
    stale = [row for row in rows if row.text and row.was not in (None, row.on_hand)]
    if not stale:
        return
    moves = stock_levels.last_moves(row.level for row in stale if row.level)
    for row in stale:
        last = moves.get(row.level)
        row.problem = stock_refusals.stale(row.was, row.on_hand, last)


# --- Pasted from a spreadsheet --------------------------------------------------------


def _pasted(text: str, shown: list[Product]) -> tuple[list[Row], str]:
    """The rows of a pasted column, or of two: SKU or barcode, number, and a reason if
    there is a third. One column alone fills the shown rows from the top."""
    lines = [_cells(line) for line in text.replace("\0", "").strip("\r\n").splitlines()]
    if not any(any(cells) for cells in lines):
        return [], ""
    if all(len(cells) < 2 for cells in lines):
        return _in_order([cells[0] if cells else "" for cells in lines], shown)
    lines = [cells for cells in lines if cells]
    known = _products({cells[0] for cells in lines})
    if lines[0][0] not in known and not re.search(r"\d", "".join(lines[0][1:])):
        del lines[0]  # the headings
    rows: dict[str, Row] = {}
    for cells in lines:
        code, number, reason = (*cells, "", "")[:3]
        product = known.get(code)
        row = Row(product, product.sku if product else code, text=number, reason=reason)
        if product is None:
            row.problem = _(
                "No product with stock has the SKU or barcode “%(code)s”. Correct it, "
                "or leave the row out."
            ) % {"code": code[:64]}
        if row.sku in rows:
            return [], _("%(sku)s is pasted twice. Leave one row of it.") % {
                "sku": row.sku[:64]
            }
        rows[row.sku] = row
    return list(rows.values()), ""


def _cells(line: str) -> list[str]:
    """By tab, as spreadsheets copy; by semicolon or the last space, as people type."""
    for mark in ("\t", ";"):
        if mark in line:
            return [cell.strip() for cell in line.split(mark)]
    return line.rsplit(maxsplit=1) if line.strip() else []


def _in_order(numbers: list[str], shown: list[Product]) -> tuple[list[Row], str]:
    if len(numbers) > len(shown):
        text = _(
            "%(numbers)d numbers are pasted for %(rows)d rows. Paste fewer, or two "
            "columns: SKU and number."
        )
        return [], text % {"numbers": len(numbers), "rows": len(shown)}
    pairs = zip(shown, numbers, strict=False)
    return [Row(each, each.sku, text=number) for each, number in pairs if number], ""


def _products(codes: set[str]) -> dict[str, Product]:
    """{code as written: product}, by SKU, else by barcode."""
    wanted = {code for code in codes if code} | {code.upper() for code in codes if code}
    products = Product.objects.filter(tracks_stock=True)
    by_code = {
        code.code: code.product
        for code in Barcode.objects.filter(
            code__in=wanted, product__in=products
        ).select_related("product")
    }
    by_code |= {product.sku: product for product in products.filter(sku__in=wanted)}
    found = {code: by_code.get(code) or by_code.get(code.upper()) for code in codes}
    return {code: product for code, product in found.items() if product}
