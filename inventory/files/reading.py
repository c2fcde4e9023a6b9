"""What rows of stock have in common: a SKU, a place and a number."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inventory.models import Location
from oms.core.api.models import ApiKey
from oms.core.files.columns import Column
from oms.core.files.models import ImportRow
from oms.core.files.shapes import Option, Reading
from oms.core.files.values import code_of, text_of

MOST_NAME = 100
MOST_REASON = 200
SKU = Column("sku", ("Item", "Item number", "Article number"), is_required=True)
LOCATION = Column("location", ("Location code", "Warehouse", "Place"))
REASON = Column("reason", ("Note", "Comment"))


def _locations(key: ApiKey | None) -> list[tuple[str, str]]:
    rows = Location.objects if key is None else Location.objects.for_key(key)
    rows = rows.order_by("priority", "code")
    return [(row.code, f"{row.code}, {row.name}") for row in rows if row.keeps_stock]


FOR_LOCATION = Option(
    "location",
    gettext_lazy("the location"),
    _locations,
    lambda columns: "location" not in columns,
)


def read_goods(row: ImportRow, reading: Reading, quantity: str, *, least: int) -> None:
    """Into values and key; an empty quantity leaves the row as it is."""
    if quantity not in row.cells:
        row.note = _("“%(column)s” is empty: left as it is.") % {"column": quantity}
        return
    sku = reading.required(row, "sku", code_of)
    if "location" in row.cells:
        location = reading.required(row, "location", text_of, MOST_NAME)
    elif not (location := reading.options.get("location", "")):
        row.wrong("location", _("the cell is empty"), kind="empty location")
    row.values = {
        "sku": sku,
        "location": location,
        "quantity": reading.value(row, quantity, reading.numbers.quantity, least=least),
        "reason": reading.value(row, "reason", text_of, MOST_REASON) or "",
    }
    if sku and location:
        row.key = f"{sku} @ {location}"
