"""docs/api.md, followed to the letter: each of its commands, in one shell, against the
web server of production, with a worker that delivers and a program that listens."""

import os
import re
import socket
import subprocess
import sys

import pytest

from oms.core.models import WebhookDelivery
from orders.models import Order
from tests import factories, shop, workers
from tests.sandbox import ROOT
from tests.serving import Server

pytestmark = pytest.mark.django_db(transaction=True)
GUIDE = ROOT / "docs" / "api.md"
END = "--- end of block"
DELIVER = """
import time
from django.utils.module_loading import import_string
from django_q.models import OrmQ
from oms.core.webhooks import delivering, dispatching
while True:
    for row in OrmQ.objects.order_by("pk"):
        row.delete()
        import_string(row.task["func"])(*row.task["args"])
    dispatching.dispatch_events()
    delivering.deliver_due()
    time.sleep(0.5)
"""


def blocks() -> list[str]:
    return re.findall(r"^```sh\n(.*?)^```$", GUIDE.read_text(), re.S | re.M)


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


@pytest.fixture
def said(world) -> list[str]:
    """What each block of the guide says, at addresses of the test's own."""
    factories.ChannelFactory(code="b2b")
    factories.ProductFactory(sku="MUG-OAK")
    shop.receive(world.ber, {"MUG-OAK": 10})
    port, database = free_port(), workers.database_url()
    own = {"OMS_WEBHOOK_ALLOWED_HOSTS": f"127.0.0.1:{port}"}
    server = Server(database, **own)
    environment = os.environ | own | {"DATABASE_URL": database, "DEBUG": "1"}
    started = {"cwd": ROOT, "env": environment}
    worker = subprocess.Popen(
        [sys.executable, "manage.py", "shell", "-v", "0", "-c", DELIVER], **started
    )
    text = f"\necho '{END}'\n".join(["set -eo pipefail", *blocks()])
    for ours, here in (
        ("http://127.0.0.1:8000", server.url),
        ("127.0.0.1:9000", f"127.0.0.1:{port}"),
        ("listen 9000", f"listen {port}"),
        (".venv/bin/python", sys.executable),
    ):
        assert ours in text
        text = text.replace(ours, here)
    try:
        shell = subprocess.run(
            ["bash", "-c", text], capture_output=True, text=True, timeout=240, **started
        )
    finally:
        worker.kill()
        worker.wait()
        server.stop()
    assert shell.returncode == 0, shell.stdout[-2000:] + shell.stderr[-2000:]
    return shell.stdout.replace("\r", "").split(END)[1:]


def body(answer: str) -> str:
    return answer.strip().rpartition("\n\n")[2]


def statuses(block: str) -> list[int]:
    return [int(status) for status in re.findall(r"^HTTP/1.1 (\d+)", block, re.M)]


def test_the_first_hour_goes_as_the_guide_says(said):
    key, created, again, words, read, wrong, changed, *rest = said
    ended, bulk, hooks, feed, previewed, applied, exported, listed, *practice = rest

    assert (key.strip(), words.strip()) == ("", "")
    files = previewed, applied, exported
    for block in (created, again, read, hooks, feed, *files, listed, *practice):
        assert "urn:oms:problem:" not in block
    assert statuses(created) == [201]
    assert statuses(again) == [201]
    assert "idempotent-replayed: true" in again.lower()
    assert body(again) == body(created)
    assert read.count('"external_id":"FIRST-1"') >= 2
    assert '"pointer": "/lines/0/quantity"' in wrong
    assert '"pointer": "/lines/0/colour"' in wrong
    assert statuses(changed) == [200, 412, 200]
    assert ended.count("urn:oms:problem:") == 1  # holding and releasing went well
    assert statuses(ended) == [200, 409]
    assert '"allowed_actions"' in ended
    assert statuses(bulk) == [200]
    assert '"done":1,"refused":1' in bulk
    assert statuses(hooks) == [202]
    assert "webhook.test" in hooks
    assert '"sequence"' in feed or '"results":[]' in feed
    check_files(*files)
    check_practice(*practice)
    assert "FIRST-1" in listed or not listed.strip()  # the newest wait five seconds
    assert set(Order.objects.values_list("external_id", flat=True)) == {
        "FIRST-1",
        "FIRST-3",
        "FILE-1",
        "TRY-1",
    }
    assert WebhookDelivery.objects.filter(type="webhook.test", status="delivered")


def check_files(previewed: str, applied: str, exported: str) -> None:
    assert '"new":1,"changed":0,"unchanged":0,"conflict":0,"error":1' in previewed
    assert previewed.count('"effect":"error"') == 1
    assert statuses(applied) == [202]
    assert "FILE-2" in applied
    assert "FILE-1" in exported


def check_practice(opened: str, happened: str) -> None:
    assert "SANDBOX" in opened
    assert statuses(happened) == [200] * 7
    assert '"type":"refund.succeeded"' in happened


def test_the_guide_names_every_code_of_a_problem():
    from oms.core.api.problems import TITLES

    text = GUIDE.read_text()

    assert [code for code in TITLES if f"`{code}`" not in text] == []


def test_the_guide_leads_nowhere_that_is_not_there():
    links = re.findall(r"\]\(([^)#:]+)\)", GUIDE.read_text())

    assert [link for link in links if not (GUIDE.parent / link).exists()] == []
