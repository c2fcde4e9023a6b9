"""One bad row of many costs only itself."""

from collections import Counter

import pytest
from django.db import IntegrityError, OperationalError
from psycopg import errors

from oms.core import chunks
from oms.core.outcome import Outcome

FAILED = (
    "%s: failed unexpectedly (%s); nothing was changed. "
    "The log has the details; try again or report it."
)


@pytest.fixture(autouse=True)
def naps(monkeypatch):
    """Nobody sleeps; the number of times that somebody would have."""
    slept = []
    monkeypatch.setattr(chunks.time, "sleep", slept.append)
    return slept


def database_error(kind, cause):
    error = kind("no")
    error.__cause__ = cause()
    return error


DEADLOCK = database_error(OperationalError, errors.DeadlockDetected)
TIMEOUT = database_error(OperationalError, errors.LockNotAvailable)
SERIAL = database_error(OperationalError, errors.SerializationFailure)
UNIQUE = database_error(IntegrityError, errors.UniqueViolation)
CHECK = database_error(IntegrityError, errors.CheckViolation)


class Service:
    """Doubles numbers. Raises `error` the first `times` that it is given `bad`."""

    __name__ = "double"

    def __init__(self, error, times=10**6, bad=0):
        self.error, self.times, self.bad = error, times, bad
        self.calls = []
        self.seen = Counter()

    def __call__(self, rows, *, factor=2):
        self.calls.append(len(rows))
        if self.bad in rows and self.seen[self.bad] < self.times:
            self.seen[self.bad] += 1
            raise self.error
        return Outcome(done=[row * factor for row in rows])


def test_one_poisoned_row_of_a_hundred_leaves_ninety_nine_done():
    service = Service(ValueError("poison"), bad=37)

    out = chunks.in_chunks(service, range(100))

    assert sorted(out.done) == [row * 2 for row in range(100) if row != 37]
    assert out.refused == {37: [FAILED % (37, "ValueError")]}
    assert len(service.calls) < 20


def test_rows_are_given_in_chunks_with_the_arguments_of_the_service():
    service = Service(None, times=0)

    out = chunks.in_chunks(service, [1, 2, 3, 4, 5], size=2, factor=10)

    assert service.calls == [2, 2, 1]
    assert out == Outcome(done=[10, 20, 30, 40, 50])


def test_no_rows_are_no_call():
    service = Service(None, times=0)

    assert chunks.in_chunks(service, []) == Outcome()
    assert service.calls == []


def test_what_a_service_refuses_is_kept():
    def service(rows):
        return Outcome(refused={row: ["no"] for row in rows})

    out = chunks.in_chunks(service, [1, 2, 3], size=2)

    assert out == Outcome(refused={1: ["no"], 2: ["no"], 3: ["no"]})


@pytest.mark.parametrize("error", [DEADLOCK, TIMEOUT, SERIAL])
@pytest.mark.parametrize("times", [1, 2])
def test_a_lost_lock_is_tried_again(error, times, naps):
    service = Service(error, times)

    out = chunks.in_chunks(service, [0, 1, 2])

    assert out == Outcome(done=[0, 2, 4])
    assert service.calls == [3] * (times + 1)
    assert len(naps) == times


def test_a_row_that_always_deadlocks_is_refused_after_three_tries():
    service = Service(DEADLOCK)

    out = chunks.in_chunks(service, [0])

    assert out.refused == {0: [FAILED % (0, "OperationalError")]}
    assert service.calls == [1, 1, 1]


def test_a_unique_violation_is_tried_again_once():
    service = Service(UNIQUE, 1)

    out = chunks.in_chunks(service, [0, 1])

    assert out == Outcome(done=[0, 2])
    assert service.calls == [2, 2]


def test_a_second_unique_violation_is_not_tried_again():
    service = Service(UNIQUE)

    out = chunks.in_chunks(service, [0])

    assert out.refused == {0: [FAILED % (0, "IntegrityError")]}
    assert service.calls == [1, 1]


@pytest.mark.parametrize("error", [CHECK, ValueError("x"), OperationalError("gone")])
def test_other_errors_are_not_tried_again(error):
    service = Service(error)

    out = chunks.in_chunks(service, [0])

    assert out.refused == {0: [FAILED % (0, type(error).__name__)]}
    assert service.calls == [1]
