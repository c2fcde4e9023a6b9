"""Sheets of stock, as a browser sends them."""

from inventory.models import StockLevel

LIST = "/admin/inventory/stocklevel/"
ADJUST, RECEIVE = f"{LIST}adjust/", f"{LIST}receive/"


def on_hand(product, place) -> int:
    return StockLevel.objects.get(
        product=product, location=place, condition="sellable"
    ).on_hand


def sheet_of(world, step="book", **given) -> dict:
    """A sheet for BER: `MUG="98"` writes into the row of MUG."""
    facts = {"location": "BER", "sheet": "4711", "reason": "recount", "step": step}
    for name, value in given.items():
        product = world.products.get(name)
        facts |= {f"row-{product.pk}": value} if product else {name: value}
    return facts
