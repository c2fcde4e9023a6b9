import pytest

from tests import factories
from tests.payments import storm


@pytest.mark.django_db(transaction=True)
def test_nothing_is_taken_twice_or_lost_in_a_storm(world, later, sandbox, settings):
    settings.OMS_OUTSIDE_TIMEOUT = 0.3
    factories.ProductFactory(sku="GIFT", tracks_stock=False)

    found = storm.run(later, sandbox, 100)

    assert found["killed"] >= 2
    assert found["asked"] > 50
    assert found["done"] > 20
    assert (found["differ"], found["beyond"], found["lost"]) == ([], [], [])
