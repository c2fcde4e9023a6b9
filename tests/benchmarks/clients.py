"""Four processes that take orders in, each with its own connection."""

import multiprocessing
import time
from collections.abc import Callable
from typing import NamedTuple

from django.db import connections

from channels.models import Channel
from fulfillment.models import FulfillmentOrder, Shipment
from fulfillment.services import shipping, work
from orders.services import intake
from tests.benchmarks import database, shop

PROCESSES = 4
HOT = 10  # products that everybody wants, in the hot mode

fork = multiprocessing.get_context("fork")


class Side(NamedTuple):
    """One way to take orders in. `guess`: orders a second at most, to store enough."""

    batch: int
    guess: int
    skus: int
    shipped: bool = False


def run(name: str, side: Side, seconds: float, round_: int) -> tuple[float, int]:
    """Orders a second of the four processes in that database, and deadlocks there.

    Before the clock starts the messages are stored, for intake begins at the inbox,
    a checkpoint is made as the limit does, and each process handles one batch.
    """
    database.use(name)
    shoppers = shop.Shoppers(f"r{round_}-{side.batch}-{side.skus}-{side.shipped}")
    number = int(seconds * side.guess) + 2 * PROCESSES * side.batch
    channel = Channel.objects.get()
    messages = shop.store(channel, shoppers.orders(number, side.skus))
    database.settle()
    before = database.deadlocks()
    connections.close_all()
    ready, results = fork.Barrier(PROCESSES), fork.Queue()
    position = fork.Value("q", 0)
    processes = [
        fork.Process(
            target=client, args=(side, messages, seconds, position, ready, results)
        )
        for _ in range(PROCESSES)
    ]
    for process in processes:
        process.start()
    answers = [results.get(timeout=seconds * 4 + 120) for _ in processes]
    for process in processes:
        process.join()
    if failures := [error for *_rest, error in answers if error]:
        raise RuntimeError("; ".join(failures))
    rate = sum(done / took for done, took, _error in answers)
    return rate, database.deadlocks() - before


def client(side: Side, messages, seconds: float, position, ready, results) -> None:
    """Take the next messages, a batch at a time, until the time or they run out."""
    done, took, error = 0, 1.0, ""
    do: Callable = ship if side.shipped else take_in

    def following() -> list[int]:
        with position.get_lock():
            start = position.value
            position.value += side.batch
        return messages[start : start + side.batch]

    try:
        do(following())
        ready.wait(60)
        started = time.perf_counter()
        while (took := time.perf_counter() - started) < seconds:
            batch = following()
            if not batch:
                break
            do(batch)
            done += len(batch)
    except Exception as failure:
        error = repr(failure)
    connections.close_all()
    results.put((done, took, error))


def take_in(messages: list[int]) -> list:
    """From inbox messages to orders that are paid, confirmed, routed and allocated."""
    out = intake.take_in(messages, actor=shop.ACTOR)
    if out.refused:
        raise RuntimeError(out.refused)
    return out.done


def ship(messages: list[int]) -> None:
    """The whole way: intake, release, pick, pack, ship; every step on the whole set."""
    orders = take_in(messages)
    works = list(FulfillmentOrder.objects.filter(order__in=[o.pk for o in orders]))
    for step in (work.release_work, work.start_picking, work.pick, work.pack_work):
        out = step(works, actor=shop.ACTOR)
        if out.refused:
            raise RuntimeError(out.refused)
    parcels = Shipment.objects.filter(fulfillment_order__in=[w.pk for w in works])
    labels = {pk: shipping.Label(f"T{pk}") for pk in parcels.values_list("pk", flat=1)}
    out = shipping.ship_shipments(labels, actor=shop.ACTOR)
    if out.refused:
        raise RuntimeError(out.refused)
