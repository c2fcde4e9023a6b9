"""#83: where webhooks may go, when an endpoint is saved and again when it is called."""

import socket

import pytest

from oms.core.models import WebhookEndpoint
from oms.core.sealed import seal
from oms.core.webhooks import targets
from oms.core.webhooks.calling import call
from oms.core.webhooks.endpoints import NewEndpoint, change_endpoint, create_endpoint
from tests import shop
from tests.webhooks.conftest import deliver, deliveries, listen

PUBLIC = "93.184.215.14"
BAD = [
    "http://hooks.example.org/",
    "ftp://hooks.example.org/",
    "https://127.0.0.1/",
    "https://127.1/",
    "https://2130706433/",
    "https://0x7f000001/",
    "https://0177.0.0.1/",
    "https://0/",
    "https://0.0.0.0/",
    "https://10.1.2.3/",
    "https://172.16.0.1/",
    "https://192.168.1.1/",
    "https://100.64.0.1/",
    "https://169.254.169.254/latest/meta-data/",
    "https://192.88.99.1/",
    "https://224.0.0.1/",
    "https://255.255.255.255/",
    "https://[::]/",
    "https://[::1]/",
    "https://[::7f00:1]/",
    "https://[::ffff:a9fe:a9fe]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[64:ff9b::7f00:1]/",
    "https://[64:ff9b:1::7f00:1]/",
    "https://[2002:7f00:1::]/",
    "https://[2001:0:7f00:1::]/",
    "https://[fe80::1]/",
    "https://[fc00::1]/",
    "https://[ff02::1]/",
    "https://localhost/",
    "https://hooks.example.org:22/",
    "https://hooks.example.org:80/",
    "https://hooks.example.org:99999/",
    "https://user@hooks.example.org/",
    "https://user:pass@hooks.example.org/",
    "https://hooks.example.org@127.0.0.1/",
    "https://hooks.example.org/#there",
    "https://hooks.example.org\\@127.0.0.1/",
    "https://hooks.example.org/ x",
    "https://hooks.example.org/\r\nX-Evil: 1",
    "https://hööks.example.org/",
    "https://[::1/",
    "https:///hooks",
    "hooks.example.org",
    "",
    "https://inside.example.org/",
    "https://half.example.org/",
    "https://nowhere.example.org/",
    f"https://hooks.example.org/{'x' * 500}",
]
NAMES = {
    "hooks.example.org": [PUBLIC],
    "inside.example.org": ["10.0.0.7"],
    "half.example.org": [PUBLIC, "10.0.0.7"],
    "nowhere.example.org": [],
    "localhost": ["127.0.0.1"],
}


@pytest.fixture
def names(monkeypatch):
    """A name server of our own; literals are read by the system, as ever."""
    real, known = targets.resolve, dict(NAMES)

    def resolve(host, port):
        if host not in known:
            return real(host, port)
        if not known[host]:
            raise socket.gaierror("unknown")
        return known[host]

    monkeypatch.setattr(targets, "resolve", resolve)
    return known


@pytest.fixture
def no_network(monkeypatch):
    """Whoever connects fails the test."""

    def connect(*args, **kwargs):
        raise AssertionError(f"connects to {args}")

    monkeypatch.setattr(targets.httpcore.SyncBackend, "connect_tcp", connect)


@pytest.mark.django_db
@pytest.mark.parametrize("url", BAD)
def test_83_a_bad_address_is_not_saved(names, url):
    out = create_endpoint(NewEndpoint(url, ["order.*"]), actor="t")

    assert list(out.refused) == ["url"]
    assert not WebhookEndpoint.objects.exists()


@pytest.mark.parametrize("url", BAD)
def test_83_a_bad_address_is_not_called(names, no_network, url):
    answer = call(url, {}, b"{}")

    assert answer.status is None
    assert answer.error


@pytest.mark.parametrize(
    "url",
    [
        "https://hooks.example.org/",
        "https://hooks.example.org:8443/a?b=c",
        f"https://{PUBLIC}/",
        "https://[2606:2800:21f:cb07:6820:80da:af6b:8b2c]/",
        "https://HOOKS.example.org/",
    ],
)
def test_a_public_address_is_fine(names, url):
    assert targets.check(url).url == url


@pytest.mark.django_db
def test_an_endpoint_cannot_be_moved_to_a_bad_address(names):
    [endpoint] = create_endpoint(
        NewEndpoint("https://hooks.example.org/", ["order.*"]), actor="t"
    ).done

    out = change_endpoint(endpoint.pk, {"url": "https://10.1.2.3/"}, actor="t")

    endpoint.refresh_from_db()
    assert list(out.refused) == ["url"]
    assert endpoint.url == "https://hooks.example.org/"


def test_83_a_name_that_changes_its_mind_is_refused_at_the_call(names, no_network):
    targets.check("https://hooks.example.org/")
    names["hooks.example.org"] = ["169.254.169.254"]

    answer = call("https://hooks.example.org/", {}, b"{}")

    assert "not on the public internet" in answer.error


def test_83_the_call_goes_to_the_address_that_was_judged(names, monkeypatch):
    """The name is asked once a call; where it leads a moment later does not matter."""
    asked, connected = [], []

    def resolve(host, port):
        asked.append(host)
        return [PUBLIC] if len(asked) == 1 else ["127.0.0.1"]

    def connect(self, host, port, timeout=None, **kwargs):
        connected.append((host, port))
        raise targets.httpcore.ConnectError("nobody there")

    monkeypatch.setattr(targets, "resolve", resolve)
    monkeypatch.setattr(targets.httpcore.SyncBackend, "connect_tcp", connect)

    answer = call("https://hooks.example.org/", {}, b"{}")

    assert (asked, connected) == (["hooks.example.org"], [(PUBLIC, 443)])
    assert answer.error == "It cannot be reached."


@pytest.mark.django_db
def test_83_a_redirect_inside_is_not_followed(world, make_receiver):
    receiver, inside = make_receiver(), make_receiver()
    receiver.status, receiver.headers = 302, {"Location": inside.url}
    listen(receiver, "order.confirmed")
    shop.place_orders(world.channel)

    deliver()

    [row] = deliveries()
    assert (row.status, row.answer_status) == ("waiting", 302)
    assert "redirects are not followed" in row.error
    assert inside.calls == []


@pytest.mark.django_db
def test_a_host_that_is_let_through_no_more_is_not_called(world, receiver, settings):
    listen(receiver, "order.confirmed")
    shop.place_orders(world.channel)
    settings.OMS_WEBHOOK_ALLOWED_HOSTS = []

    deliver()

    [row] = deliveries()
    assert "https" in row.error
    assert receiver.calls == []


def test_nothing_is_let_through_by_default():
    from oms import settings

    assert settings.OMS_WEBHOOK_ALLOWED_HOSTS == []


@pytest.mark.django_db
def test_a_proxy_of_the_environment_is_not_asked(world, make_receiver, monkeypatch):
    receiver, proxy = make_receiver(), make_receiver()
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY"):
        monkeypatch.setenv(name, proxy.url)
    listen(receiver, "order.confirmed")
    shop.place_orders(world.channel)

    deliver()

    assert len(receiver.calls) == 1
    assert proxy.calls == []


@pytest.mark.django_db
def test_a_secret_is_sealed_and_nowhere_in_the_clear(receiver):
    endpoint = listen(receiver)
    stored = WebhookEndpoint.objects.values().get(pk=endpoint.pk)

    assert endpoint.secret.startswith("whsec_")
    assert endpoint.secret[6:] not in str(stored)
    assert stored["sealed"] != seal(b"x")
