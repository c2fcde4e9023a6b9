"""What channels said of a person who is forgotten: the messages stay as proof that they
came, without what they said."""

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from channels.models import HookCall, InboundMessage


@transaction.atomic
def erase_messages(messages: Iterable[int]) -> None:
    """By primary key. Those that were refused go on saying why, in a word."""
    rows = InboundMessage.objects.filter(pk__in=list(messages))
    refused = rows.filter(status=InboundMessage.Status.REFUSED)
    rows.exclude(pk__in=refused).update(payload={}, error="")
    refused.update(payload={}, error=_("Erased."))


@transaction.atomic
def erase_calls(calls: Iterable[int]) -> None:
    rows = HookCall.objects.filter(pk__in=list(calls))
    rows.update(body=b"", note=_("Erased."))
