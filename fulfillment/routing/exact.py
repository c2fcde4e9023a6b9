"""All plans of up to eight items compared, by dynamic programming over their sets: the
cheapest plan of a set is the cheapest box with its first item and the cheapest plan of
the rest. Pure."""

from typing import NamedTuple

from fulfillment.routing.boxes import NEVER, Bench, Box, Boxes

Table = dict[int, float]  # {set of items as bits: cost of one box with them}
Chosen = list[tuple[int, int]]  # (place, set)
EPSILON = 1e-9


class Solved(NamedTuple):
    """For every set: its cheapest plan and its cheapest box."""

    tables: list[Table]
    cost: list[float]
    first: list[int]  # the first box of the plan
    box_place: list[int]  # who fills that box

    def unfold(self, mask: int) -> Chosen:
        chosen = []
        while mask:
            box = self.first[mask]
            chosen.append((self.box_place[box], box))
            mask ^= box
        return chosen


def plans(bench: Bench, most: int) -> list[Boxes]:
    """The cheapest plan, then the cheapest with each other location, cheapest first. A
    location has one box at the most; `most` boxes in all, 0 for any number."""
    full = (1 << len(bench.items)) - 1
    tables = _tables(bench, full)
    box_cost, box_place = _cheapest_boxes(tables, full)
    solved = Solved(tables, *_cheapest_plans(box_cost, full), box_place)
    total, chosen = solved.cost[full], solved.unfold(full)
    if _is_bound(chosen, most):
        total, chosen = _bounded(tables, full, most)
    best = _boxes(bench, total, chosen)
    if sum(mask for _at, mask in chosen) < full:
        return [best]  # a part of it waits
    return [best, *_alternatives(bench, solved, chosen, most)]


def _is_bound(chosen: Chosen, most: int) -> bool:
    places = [at for at, _mask in chosen]
    return len(set(places)) < len(places) or 0 < most < len(places)


def _tables(bench: Bench, full: int) -> list[Table]:
    """The cost of every box that each place can fill."""
    items = bench.items
    weights = [0.0] * (full + 1)
    for mask in range(1, full + 1):
        low = mask & -mask
        weights[mask] = weights[mask ^ low] + items[low.bit_length() - 1].weight
    able = [0] * len(bench.places)
    for number, item in enumerate(items):
        for at in item.places:
            able[at] |= 1 << number
    tables = []
    for at, mine in enumerate(able):
        table: Table = {}
        if mine:
            filling = {
                1 << number: bench.filling(at, item)
                for number, item in enumerate(items)
                if mine >> number & 1
            }
            sums = {0: bench.opening[at]}
            mask = 0
            while mask != mine:
                mask = (mask - mine) & mine  # the next subset, ascending
                low = mask & -mask
                sums[mask] = sums[mask ^ low] + filling[low]
                carriage = bench.carriage(at, weights[mask])
                if carriage < NEVER:
                    table[mask] = sums[mask] + carriage
        tables.append(table)
    return tables


def _cheapest_boxes(tables: list[Table], full: int) -> tuple[list[float], list[int]]:
    cost, place = [NEVER] * (full + 1), [-1] * (full + 1)
    for at, table in enumerate(tables):
        for mask, price in table.items():
            if price < cost[mask] - EPSILON:
                cost[mask], place[mask] = price, at
    return cost, place


def _cheapest_plans(box_cost: list[float], full: int) -> tuple[list[float], list[int]]:
    """For every set: what its cheapest plan costs, and the first box of that plan."""
    cost, first = [0.0] + [NEVER] * full, [0] * (full + 1)
    for mask in range(1, full + 1):
        low = mask & -mask
        others = sub = mask ^ low
        best, best_box = NEVER, mask
        while True:  # the box with all of it first: of equals the fewest boxes win
            box = sub | low
            price = box_cost[box] + cost[mask ^ box]
            if price < best - EPSILON:
                best, best_box = price, box
            if not sub:
                break
            sub = (sub - 1) & others
        cost[mask], first[mask] = best, best_box
    return cost, first


def _bounded(tables: list[Table], full: int, most: int) -> tuple[float, Chosen]:
    """The same, place by place: each has one box at the most, and where `most` boxes
    do not hold everything, those that hold the most do."""
    limit = most or full.bit_count()
    layers: list[dict[int, tuple[float, Chosen]]] = [{0: (0.0, [])}]
    layers += [{} for _ in range(limit)]
    for at, table in enumerate(tables):
        for boxes in range(limit - 1, -1, -1):
            there = layers[boxes + 1]
            for held, (cost, chosen) in list(layers[boxes].items()):
                for mask, price in table.items():
                    if held & mask:
                        continue
                    old = there.get(held | mask)
                    if old is None or cost + price < old[0] - EPSILON:
                        there[held | mask] = cost + price, [*chosen, (at, mask)]
    ends = [(mask, *end) for layer in layers for mask, end in layer.items()]
    _mask, cost, chosen = min(ends, key=lambda e: (-e[0].bit_count(), e[1]))
    return cost, chosen


def _alternatives(
    bench: Bench, solved: Solved, chosen: Chosen, most: int
) -> list[Boxes]:
    """The cheapest plan with each location that is not in the chosen one."""
    cost = solved.cost
    full = len(cost) - 1
    sending = {at for at, _mask in chosen}
    found = []
    for at, table in enumerate(solved.tables):
        if at in sending or not table:
            continue
        total, mask = min((cost[full ^ m] + price, m) for m, price in table.items())
        with_it = [(at, mask), *solved.unfold(full ^ mask)]
        if not _is_bound(with_it, most):
            found.append((total, with_it))
    found.sort(key=lambda plan: plan[0])
    return [_boxes(bench, total, plan) for total, plan in found]


def _boxes(bench: Bench, total: float, chosen: Chosen) -> Boxes:
    return Boxes(
        total - bench.policy.parcel_cost,
        [
            Box(at, [n for n in range(len(bench.items)) if mask >> n & 1])
            for at, mask in chosen
        ],
    )
