"""Stock as Shopify exports it: a row for each place, or of old a column for each.

Only "On hand (new)" says what is to change; older files have no such column, and what
they have is the number itself.
"""

from collections.abc import Iterator, Mapping, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inventory.files.reading import FOR_LOCATION
from oms.core.files.columns import Column, key_of
from oms.core.files.profiles import ERROR_COLUMN, Line, Profile
from oms.core.files.sheet import Row

NAMES = "Option1 Name", "Option1 Value", "Option2 Name", "Option2 Value"
NAMES += "Option3 Name", "Option3 Value", "HS Code", "COO"
HANDLE = (
    Column("Handle", is_required=True),
    Column("Title", is_required=True),
    Column("SKU", is_required=True),
    *(Column(name) for name in NAMES),
)
COUNTS = "Incoming", "Unavailable", "Committed", "Available"
NEW, NOW = "On hand (new)", "On hand"


# Each row says its own: nobody has to say it for the file.
IN_ROWS = FOR_LOCATION._replace(needed=lambda columns: False)


class ShopifyInventory(Profile):
    code = "shopify_inventory"
    label = gettext_lazy("Shopify inventory")
    shape = "stock_set"
    options = (IN_ROWS,)
    columns = (
        *HANDLE,
        Column("Location", is_required=True),
        Column("Bin name"),
        *(Column(name, (f"{name} (not editable)",)) for name in COUNTS),
        Column("On hand (current)"),
        Column(NEW),
        Column(NOW),
    )

    def fits(self, header: Row) -> float:
        has = {key_of(cell) for cell in header.cells}
        return super().fits(header) if has & {key_of(NEW), key_of(NOW)} else 0

    def translate(
        self, lines: Iterator[Line], options: Mapping[str, str]
    ) -> Iterator[Line]:
        for line in lines:
            column = NEW if NEW in line.cells else NOW
            place = line.cells.get("Location", "")
            yield _counted(line, place, column)


class ShopifyInventoryWide(Profile):
    """The old form: each place has a column, by its name."""

    code = "shopify_inventory_wide"
    label = gettext_lazy("Shopify inventory, a column for each location")
    shape = "stock_set"
    options = (IN_ROWS,)
    columns = HANDLE

    def all_columns(self, header: Row) -> Sequence[Column]:
        return (*HANDLE, *(Column(name) for name in _places(header)))

    def fits(self, header: Row) -> float:
        known = {key_of(name) for name in ("Location", NEW, NOW, "Variant SKU")}
        if known & {key_of(cell) for cell in header.cells} or not _places(header):
            return 0
        return super().fits(header)

    def translate(
        self, lines: Iterator[Line], options: Mapping[str, str]
    ) -> Iterator[Line]:
        own = {column.name for column in HANDLE}
        for line in lines:
            for place in line.cells:
                if place not in own:
                    yield _counted(line, place, place)


def _places(header: Row) -> list[str]:
    """The columns that are none of ours: the names of the shop's locations."""
    own = set().union(*(column.keys for column in HANDLE))
    names = [cell.strip() for cell in header.cells if cell.strip()]
    return [name for name in names if key_of(name) not in own | {ERROR_COLUMN}]


def _counted(line: Line, place: str, column: str) -> Line:
    """What the row of a product says of a place."""
    sku, count = line.cells.get("SKU", ""), line.cells.get(column, "")
    cells = {"sku": sku, "location": place, "on_hand": count}
    said = count.strip().casefold()
    if line.error:
        return line
    if not said:
        text = _("“%(column)s” is empty: nothing changes.") % {"column": column}
        return Line(line.number, cells, note=text)
    if said == "not stocked":
        text = _("It is not stocked at %(place)s.") % {"place": place}
        return Line(line.number, cells, note=text)
    if not sku.strip("-–— '"):
        text = _(
            "“%(title)s” has no SKU: its %(count)s pieces at %(place)s are not "
            "counted. Give it a SKU."
        )
        named = {"title": line.cells.get("Title", ""), "count": count, "place": place}
        return Line(line.number, cells, text % named)
    return Line(line.number, cells)
