"""How long a routing decision takes in memory, for orders that no single place can
fill: it holds either the odd lines or the even ones."""

import random
import time
from statistics import median

from fulfillment.routing import engine
from fulfillment.routing.facts import Candidate, Demand

SIZES = {"plan_3_ms": (3, 20), "plan_30_ms": (30, 5), "plan_600_ms": (600, 5)}


def timings() -> dict[str, float]:
    """Median milliseconds of `engine.plan`: lines × locations of SIZES."""
    return {name: median_ms(*size) for name, size in SIZES.items()}


def median_ms(lines: int, locations: int) -> float:
    pick = random.Random(lines)
    times = []
    for _ in range(30):
        demands = [Demand(n, n, n, pick.randint(1, 5)) for n in range(lines)]
        places = [
            Candidate(n, f"L{n}", distance_km=pick.uniform(1, 900))
            for n in range(locations)
        ]
        stock = {
            (line, place): pick.choice((0, 2, 4, 8)) if (line + place) % 2 else 0
            for line in range(lines)
            for place in range(locations)
        }
        started = time.perf_counter()
        engine.plan(demands, places, stock)
        times.append((time.perf_counter() - started) * 1000)
    return round(median(times), 3)
