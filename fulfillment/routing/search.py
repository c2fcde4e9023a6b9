"""A bounded search for orders of many items: sets of the most useful locations, each
item to where it adds least, then single moves and the closing of boxes. Pure."""

from itertools import combinations

from fulfillment.routing.boxes import NEVER, Bench, Box, Boxes

MOST_PLACES = 8  # most useful ones that sets are made of
MOST_PARTS = 4  # of a set: 162 sets
MOST_IMPROVED = 5
MOST_ROUNDS = 3
EPSILON = 1e-9


def plans(bench: Bench, most: int) -> list[Boxes]:
    """The best plans found, cheapest first, each with other locations."""
    useful = _useful(bench)
    base = _base(bench, useful)
    filler = Filler(bench)
    most = most or len(bench.places)
    found: dict[frozenset[int], tuple[tuple, Load]] = {}
    for size in range(min(MOST_PARTS, most, len(useful)) + 1):
        for group in combinations(useful, size):
            rank, load = filler.fill(list(dict.fromkeys([*base, *group])))
            key = frozenset(load.boxes)
            if 0 < len(key) <= most and (key not in found or rank < found[key][0]):
                found[key] = rank, load
    if not found:
        _rank, load = filler.fill(list(dict.fromkeys([*base, *useful])))
        found[frozenset()] = (), _cut(load, most)
    first = sorted(found.values(), key=lambda pair: pair[0])[:MOST_IMPROVED]
    best = [load for _rank, load in first]
    for load in best:
        load.improve()
    best.sort(key=lambda load: load.rank)
    return [load.as_boxes() for load in best]


def _useful(bench: Bench) -> list[int]:
    """Places by the items that they can fill, then by what one box of them costs."""
    able: dict[int, list[int]] = {}
    for number, item in enumerate(bench.items):
        for at in item.places:
            able.setdefault(at, []).append(number)

    def rank(at: int) -> tuple:
        one = max(bench.items[n].weight for n in able[at])
        return -len(able[at]), bench.opening[at] + bench.carriage(at, one), at

    return sorted(able, key=rank)[:MOST_PLACES]


def _base(bench: Bench, useful: list[int]) -> list[int]:
    """Places that are in every set: somebody has to send what those have not."""
    base: list[int] = []
    for item in bench.items:
        if not set(item.places) & {*useful, *base}:
            base.append(
                min(item.places, key=lambda at: bench.carriage(at, item.weight))
            )
        elif len(item.places) == 1 and item.places[0] not in base:
            base.append(item.places[0])
    return base


class Load:
    """A plan in the making: which items are in the box of each place."""

    def __init__(self, bench: Bench):
        self.bench = bench
        self.boxes: dict[int, set[int]] = {}
        self.weights: dict[int, float] = {}
        self.missing = 0

    @property
    def rank(self) -> tuple:
        return self.missing, self.total

    @property
    def total(self) -> float:
        bench = self.bench
        return sum(
            bench.opening[at]
            + bench.carriage(at, self.weights[at])
            + sum(bench.filling(at, bench.items[n]) for n in items)
            for at, items in self.boxes.items()
        )

    def adds(self, at: int, number: int) -> float:
        """What this item would cost more there."""
        bench, item = self.bench, self.bench.items[number]
        cost = bench.filling(at, item)
        if at not in self.boxes:
            return cost + bench.opening[at] + bench.carriage(at, item.weight)
        weight = self.weights[at]
        after = bench.carriage(at, weight + item.weight)
        return cost + after - bench.carriage(at, weight)

    def put(self, at: int, number: int) -> None:
        self.boxes.setdefault(at, set()).add(number)
        weight = self.bench.items[number].weight
        self.weights[at] = self.weights.get(at, 0.0) + weight

    def take(self, at: int, number: int) -> None:
        self.boxes[at].remove(number)
        self.weights[at] -= self.bench.items[number].weight
        if not self.boxes[at]:
            del self.boxes[at], self.weights[at]

    def improve(self) -> None:
        for _round in range(MOST_ROUNDS):
            moved = [self._move(at, n) for at, n in self._pairs()]
            closed = [self._close(at) for at in list(self.boxes)]
            if not any(moved) and not any(closed):
                return

    def _pairs(self) -> list[tuple[int, int]]:
        return [(at, number) for at, box in self.boxes.items() for number in box]

    def _move(self, at: int, number: int) -> bool:
        """Into another open box, where that is cheaper."""
        self.take(at, number)
        others = [p for p in self.bench.items[number].places if p in self.boxes]
        stay = self.adds(at, number)
        best = min(others, key=lambda p: self.adds(p, number), default=at)
        better = best != at and self.adds(best, number) < stay - EPSILON
        self.put(best if better else at, number)
        return better

    def _close(self, at: int) -> bool:
        """Spread a box over the others, where the whole gets cheaper."""
        if at not in self.boxes or len(self.boxes) == 1:
            return False
        before = self.total
        homes = {}
        for number in list(self.boxes[at]):
            others = [
                p
                for p in self.bench.items[number].places
                if p != at and p in self.boxes
            ]
            if not others:
                break
            best = min(others, key=lambda p: self.adds(p, number))
            self.take(at, number)
            self.put(best, number)
            homes[number] = best
        if at not in self.boxes and self.total < before - EPSILON:
            return True
        for number, home in homes.items():
            self.take(home, number)
            self.put(at, number)
        return False

    def as_boxes(self) -> Boxes:
        return Boxes(
            self.total - self.bench.policy.parcel_cost,
            [Box(at, sorted(box)) for at, box in sorted(self.boxes.items())],
        )


class Filler:
    """Fills the boxes of a set of places; asked for every set, so in plain loops."""

    def __init__(self, bench: Bench):
        self.bench = bench
        self.order = sorted(
            range(len(bench.items)), key=lambda n: -bench.items[n].weight
        )
        # of each place: {item that it can fill: what its pieces cost there}
        self.fills: list[dict[int, float]] = [{} for _ in bench.places]
        for number, item in enumerate(bench.items):
            for at in item.places:
                self.fills[at][number] = bench.filling(at, item)

    def fill(self, places: list[int]) -> tuple[tuple, Load]:
        """Each item, the heaviest first, to where it adds least."""
        bench, load, total = self.bench, Load(self.bench), 0.0
        paid: dict[int, float] = {}  # for the parcel of each box so far
        for number in self.order:
            weight = bench.items[number].weight
            best, at_best, parcel = NEVER, -1, 0.0
            for at in places:
                filling = self.fills[at].get(number)
                if filling is None:
                    continue
                if at in paid:
                    after = bench.carriage(at, load.weights[at] + weight)
                    cost = filling + after - paid[at]
                else:
                    after = bench.carriage(at, weight)
                    cost = filling + bench.opening[at] + after
                if cost < best:
                    best, at_best, parcel = cost, at, after
            if at_best < 0:
                load.missing += 1
            else:
                load.put(at_best, number)
                paid[at_best] = parcel
                total += best
        return (load.missing, total), load


def _cut(load: Load, most: int) -> Load:
    """Only the fullest boxes, where there may not be more."""
    keep = sorted(load.boxes, key=lambda at: -len(load.boxes[at]))[:most]
    for at in [at for at in load.boxes if at not in keep]:
        load.missing += len(load.boxes[at])
        del load.boxes[at], load.weights[at]
    return load
