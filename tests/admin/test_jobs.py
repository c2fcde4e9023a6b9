"""The page of a job: how far it is, what became of each row, what can be done next."""

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from oms.core import jobs
from oms.core.models import Job
from oms.core.outcome import Outcome
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

LIST = reverse("admin:core_job_changelist")
EVEN = jobs.Kind(
    "test.even",
    "Halve",
    "orders.confirm_order",
    lambda keys, params, actor: Outcome(
        refused={key: [f"<b>{key}</b> is odd."] for key in keys if key % 2}
    ),
)


@pytest.fixture(autouse=True)
def kind(monkeypatch):
    monkeypatch.setitem(jobs._kinds, EVEN.name, EVEN)


def start(count: int, actor="user:anna") -> Job:
    rows = [(key, f"row {key}") for key in range(1, count + 1)]
    params = {"note": "<i>look</i>", "_places": [1]}
    return jobs.start_job(EVEN, rows, params, actor=actor)


def page_of(job: Job) -> str:
    return reverse("admin:core_job_change", args=[job.pk])


def person(username: str, *permissions: str) -> Client:
    user = UserFactory(username=username, is_staff=True)
    for name in ("core.view_job", *permissions):
        app, codename = name.split(".")
        found = Permission.objects.get(content_type__app_label=app, codename=codename)
        user.user_permissions.add(found)
    client = Client()
    client.force_login(user)
    return client


def test_a_running_job_shows_how_far_it_is_and_renews_itself(admin_client):
    job = start(250)
    jobs._chunk(job.pk, 100)

    answer = admin_client.get(page_of(job))

    text = answer.content.decode()
    assert answer["Refresh"] == "2"
    assert '<progress max="250" value="100"' in text
    assert "50 of 250 done" in text
    assert "150 to do" in text
    assert "You can leave this page" in text
    assert "Try the refused again" not in text


def test_a_job_that_is_over_shows_the_refused_first(admin_client):
    job = start(6)

    answer = admin_client.get(page_of(job))

    text = answer.content.decode()
    assert "Refresh" not in answer
    shown = [(row["subject"], row["status"]) for row in answer.context["rows"]]
    assert shown[:4] == [
        ("row 1", "Refused"),
        ("row 3", "Refused"),
        ("row 5", "Refused"),
        ("row 2", "Done"),
    ]
    assert "&lt;b&gt;1&lt;/b&gt; is odd." in text
    assert "&lt;i&gt;look&lt;/i&gt;" in text
    assert "_places" not in text
    assert "Try the refused again" in text


def test_a_long_result_has_pages(admin_client):
    job = start(150)

    second = admin_client.get(page_of(job), {"p": 2})
    beyond = admin_client.get(page_of(job), {"p": "x"})

    assert len(second.context["rows"]) == 50
    assert beyond.status_code == 200


def test_people_see_their_own_jobs(admin_client):
    hers, his = start(2, "user:anna"), start(2, "user:bob")
    anna, lead = person("anna"), person("lead", "core.run_background")

    assert anna.get(page_of(hers)).status_code == 200
    assert anna.get(page_of(his)).status_code == 404
    assert [job.pk for job in anna.get(LIST).context["cl"].result_list] == [hers.pk]
    assert len(lead.get(LIST).context["cl"].result_list) == 2


@pytest.mark.parametrize("name", ["again", "go_on"])
def test_what_is_done_next_needs_a_post_and_the_permission_of_the_deed(name):
    job = start(3, "user:anna")
    where = reverse(f"admin:core_job_{name}", args=[job.pk])
    anna, bob = person("anna"), person("bob", "orders.confirm_order")

    assert anna.get(where).status_code == 405
    assert anna.post(where).status_code == 403
    assert bob.post(where).status_code == 404
    assert anna.post(page_of(job)).status_code == 403
    assert Job.objects.count() == 1


def test_a_stopped_job_goes_on_once(admin_client, drain_queue):
    job = start(250)
    Job.objects.update(status="failed", error="The disk was full.")
    where = reverse("admin:core_job_go_on", args=[job.pk])
    assert "The disk was full." in admin_client.get(page_of(job)).content.decode()

    admin_client.post(where)
    admin_client.post(where)
    drain_queue()

    job.refresh_from_db()
    assert (job.status, job.done_count, job.error) == ("done", 125, "")


def test_a_job_that_runs_is_not_tried_again(admin_client):
    job = start(250)

    admin_client.post(reverse("admin:core_job_again", args=[job.pk]))

    assert Job.objects.count() == 1
    assert "wait for its end" in admin_client.get(page_of(job)).content.decode()


def test_a_job_of_another_version_still_has_its_page(admin_client, monkeypatch):
    job = start(3)
    monkeypatch.delitem(jobs._kinds, EVEN.name)

    text = admin_client.get(page_of(job)).content.decode()

    assert "test.even" in text
    assert "Try the refused again" not in text


def test_the_page_takes_as_many_statements_for_100_rows(admin_client, statements):
    def look(job):
        return admin_client.get(page_of(job))

    look(start(1))
    counts = statements.by_size(start, look)

    assert counts[1] == counts[100] <= 15
