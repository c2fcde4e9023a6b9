"""How long a routing decision takes in memory, for orders that no single place can
fill: it holds either the odd lines or the even ones."""

import random
import time
from statistics import median

from fulfillment.routing import engine
from fulfillment.routing.facts import DEFAULT, Candidate, Demand, Lane, Policy

SIZES = {"plan_3_ms": (3, 20), "plan_30_ms": (30, 5), "plan_600_ms": (600, 5)}
BY_MONEY = {"cheapest_3_ms": (3, 20), "cheapest_8_ms": (8, 20)}
BY_MONEY |= {"cheapest_30_ms": (30, 20)}


def timings() -> dict[str, float]:
    """Median milliseconds of `engine.plan`: lines × locations."""
    money = Policy(mode="cheapest", late_cost=5.0, promise_days=3)
    return {name: median_ms(*size, DEFAULT) for name, size in SIZES.items()} | {
        name: median_ms(*size, money) for name, size in BY_MONEY.items()
    }


def median_ms(lines: int, locations: int, policy: Policy) -> float:
    pick = random.Random(lines)
    times = []
    for _ in range(30):
        demands = [
            Demand(n, n, n, pick.randint(1, 5), weight=pick.randint(50, 900))
            for n in range(lines)
        ]
        places = [_place(n, pick) for n in range(locations)]
        stock = {
            (line, place): pick.choice((0, 2, 4, 8)) if (line + place) % 2 else 0
            for line in range(lines)
            for place in range(locations)
        }
        started = time.perf_counter()
        engine.plan(demands, places, stock, policy)
        times.append((time.perf_counter() - started) * 1000)
    return round(median(times), 3)


def _place(number: int, pick: random.Random) -> Candidate:
    prices = [round(pick.uniform(3, 6) + step, 2) for step in range(40)]
    lane = Lane([1000 * (step + 1) for step in range(40)], prices, pick.randint(1, 5))
    return Candidate(
        number, f"L{number}", distance_km=pick.uniform(1, 900), lanes=[lane]
    )
