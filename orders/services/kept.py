"""What orders and their channels keep of a person: shown for an export, blanked for an
erasure."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import F
from django.db.models.fields.json import KT
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from channels.connectors import storefront
from channels.messages import MessageError
from channels.models import HookCall, InboundMessage
from channels.services import erasing
from oms.core.models import Event, WorkItem
from oms.core.words import inside
from orders.models import (
    Customer,
    Hold,
    Order,
    OrderLine,
    Payment,
    PaymentRequest,
    PaymentTransaction,
    RiskAssessment,
)
from orders.persons import Keys, Part, register_part, rows

OPEN = (Order.Status.DRAFT, Order.Status.PENDING, *Order.LIVE)
ADDRESS = [  # the country stays: taxes are reported by it
    *("ship_to_name", "ship_to_company", "ship_to_street", "ship_to_street2"),
    *("ship_to_city", "ship_to_region", "ship_to_postal_code", "ship_to_phone"),
]
CALLS = """
    SELECT DISTINCT c.id FROM channels_hookcall c
    JOIN unnest(%s::text[]) AS t(word)
      ON position(convert_to(t.word, 'UTF8') IN c.body) > 0
    WHERE c.channel_id = ANY(%s)"""
STAGED = """
    SELECT r.id FROM core_importrow r
    JOIN unnest(%s::text[]) AS t(word) ON position(t.word IN lower(r.cells::text)) > 0
    UNION SELECT r.id FROM core_importrow r
    WHERE r.key = ANY(%s::text[]) OR r.undo->>'order' = ANY(%s::text[])"""


def kept(orders: Keys) -> dict[str, list[dict[str, Any]]]:
    of_order = {"order__in": orders}
    of_payment = {"payment__order__in": orders}
    return {
        "orders": rows(Order.objects.filter(pk__in=orders)),
        "lines": rows(OrderLine.objects.filter(**of_order)),
        "holds": rows(Hold.objects.filter(**of_order)),
        "payments": rows(Payment.objects.filter(**of_order)),
        "payment ledger": rows(PaymentTransaction.objects.filter(**of_payment)),
        "payment requests": rows(PaymentRequest.objects.filter(**of_payment)),
        "risk": rows(RiskAssessment.objects.filter(**of_order)),
        "events": rows(events_of("order", orders), "dispatched_at"),
        "work items": rows(items_of("order", orders), "owner_id"),
    }


def under_way(orders: Keys) -> dict[int, list[str]]:
    """Two statements."""
    reasons = defaultdict(list)
    for order in Order.objects.filter(pk__in=orders, status__in=OPEN).order_by("pk"):
        facts = {"order": order, "status": inside(order.get_status_display())}
        text = _("%(order)s is %(status)s: finish it or cancel it.") % facts
        reasons[order.pk].append(text)
    asked = PaymentRequest.objects.filter(
        payment__order__in=orders, status__in=["waiting", "unknown"]
    ).select_related("payment__order")
    for request in asked.order_by("pk"):
        order = request.payment.order
        text = _("%(order)s waits for the answer of a gateway.") % {"order": order}
        reasons[order.pk].append(text)
    return reasons


def erase(orders: Keys, at: datetime) -> None:
    """`updated_at` says when, as everywhere."""
    blank = dict.fromkeys(ADDRESS, "") | {"ship_to_lat": None, "ship_to_lon": None}
    blank |= {"gift_message": "", "tags": [], "updated_at": at}
    Order.objects.filter(pk__in=orders).update(**blank)
    of_payment = {"payment__order__in": orders}
    Hold.objects.filter(order__in=orders).update(note="", release_note="")
    PaymentRequest.objects.filter(**of_payment).update(reason="", error="")
    PaymentTransaction.objects.filter(**of_payment).exclude(reason="").update(reason="")
    RiskAssessment.objects.filter(order__in=orders).update(signals=[])
    erase_events(events_of("order", orders))
    erase_items(items_of("order", orders))


register_part("orders", Part(kept, under_way, erase, ("reason", "signals")))


# --- For all apps ---------------------------------------------------------------------


def events_of(root: str, keys: Keys):
    return Event.objects.filter(root_type=root, root_id__in=keys)


def items_of(subject: str, keys: Keys):
    return WorkItem.objects.filter(subject_type=subject, subject_id__in=keys)


def erase_events(events) -> None:
    """Who did what and when stays."""
    events.exclude(data={}).update(data={})


def erase_items(items) -> None:
    items.update(title=F("kind"), data={})


def erase_messages(messages: Sequence[int]) -> None:
    """And what waits for a person because of them."""
    erasing.erase_messages(messages)
    erase_items(items_of("inboundmessage", messages))


# --- Channels -------------------------------------------------------------------------


def messages_of(customers: Sequence[Customer], orders: Keys) -> list[int]:
    """Keys of the inbound messages about these orders, and of those that became no
    order but name one of these people."""
    pairs = _pairs(orders)
    mails = {customer.email.lower() for customer in customers if customer.email}
    told = InboundMessage.objects.filter(
        channel__in={channel for channel, _name in pairs},
        kind=InboundMessage.Kind.ORDER,
        external_id__in={name for _channel, name in pairs},
    ).values_list("pk", "channel_id", "external_id")
    stray = (
        InboundMessage.objects.exclude(status=InboundMessage.Status.PROCESSED)
        .alias(mail=Lower(KT("payload__customer__email")))
        .filter(mail__in=mails)
    )
    keys = {pk for pk, *pair in told if tuple(pair) in pairs}
    return sorted(keys | set(stray.values_list("pk", flat=True)))


def _pairs(orders: Keys) -> set[tuple[int, str]]:
    found = Order.objects.filter(pk__in=orders)
    return set(found.values_list("channel_id", "external_id"))


def calls_of(customers: Sequence[Customer], orders: Keys) -> list[int]:
    """Keys of the calls that brought them: by e-mail address, or by the order that
    they are read as."""
    pairs = _pairs(orders)
    mails = {customer.email for customer in customers if customer.email}
    words = sorted(mails | {f'"{name}"' for _channel, name in pairs})
    with connection.cursor() as cursor:
        cursor.execute(CALLS, [words, sorted({channel for channel, _n in pairs})])
        found = [pk for (pk,) in cursor.fetchall()]
    return [
        call.pk
        for call in HookCall.objects.filter(pk__in=found)
        if any(mail.encode() in bytes(call.body) for mail in mails)
        or (call.channel_id, _order_in(bytes(call.body))) in pairs
    ]


def _order_in(body: bytes) -> str:
    try:
        _kind, message = storefront.parse(body)
    except MessageError:
        return ""
    return message.external_id if message else ""


def staged_of(customers: Sequence[Customer], orders: Keys) -> list[int]:
    """Keys of the rows of files that name them or their orders."""
    mails = [customer.email.lower() for customer in customers if customer.email]
    names = Order.objects.filter(pk__in=orders).values_list(
        "channel__code", "external_id"
    )
    keys = [f"{channel} {number}" for channel, number in names]
    with connection.cursor() as cursor:
        cursor.execute(STAGED, [mails, keys, [str(pk) for pk in orders]])
        return [pk for (pk,) in cursor.fetchall()]


# --- Searches -------------------------------------------------------------------------


def words_for(customers: Sequence[Customer], orders: Keys) -> set[str]:
    """What somebody who looks for one of them may have written: e-mail addresses, phone
    numbers and whole names; half a name is that of others too."""
    names = {customer.name for customer in customers}
    words = {customer.email for customer in customers}
    sent_to = Order.objects.filter(pk__in=orders)
    for name, phone in sent_to.values_list("ship_to_name", "ship_to_phone"):
        names.add(name)
        words.add(phone)
    return (words | {name for name in names if " " in name}) - {""}
