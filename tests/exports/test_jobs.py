"""Large exports: written in parts by a job, fetched by their owner, then taken away."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from oms.core import jobs
from oms.core.exports import making
from oms.core.models import Event, ExportFile, ExportPart, Job
from orders.models import Order
from tests import shop, workers
from tests.exports.asking import export, person
from tests.exports.reading import body, rows

pytestmark = pytest.mark.django_db

MAY = "core.view_job", "orders.view_order", "orders.export_order"


@pytest.fixture(autouse=True)
def small(monkeypatch):
    monkeypatch.setattr(making, "AT_ONCE", 3)
    monkeypatch.setattr(making, "PART", 2)


@pytest.fixture
def seven(world):
    return shop.place_orders(world.channel, 7)


@pytest.fixture
def anna(seven):
    return person("owner", *MAY)


def ask(client, kind="csv", **more) -> Job:
    answer = export(client, "orders", kind, **more)
    assert answer.status_code == 302, answer
    return Job.objects.latest("pk")


def fetch(client, job):
    return client.get(reverse("admin:core_job_file", args=[job.pk]))


def numbers(answer, kind="csv") -> list[str]:
    return [row["order"] for row in rows(body(answer), kind)]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_many_rows_are_written_in_the_background(anna, seven, drain_queue, kind):
    job = ask(anna, kind)
    page = anna.get(reverse("admin:core_job_change", args=[job.pk])).content.decode()
    assert "Export: Orders: 4 parts" in page
    assert fetch(anna, job).status_code == 404

    drain_queue()

    page = anna.get(reverse("admin:core_job_change", args=[job.pk])).content.decode()
    file = ExportFile.objects.get()
    assert f"Download {file.name}" in page
    answer = fetch(anna, job)
    assert file.name in answer["Content-Disposition"]
    wanted = Order.objects.order_by("-placed_at", "-pk")
    assert numbers(answer, kind) == [order.number for order in wanted]
    assert file.row_count == 7


def test_the_file_is_its_owners_alone(anna, seven, drain_queue):
    job = ask(anna)
    drain_queue()
    lead = person("lead", *MAY, "core.run_background")
    other = person("other", *MAY)

    assert lead.get(reverse("admin:core_job_change", args=[job.pk])).status_code == 200
    assert [fetch(each, job).status_code for each in (lead, other)] == [404, 404]
    assert fetch(anna, job).status_code == 200


def test_who_may_export_no_more_gets_nothing(anna, seven, drain_queue):
    job = ask(anna)
    drain_queue()
    user = anna.get("/admin/").context["user"]
    user.user_permissions.remove(*user.user_permissions.filter(codename="export_order"))

    assert fetch(anna, job).status_code == 404


def test_a_form_sent_twice_is_one_job(anna, seven):
    token = "0" * 32

    assert ask(anna, token=token) == ask(anna, token=token)
    assert ExportFile.objects.count() == 1
    assert ExportPart.objects.count() == 4
    assert Event.objects.filter(action="exportfile.made").count() == 1


def test_the_rows_are_those_of_the_moment_it_was_asked_for(
    anna, seven, world, drain_queue
):
    job = ask(anna)
    shop.place_orders(world.channel, 2)

    drain_queue()

    assert len(numbers(fetch(anna, job))) == 7


def test_files_are_taken_away_after_some_days(anna, seven, drain_queue):
    job = ask(anna)
    drain_queue()

    making.sweep_files()
    assert fetch(anna, job).status_code == 200
    ExportFile.objects.update(created_at=timezone.now() - timedelta(days=4))
    making.sweep_files()

    assert fetch(anna, job).status_code == 404
    assert not ExportPart.objects.exists()
    assert ExportFile.objects.get().is_gone


def test_a_file_that_was_taken_away_half_written_says_so(anna, seven, drain_queue):
    job = ask(anna)
    making.take_away(ExportFile.objects.all())

    drain_queue()

    job.refresh_from_db()
    assert (job.status, job.refused_count) == ("done", 4)
    assert "taken away" in job.rows.first().text
    assert fetch(anna, job).status_code == 404


def test_a_workbook_has_no_more_rows_than_a_sheet_holds(anna, seven, monkeypatch):
    monkeypatch.setattr(making, "MOST_IN_A_SHEET", 5)

    answer = export(anna, "orders", "xlsx")

    text = anna.get(answer.url).content.decode()
    assert "Filter the list, or take CSV" in text
    assert not ExportFile.objects.exists()
    assert ask(anna, "csv")


def test_a_part_takes_as_many_statements_whatever_its_size(world, statements):
    from oms.core.exports import resources
    from oms.core.files.writing import FORMATS

    def prepare(count):
        made = shop.place_orders(world.channel, count)
        chosen = Order.objects.filter(pk__in=[order.pk for order in made])
        resource = resources.named("orders")
        wanted = making.Wanted(resource, FORMATS["csv"], chosen, "user:x")
        making.PART = count
        return making.start_file(wanted)

    counts = statements.by_size(prepare, lambda job: jobs.work_on(job.pk), (1, 30))

    assert counts[1] == counts[30]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("point", ["between_chunks", "chunk_written"])
def test_a_killed_worker_leaves_no_half_and_no_double_row(drain_queue, point):
    from tests import company

    made = shop.place_orders(company.make().channel, 7)
    anna = person("owner", *MAY)
    job = ask(anna)

    assert workers.run(lambda: jobs.carry_on([job.pk]), fault=point) == -9
    drain_queue()
    jobs.work_on(job.pk)

    assert sorted(numbers(fetch(anna, job))) == sorted(order.number for order in made)
