"""Everything that is kept of a person, for that person to have."""

import base64
import json
from collections.abc import Sequence
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.utils import timezone

from channels.models import HookCall, InboundMessage
from oms.core.sets import insert_rows
from oms.core.timeline import event_of
from orders import persons
from orders.models import Customer
from orders.services import kept
from orders.services.customers import orders_of

Kept = dict[str, list[dict[str, Any]]]


@transaction.atomic
def export_customer(customer: Customer, *, actor: str, at=None) -> Kept:
    """{heading: rows}. One person is what somebody has asked for: it takes no set. The
    timeline keeps who exported it."""
    at = at or timezone.now()
    insert_rows([event_of(customer, "customer.exported", actor=actor, at=at)])
    mine = Customer.objects.filter(pk=customer.pk)
    people = list(mine | Customer.objects.filter(merged_into=customer))
    return everything(
        people, sorted(orders_of([customer]).values_list("pk", flat=True))
    )


def everything(people: Sequence[Customer], orders: list[int]) -> Kept:
    pks = [person.pk for person in people]
    found: Kept = {"customers": persons.rows(Customer.objects.filter(pk__in=pks))}
    for part in persons.parts():
        found |= part.kept(orders)
    events = kept.events_of("customer", pks)
    found["events of the customer"] = persons.rows(events, "dispatched_at")
    messages = InboundMessage.objects.filter(pk__in=kept.messages_of(people, orders))
    found["inbound messages"] = persons.rows(messages)
    calls = HookCall.objects.filter(pk__in=kept.calls_of(people, orders))
    found["calls of channels"] = persons.rows(calls)
    return found


class Encoder(DjangoJSONEncoder):
    """Documents and calls are bytes: as base64."""

    def default(self, o):
        if isinstance(o, bytes | memoryview):
            return base64.b64encode(bytes(o)).decode()
        return super().default(o)


def as_json(found: Kept) -> str:
    return json.dumps(found, cls=Encoder, ensure_ascii=False, indent=2)


def as_text(found: Kept) -> str:
    """To be read: a heading, then each row, a line for each value that it has."""
    parts = []
    for heading, rows in found.items():
        parts.append(f"{heading} ({len(rows)})\n{'=' * 40}")
        for row in rows:
            lines = [f"{key}: {_words(v)}" for key, v in row.items() if _is_told(v)]
            parts.append("\n".join(lines))
    return "\n\n".join(parts) + "\n"


def _is_told(value: Any) -> bool:
    return value is not None and value not in ("", [], {})


def _words(value: Any) -> str:
    if isinstance(value, bytes | memoryview):
        text = bytes(value).decode(errors="replace")
        return text if text.isprintable() else f"({len(bytes(value))} bytes)"
    if isinstance(value, dict | list):
        return json.dumps(value, cls=Encoder, ensure_ascii=False)
    return str(value)
