"""Running calls at the same moment, and taking guards away."""

import threading
import time
from collections.abc import Callable, Iterable, Sequence

from django.db import DatabaseError, connection, connections

from inventory.services import stock
from oms.core import transitions

DEADLOCK = "40P01"


def race(calls: Sequence[Callable]) -> list:
    """Start all calls at once, each in a thread with its own connection. Returns what
    each returned, or the exception that it raised."""
    ready = threading.Barrier(len(calls))
    results: list = [None] * len(calls)

    def run(position: int, call: Callable) -> None:
        try:
            connection.ensure_connection()
            ready.wait(30)
            results[position] = call()
        except Exception as error:
            results[position] = error
        finally:
            connections.close_all()

    threads = [
        threading.Thread(target=run, args=pair, daemon=True)
        for pair in enumerate(calls)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not any(thread.is_alive() for thread in threads), "a call never came back"
    return results


def errors(results: Iterable) -> list[Exception]:
    """The exceptions among the results of a race."""
    return [result for result in results if isinstance(result, Exception)]


def deadlocks(results: Iterable) -> list[Exception]:
    """Those that PostgreSQL broke off because they waited for each other."""
    return [
        error
        for error in errors(results)
        if isinstance(error, DatabaseError)
        and getattr(error.__cause__, "sqlstate", "") == DEADLOCK
    ]


def dawdle(monkeypatch, owner, name: str, seconds: float) -> None:
    """Let `owner.name` return late: whoever read something acts on it later."""
    real = getattr(owner, name)

    def late(*args, **kwargs):
        result = real(*args, **kwargs)
        time.sleep(seconds)
        return result

    monkeypatch.setattr(owner, name, late)


class Meeting:
    """Where racers wait for each other: the first `parties` that come go on together.
    Later ones pass, and nobody waits longer than ten seconds."""

    def __init__(self, parties: int):
        self.missing = parties
        self.change = threading.Condition()

    def wait(self) -> None:
        with self.change:
            self.missing -= 1
            self.change.notify_all()
            self.change.wait_for(lambda: self.missing <= 0, 10)


def meet(monkeypatch, owner, name: str, parties: int) -> Meeting:
    """Without a guard: whoever returns from `owner.name` goes on when `parties` have
    come so far, so that all act on what they read before anybody wrote."""
    real, meeting = getattr(owner, name), Meeting(parties)

    def together(*args, **kwargs):
        result = real(*args, **kwargs)
        meeting.wait()
        return result

    monkeypatch.setattr(owner, name, together)
    return meeting


def unlock_rows(monkeypatch) -> None:
    """Guard off: `transitions.lock` reads the rows and locks nothing."""

    def read(model, pks):
        return list(model.objects.filter(pk__in=set(pks)).order_by("pk"))

    monkeypatch.setattr(transitions, "lock", read)


def unlock_levels(monkeypatch) -> None:
    """Guard off: stock levels are read and not locked."""
    monkeypatch.setattr(
        stock, "_lock", lambda what, params, *_lock: _levels(what, params, ending="")
    )


def lock_levels_backwards(monkeypatch, backwards: Callable[[], bool]) -> None:
    """Guard off: levels are locked one by one, in the order that each of two callers
    likes."""
    meeting = Meeting(2)

    def one_by_one(condition: str, params: list, *_lock) -> list[stock.LockedLevel]:
        found = _levels(condition, params, ending="ORDER BY id")
        locked = []
        for level in reversed(found) if backwards() else found:
            locked += _levels("id = %s", [level.pk], ending="FOR NO KEY UPDATE")
            meeting.wait()
        return locked

    monkeypatch.setattr(stock, "_lock", one_by_one)


def _levels(condition: str, params: list, ending: str) -> list[stock.LockedLevel]:
    read = f"SELECT {stock.COLUMNS} FROM inventory_stocklevel"
    with connection.cursor() as cursor:
        cursor.execute(f"{read} WHERE {condition} {ending}", params)
        return [stock.LockedLevel(*row) for row in cursor.fetchall()]
