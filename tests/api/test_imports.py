"""Files through the API: sent, read by the worker, looked at, applied, undone."""

import pytest
from django.conf import settings

from inventory.models import StockLevel
from oms.core.files import background, forgetting
from oms.core.files.models import ImportMapping, ImportRun
from orders.models import Order
from tests.api.partner import Partner, wrongs
from tests.files.writing import workbook

pytestmark = pytest.mark.django_db
HEADER = "external_id,placed_at,currency,sku,quantity,unit_price\n"
ROW = "{},2026-01-31 12:00 +0000,EUR,{},1,10.00\n"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def orders(*numbers: str, sku: str = "SHIRT") -> str:
    return HEADER + "".join(ROW.format(number, sku) for number in numbers)


def stock(*rows: str) -> str:
    return "\n".join(["sku,location,on_hand", *rows])


def path_of(answer, action: str = "") -> str:
    assert answer.status_code == 202, answer.json()
    path = f"imports/{answer.json()['id']}/"
    return f"{path}{action}/" if action else path


def on_hand(sku: str, place: str) -> int:
    return StockLevel.objects.get(product__sku=sku, location__code=place).on_hand


def test_a_file_is_read_looked_at_applied_and_undone(acme, drain_queue):
    sent = acme.send(orders("F-1", "F-2", sku="NEW"), channel="shop", name="mine.csv")
    path = path_of(sent)
    waiting = acme.get(path).json()
    drain_queue()
    read = acme.get(path).json()
    applying = acme.post(f"{path}apply/")
    drain_queue()
    applied = acme.get(path).json()
    made = Order.objects.filter(external_id__startswith="F-")
    statuses = {order.status for order in made}
    undoing = acme.post(f"{path}undo/")
    drain_queue()
    undone = acme.get(path).json()

    assert sent["Location"].endswith(f"/api/v1/{path}")
    assert (waiting["status"], waiting["counts"]) == ("uploaded", None)
    assert waiting["allowed_actions"] == ["discard"]
    assert (read["status"], read["profile"]) == ("previewed", "orders")
    assert read["counts"]["new"] == read["row_count"] == 2
    assert read["allowed_actions"] == ["apply", "discard"]
    assert "unknown SKU" in read["consequences"][1]
    assert (applying.status_code, applying.json()["status"]) == (202, "applying")
    assert applied["status"] == "applied"
    assert applied["applied"]["done"] == applied["applied"]["total"] == 2
    assert applied["allowed_actions"] == ["undo"]
    assert statuses == {"pending"}
    assert undoing.status_code == 202
    assert (undone["status"], undone["undone"]["done"]) == ("undone", 2)
    assert {order.status for order in made.all()} == {"cancelled"}
    assert ImportRun.objects.get().actor == "key:acme"


def test_a_form_is_applied_by_itself_and_its_wrong_rows_come_back(acme, drain_queue):
    content = stock("SHIRT,BER,90", "SHIRTT,BER,5")

    sent = acme.send_form(content, name="shelf.csv", apply="good")
    drain_queue()
    said = acme.get(path_of(sent)).json()
    errors = acme.get(path_of(sent, "errors"), Accept="text/csv")
    mended = b"".join(errors.streaming_content).decode().replace("SHIRTT", "MUG")
    acme.send(mended, apply="all")
    drain_queue()

    assert (said["status"], said["name"]) == ("applied", "shelf.csv")
    assert said["counts"]["error"] == said["counts"]["changed"] == 1
    assert errors["Content-Type"].startswith("text/csv")
    assert "did you mean SHIRT?" in mended
    assert (on_hand("SHIRT", "BER"), on_hand("MUG", "BER")) == (90, 5)


def test_all_or_nothing_writes_nothing_and_says_why(acme, drain_queue):
    sent = acme.send(stock("SHIRT,BER,90", "SHIRTT,BER,5"), apply="all")
    drain_queue()
    said = acme.get(path_of(sent)).json()
    again = acme.post(path_of(sent, "apply"), {"rows": "all"})
    good = acme.post(path_of(sent, "apply"), {"rows": "good"})
    drain_queue()

    assert (said["status"], said["applied"]) == ("previewed", None)
    assert "nothing was written" in said["error"]
    assert (again.status_code, again.json()["code"]) == (409, "refused")
    assert again.json()["allowed_actions"] == ["apply", "discard"]
    assert good.status_code == 202
    assert on_hand("SHIRT", "BER") == 90


def test_rows_in_conflict_are_left_or_written_as_it_is_said(acme, drain_queue):
    content = "sku,location,on_hand,was\nSHIRT,BER,90,70\nMUG,BER,80,100\n"

    left = acme.send(content, apply="good")
    drain_queue()
    before = on_hand("SHIRT", "BER")
    acme.send(content + "MUG,NYC,5,100\n", apply="good", conflicts="file")
    drain_queue()

    assert acme.get(path_of(left)).json()["counts"]["conflict"] == 1
    assert (before, on_hand("SHIRT", "BER"), on_hand("MUG", "NYC")) == (100, 90, 5)
    acme.send(content.replace(",90,", ",60,"), apply="good", conflicts="difference")
    drain_queue()
    assert on_hand("SHIRT", "BER") == 80


def test_the_rows_come_page_by_page_and_by_what_they_are(acme, drain_queue):
    sent = acme.send(stock("SHIRT,BER,90", "SHIRTT,BER,5", "MUG,BER,100"))
    drain_queue()
    path = path_of(sent, "rows")

    first = acme.get(f"{path}?limit=2").json()
    second = acme.get(first["next"].partition("/api/v1/")[2]).json()
    wrong = acme.get(f"{path}?effect=error").json()["results"]
    bad = [acme.get(f"{path}?{query}") for query in ("cursor=x", "effect=y", "z=1")]

    rows = first["results"] + second["results"]
    assert [row["row"] for row in rows] == [2, 3, 4]
    assert [row["effect"] for row in rows] == ["changed", "error", "unchanged"]
    change = {"column": "on_hand", "before": "100", "after": "90"}
    assert rows[0]["changes"] == [change]
    assert second["next"] is None
    assert [row["errors"][0]["column"] for row in wrong] == ["sku"]
    assert [answer.status_code for answer in bad] == [400] * 3


@pytest.mark.parametrize(
    ("content", "said", "error"),
    [
        ("", {}, ("body", "/file", "unreadable")),
        (b"%PDF-1.7", {}, ("body", "/file", "unreadable")),
        ("colour,size\nred,1\n", {}, ("query", "/profile", "invalid")),
        (HEADER, {"profile": "stock_set"}, ("query", "/columns", "invalid")),
        (orders("1"), {"channel": "nowhere"}, ("query", "/channel", "invalid")),
        (orders("1"), {"location": "BER"}, ("query", "/location", "invalid")),
        (orders("1"), {"profile": "orderz"}, ("query", "/profile", "invalid_choice")),
        (orders("1"), {"columns": "{"}, ("query", "/columns", "kind")),
        (orders("1"), {"apply": "yes"}, ("query", "/apply", "invalid_choice")),
        (orders("1"), {"aply": "all"}, ("query", "/aply", "unknown_parameter")),
    ],
)
def test_what_cannot_be_read_is_refused_and_not_kept(acme, content, said, error):
    before = list(settings_folder())

    answer = acme.send(content, **said)

    assert answer.status_code == 400, answer.json()
    assert wrongs(answer) == [error]
    assert not ImportRun.objects.exists()
    assert list(settings_folder()) == before


def settings_folder():
    from pathlib import Path

    return sorted(Path(settings.OMS_FILES).iterdir())


def test_bodies_that_are_no_file_are_refused(acme, monkeypatch):
    monkeypatch.setattr("oms.core.files.api.views.MOST_BYTES", 1000)

    large = acme.send("x" * 1001)
    json = acme.post("imports/", {"profile": "orders"})
    form = acme.send_form(orders("1"), proffile="orders")
    empty = acme.client.generic(
        "POST",
        "/api/v1/imports/",
        b"nothing",
        "multipart/form-data; boundary=b",
        headers={"Idempotency-Key": "f"},
    )

    assert (large.status_code, large.json()["code"]) == (413, "too_large")
    assert (json.status_code, json.json()["code"]) == (415, "unsupported_media_type")
    assert wrongs(form) == [("body", "/proffile", "unknown_field")]
    assert empty.status_code == 400


def test_what_only_the_worker_finds_is_said_by_the_status(acme, drain_queue):
    sent = acme.send(HEADER, channel="shop", apply="good")
    drain_queue()

    said = acme.get(path_of(sent)).json()
    errors = acme.get(path_of(sent, "errors"))

    assert (said["status"], said["rows_url"]) == ("failed", None)
    assert "only a header" in said["error"]
    assert errors.status_code == 409


def test_a_workbook_with_columns_of_its_own(acme, drain_queue, tmp_path):
    rows = [["Article", "Place", "Pieces"], ["SHIRT", "BER", 90]]
    content = workbook(tmp_path, rows).read_bytes()
    named = '{"sku": "Article", "location": "Place", "on_hand": "Pieces"}'

    sent = acme.send(content, kind=XLSX, profile="stock_set", columns=named)
    drain_queue()
    said = acme.get(path_of(sent)).json()

    assert (said["format"], said["counts"]["changed"]) == ("XLSX", 1)
    assert not ImportMapping.objects.exists()  # nothing for the files of others


def test_the_same_request_is_one_import_whatever_the_form_looks_like(acme):
    first = acme.send_form(orders("1"), key="one", channel="shop")
    again = acme.send_form(orders("1"), key="one", channel="shop")
    other = acme.send_form(orders("2"), key="one", channel="shop")
    raw = [acme.send(orders("3"), key="raw", channel="shop") for _ in range(2)]

    assert again.content == first.content
    assert again["Idempotent-Replayed"] == "true"
    assert other.status_code == 422
    assert raw[1]["Idempotent-Replayed"] == "true"
    assert ImportRun.objects.count() == 2


def test_the_same_bytes_are_applied_once_and_nobody_is_named(acme, drain_queue):
    content = stock("SHIRT,BER,90")
    other = Partner(name="other", scopes=["jobs", "stock:write"])
    acme.send(content, apply="good")
    drain_queue()

    sent = other.send(content, apply="good")
    drain_queue()
    refused = other.post(path_of(sent, "apply"))

    assert refused.status_code == 409
    assert "was applied on" in refused.json()["detail"]
    assert "acme" not in refused.json()["detail"]


def test_a_file_is_thrown_away_until_it_is_applied(acme, drain_queue):
    sent = acme.send(orders("1"), channel="shop")
    waiting = acme.post(path_of(sent, "discard"))
    taken = acme.send(orders("2"), channel="shop", apply="good")
    drain_queue()
    late = acme.post(path_of(taken, "discard"))

    assert waiting.status_code == 204
    assert acme.get(path_of(sent)).status_code == 404
    assert (late.status_code, late.json()["allowed_actions"]) == (409, ["undo"])


def test_a_file_that_was_taken_away_says_so(acme, drain_queue):
    sent = acme.send(orders("1"), channel="shop")
    drain_queue()
    forgetting.forget(ImportRun.objects.all())

    said = acme.get(path_of(sent)).json()

    assert (said["status"], said["errors_url"]) == ("stale", None)
    assert acme.get(path_of(sent, "errors")).status_code == 409
    assert acme.post(path_of(sent, "apply")).status_code == 409


def test_who_died_before_applying_is_followed_by_the_sweep(acme, drain_queue):
    sent = acme.send(stock("SHIRT,BER,90"), apply="good")
    run = ImportRun.objects.get()
    background.runs.preview(run.pk)  # and there it ended
    ImportRun.objects.update(updated_at=run.updated_at - background.STILL * 2)

    background.sweep_imports()
    drain_queue()

    assert acme.get(path_of(sent)).json()["status"] == "applied"
    assert on_hand("SHIRT", "BER") == 90


def test_a_list_of_many_takes_as_many_statements_as_a_list_of_one(
    acme, drain_queue, statements, monkeypatch
):
    from datetime import timedelta

    from oms.core.api import pages

    monkeypatch.setattr(pages, "LATE", timedelta(seconds=-60))
    for number in range(3):
        acme.send(stock(f"SHIRT,BER,{90 + number}"), apply="good")
    drain_queue()
    acme.get("imports/")

    one = statements(acme.get, "imports/?limit=1")[1]
    three, many = statements(acme.get, "imports/")

    assert len(three.json()["results"]) == 3
    assert many == one
