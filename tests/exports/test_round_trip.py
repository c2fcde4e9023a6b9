"""What was exported and sent back changes nothing."""

import pytest

from channels.services.listings import map_skus
from inventory.models import Location
from tests import factories, shop
from tests.exports.asking import export
from tests.exports.reading import body
from tests.files.importing import counts, send

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def busy(world, settings, tmp_path):
    """A shop with texts that spreadsheets would run."""
    settings.OMS_FILES = tmp_path / "kept"
    factories.ProductFactory(sku="00123", name="=1+1")
    shop.receive(world.ber, {"00123": 3})
    Location.objects.filter(code="NYC").update(name="@home, far away")
    map_skus(world.channel, {"-their": world.mug}, actor="test")
    lines = [("00123", 1), ("SHIRT", 2)]
    orders = shop.place_orders(world.channel, 2, lines)
    shop.advance(orders[:1], to="delivered")
    return world


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize(
    "what",
    ["order_lines", "stock_set", "products", "locations", "listings", "shipments"],
)
def test_a_file_that_was_exported_changes_nothing(admin_client, busy, what, kind):
    content = body(export(admin_client, what, kind))

    run = send(content, f"{what}.{kind}")

    assert run.status == "previewed", run.error
    assert set(counts(run)) == {"unchanged"}
