"""What the warehouses receive, week by week: what will be ordered and a little more, so
that few orders wait. Pure."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from oms.demo import baskets, catalogue, places
from oms.demo.plan import DAYS, Planned

WEEK = 7
BASE = 6  # pieces of everything, at the opening
DRY = 48  # since that day nothing scarce comes any more
IN_STORES = 60  # products of which a store has a few
BY_SKU = {item.sku: item for item in catalogue.items()}
OUR_NAMES = {name: sku for sku, name in baskets.NAMES_AT_BAZAAR.items()}

Pieces = dict[tuple[str, str], int]


def deliveries(planned: Iterable[Planned], first_day: datetime) -> dict[int, Pieces]:
    """{day: {(SKU, location code): pieces}}; day 0 is the opening."""
    wanted: dict[int, Counter] = {day: Counter() for day in range(0, DAYS + 1, WEEK)}
    for sku, item in BY_SKU.items():
        if not item.parts and sku != catalogue.SERVICE:
            wanted[0].update({(sku, "EU"): 2 * BASE, (sku, "US"): BASE})
    for each in planned:
        day = (each.order.placed_at - first_day).days // WEEK * WEEK
        area = "US" if places.MARKETS[each.channel].area == "US" else "EU"
        for line in each.order.lines:
            for sku, pieces in _parts(line.sku, line.quantity):
                wanted[day][sku, area] += pieces
    found = {day: _placed(day, pieces) for day, pieces in wanted.items()}
    found[0] |= _in_stores()
    return found


def _parts(name: str, quantity: int) -> list[tuple[str, int]]:
    """Pieces of plain products; none for a service or a name that nobody knows."""
    item = BY_SKU.get(OUR_NAMES.get(name, name))
    if item is None or item.sku == catalogue.SERVICE:
        return []
    if item.parts:
        return [(sku, quantity * pieces) for sku, pieces in item.parts.items()]
    return [(item.sku, quantity)]


def _placed(day: int, wanted: Counter) -> Pieces:
    pieces: Pieces = {}
    for (sku, area), count in sorted(wanted.items()):
        if sku in catalogue.SCARCE and day >= DRY:
            continue
        homes = ["NJY"] if area == "US" else homes_of(sku)
        for place in homes:
            pieces[sku, place] = -(-count * 11 // 10 // len(homes)) or 1
    return pieces


def homes_of(sku: str) -> list[str]:
    """The European warehouses that have it: some things are in one of them only, so
    that an order of several lines may be split."""
    if sku.startswith(catalogue.DROP_SHIPPED):
        return []
    number = list(BY_SKU).index(sku)
    return {0: ["BER"], 3: ["LYS"]}.get(number % 6, ["BER", "LYS"])


def _in_stores() -> Pieces:
    skus = [sku for sku in BY_SKU if homes_of(sku) and not BY_SKU[sku].parts]
    some = [sku for sku in skus[:: len(skus) // IN_STORES] if sku != catalogue.SERVICE]
    return {(sku, store): 4 for sku in some for store in ("HAM", "PAR")}
