"""Lists as files through the API."""

import io

import openpyxl
import pytest

from oms.core.exports import making
from oms.core.exports.models import ExportFile
from tests import factories, shop
from tests.api.partner import Partner, wrongs

pytestmark = pytest.mark.django_db


def path_of(answer) -> str:
    assert answer.status_code == 202, answer.json()
    return f"exports/{answer.json()['id']}/"


def fetched(partner: Partner, path: str) -> bytes:
    return b"".join(partner.get(f"{path}file/").streaming_content)


def test_an_export_is_asked_for_written_and_fetched(world, drain_queue):
    other = factories.ChannelFactory(code="other")
    mine = Partner(name="mine", channels=["shop"])
    [order] = shop.place_orders(world.channel)
    [hidden] = shop.place_orders(other)

    asked = mine.post("exports/", {"kind": "orders"})
    path = path_of(asked)
    early = mine.get(f"{path}file/")
    drain_queue()
    ready = mine.get(path)
    file = mine.get(f"{path}file/", Accept="text/csv")
    text = b"".join(file.streaming_content).decode()

    assert asked["Location"].endswith(f"/api/v1/{path}")
    assert (asked.json()["status"], asked.json()["file_url"]) == ("waiting", None)
    assert (early.status_code, early.json()["code"]) == (409, "refused")
    assert (ready.json()["status"], ready.json()["row_count"]) == ("done", 1)
    assert ready.json()["file_url"].endswith(f"/api/v1/{path}file/")
    assert ready["ETag"] != asked["ETag"]
    assert file["Content-Type"] == "text/csv"
    assert ".csv" in file["Content-Disposition"]
    assert order.external_id in text
    assert hidden.external_id not in text
    assert ExportFile.objects.get().actor == "key:mine"


def test_the_filter_is_that_of_the_list(world, acme, drain_queue):
    wanted, _other = shop.place_orders(world.channel, count=2)
    said = {"external_id": wanted.external_id, "updated_since": "2026-01-01T00:00:00Z"}

    asked = acme.post(
        "exports/", {"kind": "order_lines", "format": "xlsx", "filter": said}
    )
    drain_queue()
    sheet = openpyxl.load_workbook(io.BytesIO(fetched(acme, path_of(asked)))).active

    rows = list(sheet.iter_rows(values_only=True))
    column = rows[0].index("external_id")
    assert [row[column] for row in rows[1:]] == [wanted.external_id]


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({}, ("body", "/kind", "required")),
        ({"kind": "work_items"}, ("body", "/kind", "invalid_choice")),
        ({"kind": "orders", "format": "pdf"}, ("body", "/format", "invalid_choice")),
        ({"kind": "orders", "sort": "x"}, ("body", "/sort", "unknown_field")),
        (
            {"kind": "orders", "filter": {"phaze": "new"}},
            ("body", "/filter/phaze", "unknown_parameter"),
        ),
        (
            {"kind": "orders", "filter": {"phase": "x"}},
            ("body", "/filter/phase", "invalid_choice"),
        ),
        (
            {"kind": "orders", "filter": {"updated_since": "today"}},
            ("body", "/filter/updated_since", "invalid"),
        ),
        (
            {"kind": "orders", "filter": {"phase": 1}},
            ("body", "/filter/phase", "kind"),
        ),
    ],
)
def test_what_no_list_has_is_refused_by_its_name(acme, body, error):
    answer = acme.post("exports/", body)

    assert (answer.status_code, wrongs(answer)) == (400, [error])


def test_the_scope_that_reads_the_list_is_wanted_too(world):
    partner = Partner(scopes=["jobs", "stock:read"])

    refused = partner.post("exports/", {"kind": "orders"})
    taken = partner.post("exports/", {"kind": "stock"})

    assert (refused.status_code, refused.json()["code"]) == (403, "scope_missing")
    assert "orders:read" in refused.json()["detail"]
    assert taken.status_code == 202


def test_a_file_that_was_taken_away_is_gone(acme, drain_queue):
    path = path_of(acme.post("exports/", {"kind": "customers"}))
    drain_queue()
    making.take_away(ExportFile.objects.all())

    said = acme.get(path).json()

    assert (said["status"], said["file_url"]) == ("gone", None)
    assert acme.get(f"{path}file/").status_code == 409


@pytest.mark.parametrize(
    "kind",
    ["products", "stock", "stock_set", "listings", "shipments", "returns"],
)
def test_lists_without_rows_are_files_too(world, kind, drain_queue):
    partner = Partner(name="try", is_sandbox=True)

    path = path_of(partner.post("exports/", {"kind": kind}))
    drain_queue()

    assert fetched(partner, path).count(b"\n") == (5 if kind == "products" else 1)


def test_a_repeated_request_is_one_export(acme):
    first, again = [
        acme.post("exports/", {"kind": "orders"}, key="one") for _ in range(2)
    ]

    assert again.content == first.content
    assert ExportFile.objects.count() == 1
