"""manage.py export_data: what a list shows, from the command line."""

import pytest
from django.core.management import CommandError, call_command

from oms.core.exports import resources
from oms.core.models import ExportFile
from tests import factories, shop
from tests.exports.reading import rows

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_list_is_written_with_its_search_and_filters(world, tmp_path, kind):
    shop.place_orders(world.channel, 1)
    shop.place_orders(factories.ChannelFactory(code="ebay"), 2)
    path = tmp_path / f"out.{kind}"

    call_command(
        "export_data", "orders", format=kind, query="q=channel:ebay", output=path
    )

    assert [row["channel"] for row in rows(path.read_bytes(), kind)] == ["ebay"] * 2
    assert ExportFile.objects.get().actor == "command:export_data"


@pytest.mark.parametrize("what", sorted(resources.all_named()))
def test_every_list_can_be_written(world, tmp_path, what):
    shop.advance(shop.place_orders(world.channel, 1), to="delivered")

    call_command("export_data", what, output=tmp_path / "out.csv")

    assert (tmp_path / "out.csv").read_bytes().startswith(b"\xef\xbb\xbf")


def test_without_a_place_it_has_the_date_and_stands_here(world, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    call_command("export_data", "stock")

    assert [p.name for p in tmp_path.iterdir()] == [ExportFile.objects.get().name]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"query": "nonsense=1"}, "cannot be filtered"),
        ({"query": "q=before:never"}, "before"),
        ({"output": "no/such/folder/out.csv"}, "No such file"),
    ],
)
def test_what_cannot_be_done_is_said_and_leaves_no_file(
    world, tmp_path, monkeypatch, options, said
):
    monkeypatch.chdir(tmp_path)
    if "output" in options:
        options["output"] = tmp_path / options["output"]

    with pytest.raises(CommandError, match=said):
        call_command("export_data", "orders", **options)

    assert list(tmp_path.iterdir()) == []
    assert not ExportFile.objects.exists()
