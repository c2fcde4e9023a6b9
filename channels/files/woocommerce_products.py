"""Products of WooCommerce, by the header of its own export: as products, or, where the
merchant cut it to the counts, as stock at the location that is named for the file."""

from collections.abc import Iterator, Mapping
from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from oms.core.files.columns import Column, key_of
from oms.core.files.profiles import Line, Profile
from oms.core.files.sheet import Row
from oms.core.files.values import Numbers, WrongValueError

GTIN = "GTIN, UPC, EAN, or ISBN"
GRAMS = {"kg": 1000, "g": 1, "lbs": Decimal("453.59237"), "oz": Decimal("28.349523")}
WEIGHTS = {f"Weight ({unit})": factor for unit, factor in GRAMS.items()}
SOLD = {"simple", "variation", "external", "subscription", "downloadable", "virtual"}


class WooCommerceProducts(Profile):
    code = "woocommerce_products"
    label = gettext_lazy("WooCommerce products")
    shape = "products"
    columns = (
        Column("ID"),
        Column("Type", is_required=True),
        Column("SKU", is_required=True),
        Column(GTIN),
        Column("Name", is_required=True),
        Column("Published", is_required=True),
        *(Column(name) for name in ("In stock?", "Stock", "Backorders allowed?")),
        *(Column(name) for name in ("Parent", "Sale price", "Regular price")),
        *(Column(name) for name in ("Categories", "Tax status", "Images", "Position")),
        *(Column(name) for name in WEIGHTS),
    )

    def translate(
        self, lines: Iterator[Line], options: Mapping[str, str]
    ) -> Iterator[Line]:
        numbers = Numbers()
        for line in lines:
            yield _product(line, numbers)


def _product(line: Line, numbers: Numbers) -> Line:
    if line.error:
        return line
    cells = line.cells
    ours = {"sku": cells["SKU"], "product": cells["Name"]}
    kinds = {each.strip().casefold() for each in cells["Type"].split(",")}
    if not kinds & SOLD:
        text = _(
            "“%(name)s” is %(type)s: what is sold are its parts, which have rows of "
            "their own."
        )
        named = {"name": cells["Name"], "type": cells["Type"] or "–"}
        return Line(line.number, ours, note=text % named)
    if not cells["SKU"].strip("-–— '"):
        text = _("“%(name)s” has no SKU. Give it one.") % {"name": cells["Name"]}
        return Line(line.number, ours, text)
    try:
        weight = _grams(cells, numbers)
    except WrongValueError as error:
        return Line(line.number, ours, str(error))
    ours["is_active"] = "no" if cells["Published"].strip() in ("-1", "0") else "yes"
    ours["barcodes"] = cells.get(GTIN, "")
    ours["weight_grams"] = weight
    return Line(line.number, ours)


def _grams(cells: Mapping[str, str], numbers: Numbers) -> str:
    for name, factor in WEIGHTS.items():
        if cells.get(name, "").strip():
            grams = numbers.number(cells[name]) * factor
            return str(grams.quantize(Decimal(1), ROUND_HALF_UP))
    return ""


class WooCommerceStock(Profile):
    code = "woocommerce_stock"
    label = gettext_lazy("WooCommerce stock")
    shape = "stock_set"
    columns = (
        Column("ID"),
        Column("Type"),
        Column("SKU", is_required=True),
        Column("Name"),
        Column("Published"),
        Column("In stock?"),
        Column("Stock", is_required=True),
        Column("Low stock amount"),
        Column("Backorders allowed?", is_required=True),
        Column("Parent"),
    )

    def fits(self, header: Row) -> float:
        """A whole export is of products; somebody may choose to read its counts."""
        names = {key_of(cell) for cell in header.cells}
        return 0 if key_of("Published") in names else super().fits(header)

    def translate(
        self, lines: Iterator[Line], options: Mapping[str, str]
    ) -> Iterator[Line]:
        for line in lines:
            yield _count(line)


def _count(line: Line) -> Line:
    if line.error:
        return line
    sku, stock = line.cells["SKU"], line.cells["Stock"].strip()
    cells = {"sku": sku, "on_hand": line.cells["Stock"]}
    if not stock:
        text = _("“Stock” is empty: WooCommerce does not count it, nothing changes.")
        return Line(line.number, cells, note=text)
    if stock.casefold() == "parent":
        text = _("Its stock is that of its parent, which has a row of its own.")
        return Line(line.number, cells, note=text)
    if not sku.strip("-–— '"):
        text = _(
            "“%(name)s” has no SKU: its %(count)s pieces are not counted. Give it one."
        )
        named = {"name": line.cells.get("Name", ""), "count": stock}
        return Line(line.number, cells, text % named)
    if stock.startswith("-"):
        text = _("Sold beyond the stock there (%(count)s): count it here.")
        return Line(line.number, cells, text % {"count": stock})
    return Line(line.number, cells)
