"""Notes: what staff tell each other about an order, on its timeline."""

from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from oms.core import transitions
from oms.core.outcome import Outcome
from oms.core.sets import insert_rows
from oms.core.sound import is_text, keys
from oms.core.timeline import event_of
from orders.models import Order

LONGEST = 2_000


@transaction.atomic
def add_notes(texts: Mapping[int, str], *, actor: str, at=None) -> Outcome:
    """Write {order pk: text} on the timelines, each as an event `order.noted`. Nobody
    changes or takes back a note; done: the orders."""
    at = at or timezone.now()
    locked = transitions.lock(Order, keys(texts))
    out = transitions.missing(texts, locked, _("The order"))
    events = []
    for order in locked:
        text = _clean(texts[order.pk])
        if not text or not is_text(text, LONGEST):
            reason = _("%(order)s: write a note of 1 to %(most)d characters.")
            out.refuse(order.pk, reason % {"order": order, "most": LONGEST})
            continue
        data = {"text": text}
        events.append(event_of(order, "order.noted", actor=actor, at=at, data=data))
        out.done.append(order)
    insert_rows(events)
    return out


def _clean(text) -> str:
    """As browsers send it, with the line breaks of the rest of the world."""
    return text.replace("\r\n", "\n").strip() if isinstance(text, str) else ""
