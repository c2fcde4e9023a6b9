"""Where a webhook may go: no address of this machine or of the net that it stands in.

A name is judged by the addresses that it has at the moment of the call, and the call
goes to the very address that was judged: a name that answers differently the second
time gains nothing. What stands in OMS_WEBHOOK_ALLOWED_HOSTS is let through as it is.
"""

import ipaddress
import socket
import time
from typing import NamedTuple
from urllib.parse import SplitResult, urlsplit

import httpcore
from django.conf import settings
from django.utils.translation import gettext as _

from oms.core.sound import is_text
from oms.core.webhooks.models import LONGEST_URL

PORTS = {443, 8443}
CONNECT = 5  # seconds
GLOBAL_V6 = ipaddress.ip_network("2000::/3")
TUNNELS = [  # they lead to an IPv4 address inside
    ipaddress.ip_network("2002::/16"),
    ipaddress.ip_network("2001::/32"),
]
RELAYS_V4 = ipaddress.ip_network("192.88.99.0/24")


class TargetError(ValueError):
    """No place for a webhook; the text says why and what to do."""


class Target(NamedTuple):
    url: str
    scheme: str
    host: str
    port: int

    @property
    def is_allowed(self) -> bool:
        """Whether the installation says that it may be anywhere."""
        names = {self.host, f"{self.host}:{self.port}"}
        return not names.isdisjoint(settings.OMS_WEBHOOK_ALLOWED_HOSTS)


def read(url: str) -> Target:
    """The parts of an address, as far as it can be judged without asking anybody."""
    parts = _split(url)
    target = Target(url, parts.scheme, parts.hostname or "", _port(parts))
    if not target.host:
        raise TargetError(_("This is no address; write one like https://example.org."))
    if parts.username is not None or parts.password is not None:
        raise TargetError(_("An address with a name or password in it is not called."))
    if parts.fragment:
        raise TargetError(_("Leave out what stands after the #."))
    if target.is_allowed:
        return target
    if target.scheme != "https":
        raise TargetError(_("The address has to begin with https://."))
    if target.port not in PORTS:
        raise TargetError(_("Only the ports 443 and 8443 are called."))
    return target


def _split(url: str) -> SplitResult:
    fits = is_text(url, LONGEST_URL) and url.isascii() and url.isprintable()
    try:
        if fits and " " not in url and "\\" not in url:
            return urlsplit(url)
    except ValueError:
        pass
    raise TargetError(
        _("This is no address: write ASCII without spaces, at most %(n)d characters.")
        % {"n": LONGEST_URL}
    )


def _port(parts: SplitResult) -> int:
    try:
        port = parts.port
    except ValueError:
        raise TargetError(_("The port is no number from 1 to 65535.")) from None
    return port if port is not None else 80 if parts.scheme == "http" else 443


def resolve(host: str, port: int) -> list[str]:
    """The addresses of a name now; also of spellings such as 0x7f000001."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(each[4][0]) for each in found))


def addresses_of(target: Target) -> list[str]:
    """Where it leads now. One bad address among them spoils it."""
    try:
        found = resolve(target.host, target.port)
    except (OSError, UnicodeError) as error:
        text = _("%(host)s cannot be found; check the name.")
        raise TargetError(text % {"host": target.host}) from error
    if not target.is_allowed and not all(map(is_public, found)):
        text = _("%(host)s leads to an address that is not on the public internet.")
        raise TargetError(text % {"host": target.host})
    return found


def is_public(text: str) -> bool:
    """Python's `is_global` alone lets through translated and tunnelled addresses, and
    groups."""
    address = ipaddress.ip_address(text.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    if not address.is_global or address.is_multicast or address.is_reserved:
        return False
    if isinstance(address, ipaddress.IPv4Address):
        return address not in RELAYS_V4
    return address in GLOBAL_V6 and not any(address in net for net in TUNNELS)


def check(url: str) -> Target:
    """Raises TargetError; for forms and services that save an address."""
    target = read(url)
    addresses_of(target)
    return target


# --- Connecting to what was judged ----------------------------------------------------


class Pinned(httpcore.NetworkBackend):
    """Connects to the judged addresses of one target only, and gives all that follows
    the time that is left."""

    def __init__(self, target: Target, deadline: float):
        self.target, self.deadline = target, deadline
        self.real = httpcore.SyncBackend()

    def connect_tcp(self, host, port, timeout=None, **kwargs):
        if port != self.target.port:
            raise httpcore.ConnectError("another port")
        failure: Exception = httpcore.ConnectError("no address")
        for address in addresses_of(self.target):
            left = min(CONNECT, _left(self.deadline, httpcore.ConnectTimeout))
            try:
                stream = self.real.connect_tcp(address, port, left)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
                continue
            return Hurried(stream, self.deadline)
        raise failure


class Hurried(httpcore.NetworkStream):
    """Ends at a moment, however slowly the bytes come."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: float):
        self.stream, self.deadline = stream, deadline

    def read(self, max_bytes, timeout=None):
        return self.stream.read(max_bytes, _left(self.deadline, httpcore.ReadTimeout))

    def write(self, buffer, timeout=None):
        self.stream.write(buffer, _left(self.deadline, httpcore.WriteTimeout))

    def close(self):
        self.stream.close()

    def start_tls(self, ssl_context, server_hostname=None, timeout=None):
        left = _left(self.deadline, httpcore.ConnectTimeout)
        secured = self.stream.start_tls(ssl_context, server_hostname, left)
        return Hurried(secured, self.deadline)

    def get_extra_info(self, info):
        return self.stream.get_extra_info(info)


def _left(deadline: float, error: type[Exception]) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise error("the time is up")
    return left
