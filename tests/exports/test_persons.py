"""Who was erased is in no file: not in a new one, not in one that is kept."""

import zlib

import pytest

from oms.core.exports import making, resources
from oms.core.models import ExportFile, ExportPart
from orders.services import erasing
from tests.exports.asking import export
from tests.exports.reading import body
from tests.orders import zoe as persons

pytestmark = pytest.mark.django_db


@pytest.fixture
def zoe(world):
    return persons.make(world)


def everything(client) -> str:
    return "".join(
        body(export(client, what)).decode() for what in resources.all_named()
    )


def test_nothing_of_somebody_who_was_erased_is_exported(admin_client, zoe):
    secrets = {each for each in persons.SECRETS if each in everything(admin_client)}
    assert "Zwiebelfisch" in everything(admin_client)

    erasing.erase_customers([zoe], actor="user:mia")

    found = everything(admin_client)
    assert {each for each in secrets if each in found} == set()
    assert "Zwiebelfisch" not in found


def test_files_that_are_kept_go_with_the_person(
    admin_client, zoe, drain_queue, monkeypatch
):
    monkeypatch.setattr(making, "AT_ONCE", 0)
    export(admin_client, "orders")
    export(admin_client, "products")
    drain_queue()
    parts = ExportPart.objects.filter(file__what="orders")
    kept = b"".join(zlib.decompress(part.content) for part in parts)
    assert b"Zwiebelfisch" in kept

    erasing.erase_customers([zoe], actor="user:mia")

    assert {
        file.what: file.is_gone for file in ExportFile.objects.exclude(job=None)
    } == {"orders": True, "products": False}
    assert not ExportPart.objects.filter(file__what="orders").exists()
