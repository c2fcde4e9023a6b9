"""Exports by the clock: what the list shows to their owner, into a folder or a mail."""

from datetime import UTC, datetime, time, timedelta

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from oms.core.exports import daily
from oms.core.models import DailyExport, ExportFile, Job, WorkItem
from tests import factories, shop
from tests.exports.asking import person
from tests.exports.reading import rows

pytestmark = pytest.mark.django_db

ADD = reverse("admin:core_dailyexport_add")
GOOD = {
    "name": "late-orders",
    "what": "orders",
    "query": "q=channel:ebay",
    "format": "csv",
    "at": "06:30",
    "folder": "sales/daily",
    "email": "",
    "is_active": "on",
}


@pytest.fixture
def root(settings, tmp_path):
    settings.OMS_EXPORT_DIR = tmp_path / "exports"
    return settings.OMS_EXPORT_DIR


@pytest.fixture
def lead(world):
    ebay = factories.ChannelFactory(code="ebay")
    shop.place_orders(world.channel, 1)
    shop.place_orders(ebay, 2)
    keeps = [f"core.{verb}_dailyexport" for verb in ("view", "add", "change")]
    return person("lead", *keeps, "orders.view_order", "orders.export_order")


def add(client, **more):
    return client.post(ADD, GOOD | more)


def wrong(answer) -> dict:
    assert answer.status_code == 200
    return answer.context["adminform"].form.errors


def due_now(**facts) -> DailyExport:
    DailyExport.objects.update(next_at=timezone.now() - timedelta(minutes=1), **facts)
    return DailyExport.objects.get()


def minutes(drain_queue) -> None:
    """The clock's task starts it, the worker writes it, the clock's task sends it."""
    daily.run_daily()
    drain_queue()
    daily.run_daily()


def test_a_list_goes_into_its_folder_once_a_day(root, lead, drain_queue):
    add(lead)
    due_now()

    minutes(drain_queue)
    minutes(drain_queue)

    file = ExportFile.objects.get()
    [path] = (root / "sales" / "daily").iterdir()
    assert path.name == file.name
    assert file.name.startswith("late-orders-20")
    assert {row["channel"] for row in rows(path.read_bytes())} == {"ebay"}
    assert len(rows(path.read_bytes())) == 2
    assert file.sent_at
    assert file.actor == "user:lead"
    assert DailyExport.objects.get().next_at > timezone.now()


def test_a_list_goes_out_by_mail(settings, root, lead, drain_queue):
    settings.EMAIL_HOST = "mail.example.org"
    add(lead, folder="", email="books@example.org", format="xlsx")
    due_now()

    minutes(drain_queue)
    minutes(drain_queue)

    [message] = mail.outbox
    assert message.to == ["books@example.org"]
    [(name, content, _kind)] = message.attachments
    assert name.endswith(".xlsx")
    assert len(rows(content, "xlsx")) == 2


def test_what_goes_wrong_is_a_work_item_until_it_goes_well(root, lead, drain_queue):
    add(lead, folder="", email="books@example.org")
    due_now()
    minutes(drain_queue)

    item = WorkItem.objects.get(kind=daily.KIND)
    assert "No mail server is set" in item.title
    assert "No mail server is set" in ExportFile.objects.get().error
    due_now(email="", folder="sales")
    minutes(drain_queue)

    item.refresh_from_db()
    assert item.status == "resolved"


def test_an_owner_who_may_no_more_sends_nothing(root, lead, drain_queue):
    add(lead)
    export = due_now()
    export.owner.user_permissions.filter(codename="export_order").delete()
    export.owner.user_permissions.clear()

    minutes(drain_queue)

    assert "may not export" in WorkItem.objects.get(kind=daily.KIND).title
    assert not root.exists()
    assert DailyExport.objects.get().next_at > timezone.now()


def test_an_owner_who_has_left_sends_nothing(root, lead, drain_queue):
    add(lead)
    export = due_now()
    type(export.owner).objects.update(is_active=False)

    minutes(drain_queue)

    assert "has no access any more" in WorkItem.objects.get(kind=daily.KIND).title


def test_a_list_that_this_version_does_not_know_is_named(root, lead, drain_queue):
    add(lead)
    due_now(what="dreams")

    minutes(drain_queue)

    assert "“dreams”" in WorkItem.objects.get(kind=daily.KIND).title


def test_what_is_off_stays_at_home(root, lead, drain_queue):
    add(lead)
    due_now(is_active=False)

    minutes(drain_queue)

    assert not Job.objects.exists()


@pytest.mark.parametrize(
    "folder", ["../etc", "/etc", "a/../../b", "a//b", "a b", "~", "a/", "C:\\x", "ä"]
)
def test_no_folder_leads_out(root, lead, folder):
    assert "folder" in wrong(add(lead, folder=folder))


def test_a_folder_that_is_a_link_out_is_refused(root, lead, tmp_path):
    root.mkdir()
    (root / "out").symlink_to(tmp_path)

    assert "leads out" in str(wrong(add(lead, folder="out"))["folder"])


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"folder": "", "email": ""}, "folder"),
        ({"email": "a@example.org"}, "folder"),
        ({"what": "payments"}, "what"),  # which this person may not export
        ({"query": "nonsense=1"}, "query"),
        ({"query": "q=before:never"}, "query"),
        ({"name": "no name"}, "name"),
        ({"at": "25:00"}, "at"),
    ],
)
def test_what_makes_no_sense_is_not_kept(root, lead, said, field):
    assert field in wrong(add(lead, **said))
    assert not DailyExport.objects.exists()


def test_who_saves_it_is_its_owner(root, lead):
    add(lead)
    keeps = [f"core.{verb}_dailyexport" for verb in ("view", "change")]
    keeps += ["orders.view_order", "orders.export_order"]
    other = person("second", *keeps)
    page = reverse("admin:core_dailyexport_change", args=[DailyExport.objects.get().pk])

    assert "owner" not in other.get(page).context["adminform"].form.fields
    other.post(page, GOOD)

    assert DailyExport.objects.get().owner.username == "second"


def test_it_can_be_sent_at_once(root, lead, drain_queue):
    add(lead)
    pk = DailyExport.objects.get().pk

    lead.post(
        reverse("admin:core_dailyexport_tool", args=[pk, "send-now"]), {"seen": ""}
    )
    drain_queue()
    daily.run_daily()

    page = lead.get(reverse("admin:core_dailyexport_change", args=[pk]))
    assert ExportFile.objects.get().name in page.content.decode()
    assert len(list((root / "sales" / "daily").iterdir())) == 1


def test_the_clock_is_the_shops(settings):
    settings.TIME_ZONE = "Europe/Berlin"
    timezone.get_default_timezone.cache_clear()
    winter = datetime(2026, 3, 28, 12, tzinfo=UTC)  # the clocks change that night

    first = daily.next_moment(time(6), winter)
    second = daily.next_moment(time(6), first)
    same_day = daily.next_moment(time(14), winter)

    assert first == datetime(2026, 3, 29, 4, tzinfo=UTC)
    assert second == datetime(2026, 3, 30, 4, tzinfo=UTC)
    assert same_day == datetime(2026, 3, 28, 13, tzinfo=UTC)
    settings.TIME_ZONE = "UTC"
    timezone.get_default_timezone.cache_clear()
