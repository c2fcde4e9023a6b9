import pytest

from tests.orders import zoe as persons


@pytest.fixture
def zoe(world):
    """Somebody with an order that has seen everything, and all of it ended."""
    return persons.make(world)
