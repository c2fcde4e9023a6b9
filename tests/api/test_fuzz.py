"""Requests that a machine makes up from the description, a few of each operation. The
long run is `python -m tests.benchmarks.api_fuzz`."""

import pytest

from tests import shop, workers
from tests.api import fuzzing
from tests.api.partner import make_key
from tests.serving import Server

pytestmark = pytest.mark.django_db(transaction=True)
SEED = 20260131


def test_what_is_made_up_from_the_description_meets_no_fault(world, tmp_path):
    shop.place_orders(world.channel)
    secret = make_key(per_minute=100_000).secret
    server = Server(workers.database_url())
    try:
        found = fuzzing.run(
            server.url,
            secret,
            tmp_path,
            seed=SEED,
            examples=2,
            phases="examples,fuzzing",
        )
    finally:
        server.stop()

    assert found.is_clean, f"{found.text}\n{found.leaks}"
    assert 200 in found.statuses
    assert 400 in found.statuses


def test_what_an_answer_tells_of_the_inside_is_found():
    tells = fuzzing.INSIDE.search

    assert tells('File "/srv/oms/oms/api.py", line 3')
    assert tells("psycopg.errors.UniqueViolation")
    assert not tells('{"code": "invalid", "detail": "Write a whole number."}')
