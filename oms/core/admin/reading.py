"""What was sent to the exceptions page; nonsense asks for nothing."""

from datetime import UTC, datetime

from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_aware
from django.utils.translation import gettext_lazy

from oms.core import attention
from oms.core.attention import Asked

MOST_DIGITS = 18  # of a key of the database
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
TABS = {
    "all": gettext_lazy("All"),
    "mine": gettext_lazy("Mine"),
    "nobody": gettext_lazy("Nobody’s"),
    "snoozed": gettext_lazy("Snoozed"),
}


def number(text: str) -> int | None:
    fits = text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS
    return int(text) if fits else None


def asked(sent) -> Asked:
    view = sent.get("view", "")
    return Asked(
        view if view in TABS else "all",
        sent.get("kind", "")[:48].replace("\x00", ""),
        number(sent.get("place", "")),
        number(sent.get("item", "")),
    )


def picks(sent) -> set[int]:
    found = map(number, sent.getlist("pick")[: attention.MOST])
    return {pk for pk in found if pk is not None}


def seen(sent) -> datetime:
    """When the page was made that was looked at; long ago if it does not say."""
    try:
        at = parse_datetime(sent.get("seen", ""))
    except ValueError:
        at = None
    return at if at and is_aware(at) else LONG_AGO
