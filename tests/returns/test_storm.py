import pytest

from tests import factories
from tests.returns import storm
from tests.returns.storm_books import WRONG


@pytest.mark.django_db(transaction=True)
def test_nothing_is_given_back_twice_or_lost_in_a_storm(world, sandbox, settings):
    settings.OMS_OUTSIDE_TIMEOUT = 0.3
    factories.ProductFactory(sku="GIFT", tracks_stock=False)
    later = factories.ChannelFactory(code="later", payment="later")

    found = storm.run(later, sandbox, 96)

    assert found["asked"] == 96
    assert found["killed"] >= 4
    assert found["done"] >= 5
    assert found["failed"] >= 2
    assert {name: found[name] for name in WRONG} == {name: [] for name in WRONG}
