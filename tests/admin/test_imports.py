"""The pages of imports, as people click through them."""

import gzip
import hashlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django_q.models import OrmQ

from inventory.models import StockLevel
from oms import roles
from oms.core.files import background, runs
from oms.core.files.models import ImportRun
from oms.core.files.sheet import MOST_BYTES
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
LIST = "admin:core_importrun_changelist"
GOOD = b"sku,location,on_hand\nSHIRT,BER,90\nMUG,BER,95\n"


def person(role: str) -> Client:
    roles.sync()
    client = Client()
    client.force_login(UserFactory(username=role.split()[0], groups=[role]))
    return client


@pytest.fixture
def buyer(world):
    return person("buyer")


def upload(client, content=GOOD, name="stock.csv", **fields):
    file = SimpleUploadedFile(name, content, "text/csv")
    return client.post(
        reverse("admin:core_importrun_upload"), {"file": file, **fields}, follow=True
    )


def do(client, name, run, **fields):
    address = reverse(f"admin:core_importrun_{name}", args=[run.pk])
    return client.post(address, fields, follow=True)


def on_hand(sku="SHIRT"):
    return StockLevel.objects.get(
        product__sku=sku, location__code="BER", condition="sellable"
    ).on_hand


def text_of(answer) -> str:
    return answer.content.decode()


def test_drop_preview_apply_and_undo(buyer):
    page = text_of(upload(buyer))
    assert "Apply 2 rows" in page
    assert "<del>100</del> → <ins>90</ins>" in page
    run = ImportRun.objects.get()
    page = text_of(do(buyer, "apply", run))
    assert "<b>2 of 2</b> rows" in page
    assert (on_hand(), on_hand("MUG")) == (90, 95)
    page = text_of(do(buyer, "undo", run))
    assert (on_hand(), on_hand("MUG")) == (100, 100)
    assert "Undone" in page


def test_apply_pressed_twice_says_so_the_second_time(buyer):
    upload(buyer)
    run = ImportRun.objects.get()
    do(buyer, "apply", run)
    assert "It is applied already" in text_of(do(buyer, "apply", run))
    assert on_hand() == 90


def test_nothing_is_written_while_a_row_is_wrong_if_that_is_chosen(buyer):
    upload(buyer, GOOD + b"NOWHERE,BER,1\n")
    run = ImportRun.objects.get()
    page = text_of(do(buyer, "apply", run, rows="all"))
    assert "1 rows are wrong or in conflict; nothing was written." in page
    assert on_hand() == 100
    do(buyer, "apply", run, rows="good")
    assert on_hand() == 90


def test_the_error_file_has_the_same_columns_and_can_be_sent_again(buyer):
    upload(buyer, GOOD + b"MUGG,NYC,7\n")
    run = ImportRun.objects.get()
    file = buyer.get(reverse("admin:core_importrun_errors", args=[run.pk]))
    text = b"".join(file.streaming_content).decode("utf-8-sig")
    header, line = text.splitlines()
    assert header == "sku,location,on_hand,error"
    assert line.startswith("MUGG,NYC,7,")
    assert "did you mean MUG?" in line
    upload(buyer, text.replace("MUGG", "MUG").encode(), "again.csv")
    again = ImportRun.objects.latest("pk")
    assert (again.status, again.changed_count, again.error_count) == ("previewed", 1, 0)


def test_the_same_file_is_refused_with_who_and_when(buyer):
    upload(buyer)
    do(buyer, "apply", ImportRun.objects.get())
    page = text_of(upload(buyer))
    assert "This file was applied on" in page
    assert "by buyer; nothing to do." in page
    assert "Apply 2 rows" not in page


def test_what_is_not_known_is_asked(buyer):
    page = text_of(upload(buyer, b"Article,Place,Pieces\nSHIRT,BER,90\n"))
    assert "Say what it is" in page
    run = ImportRun.objects.get()
    columns = {
        "column-sku": "Article",
        "column-location": "Place",
        "column-on_hand": "Pieces",
    }
    page = text_of(do(buyer, "answer", run, profile="stock_set", **columns))
    assert "Apply 1 row" in page
    # remembered
    page = text_of(upload(buyer, b"Article,Place,Pieces\nMUG,BER,90\n"))
    assert "Apply 1 row" in page


def test_a_large_file_is_read_in_the_background(buyer, monkeypatch):
    monkeypatch.setattr(runs, "SMALL", 10)
    answer = upload(buyer)
    assert answer["Refresh"] == "2"
    run = ImportRun.objects.get()
    assert run.status == "uploaded"
    # longer than any other task may take
    assert OrmQ.objects.latest("pk").task["timeout"] == runs.LONGEST
    background.carry_on([run.pk])
    run.refresh_from_db()
    assert (run.status, run.changed_count) == ("previewed", 2)


def test_what_moved_since_the_export_can_get_the_difference_of_the_file(buyer):
    page = text_of(upload(buyer, b"sku,location,on_hand,was\nSHIRT,BER,90,80\n"))
    assert "Add the difference" in page
    run = ImportRun.objects.get()
    do(buyer, "apply", run, conflict="difference")
    assert on_hand() == 110


def test_a_packed_file_is_unpacked(buyer):
    page = text_of(upload(buyer, gzip.compress(GOOD), "stock.csv.gz"))
    assert "Apply 2 rows" in page
    run = ImportRun.objects.get()
    assert (run.name, run.size) == ("stock.csv", len(GOOD))
    assert run.sha256 == hashlib.sha256(GOOD).hexdigest()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (gzip.compress(GOOD)[:-9], "its end is missing"),
        (gzip.compress(GOOD)[:12] + b"?" * 30, "The packed file is damaged"),
        (gzip.compress(b"0" * 9_000_000), "unpacks to far more"),
        (gzip.compress(gzip.compress(GOOD)), "not a CSV or .xlsx file but an archive"),
    ],
    ids=["cut", "damaged", "bomb", "twice"],
)
def test_what_cannot_be_unpacked_is_refused_with_the_reason(buyer, content, words):
    assert words in text_of(upload(buyer, content, "stock.csv.gz"))


def test_39_a_file_over_the_limit_is_refused_before_it_is_read(buyer):
    answer = buyer.post(
        reverse("admin:core_importrun_upload"),
        b"x",
        content_type="multipart/form-data; boundary=x",
        CONTENT_LENGTH=str(MOST_BYTES + 2**20),
    )
    assert answer.status_code == 413
    assert "more than 50 MB" in text_of(answer)
    assert not ImportRun.objects.exists()


def test_the_upload_still_needs_its_token(world):
    roles.sync()
    client = Client(enforce_csrf_checks=True)
    client.force_login(UserFactory(groups=["buyer"]))
    assert upload(client).status_code == 403
    assert not ImportRun.objects.exists()


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd.csv", "passwd.csv"),
        ("<script>alert(1).csv", "&lt;script&gt;alert(1).csv"),
        ("a" * 300 + ".csv", "a" * 200),
        ("two\r\nlines.csv", "twolines.csv"),
    ],
)
def test_40_a_name_is_shown_escaped_and_decides_nothing(buyer, name, shown):
    run = runs.upload([GOOD], name, user=buyer_of(), actor="user:buyer")
    page = text_of(buyer.get(reverse("admin:core_importrun_change", args=[run.pk])))
    assert f'<b class="name">{shown}</b>' in page
    assert len(run.stored_as) == 32


def buyer_of():
    from oms.core.models import User

    return User.objects.get(username="buyer")


def test_41_another_persons_file_is_not_there(buyer):
    upload(buyer)
    run = ImportRun.objects.get()
    other = person("support")
    for name in ("apply", "undo", "discard", "answer"):
        assert do(other, name, run).status_code == 404
    for name in ("change", "errors"):
        address = reverse(f"admin:core_importrun_{name}", args=[run.pk])
        assert other.get(address).status_code == 404
    assert do(buyer, "apply", ImportRun(pk=run.pk + 999)).status_code == 404


def test_42_an_old_preview_has_expired(buyer):
    upload(buyer)
    run = ImportRun.objects.get()
    from datetime import timedelta

    ImportRun.objects.update(previewed_at=run.previewed_at - timedelta(days=2))
    page = text_of(do(buyer, "apply", run))
    assert "The preview has expired; upload the file again." in page
    assert on_hand() == 100


def test_44_without_the_permission_nothing_is_opened(world):
    packer = person("packer")
    assert packer.get(reverse(LIST)).status_code == 403
    assert upload(packer).status_code == 403
    mine = runs.upload(
        [GOOD],
        "stock.csv",
        user=packer_of(),
        actor="user:packer",
        profile="stock_set",
    )
    for name in ("apply", "undo"):
        assert do(packer, name, mine).status_code == 403
    assert on_hand() == 100


def packer_of():
    from oms.core.models import User

    return User.objects.get(username="packer")


def test_what_a_person_may_not_import_is_not_recognised(world):
    support = person("support")
    page = text_of(upload(support))
    assert "Apply" not in page.split("<main")[-1].split("Say what it is")[0].replace(
        "Apply</li>", ""
    )
    assert ImportRun.objects.get().status == "asking"


def test_a_file_is_thrown_away(buyer):
    upload(buyer)
    do(buyer, "discard", ImportRun.objects.get())
    assert not ImportRun.objects.exists()
