"""What returns and refunds keep of a person: shown for an export, blanked for an
erasure."""

from collections import defaultdict
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from channels.models import InboundMessage
from oms.core.words import inside
from orders.models import Order
from orders.persons import Keys, Part, register_part, rows
from orders.services.kept import (
    erase_events,
    erase_items,
    erase_messages,
    events_of,
    items_of,
)
from returns.models import (
    Refund,
    RefundLine,
    RefundPart,
    Return,
    ReturnItem,
    ReturnLine,
)


def kept(orders: Keys) -> dict[str, list[dict[str, Any]]]:
    returns = Return.objects.filter(order__in=orders)
    refunds = Refund.objects.filter(order__in=orders)
    messages = InboundMessage.objects.filter(pk__in=messages_of(orders))
    return {
        "returns": rows(returns),
        "return lines": rows(ReturnLine.objects.filter(ret__in=returns)),
        "returned items": rows(ReturnItem.objects.filter(line__ret__in=returns)),
        "refunds": rows(refunds),
        "refund parts": rows(RefundPart.objects.filter(refund__in=refunds)),
        "refund lines": rows(RefundLine.objects.filter(refund__in=refunds)),
        "messages about returns": rows(messages),
    }


def under_way(orders: Keys) -> dict[int, list[str]]:
    """Two statements."""
    reasons = defaultdict(list)
    returns = Return.objects.filter(order__in=orders, status__in=Return.OPEN)
    status = (Refund.Status.REQUESTED, Refund.Status.SUBMITTED)
    refunds = Refund.objects.filter(order__in=orders, status__in=status)
    for row in [*returns.order_by("pk"), *refunds.order_by("pk")]:
        facts = {"row": row, "status": inside(row.get_status_display())}
        reasons[row.order_id].append(_("%(row)s: %(status)s, not ended.") % facts)
    return reasons


def erase(orders: Keys, at: datetime) -> None:
    returns = Return.objects.filter(order__in=orders)
    refunds = Refund.objects.filter(order__in=orders)
    ReturnItem.objects.filter(line__ret__in=returns).update(note="", updated_at=at)
    returns.update(note="", tracking_number="", updated_at=at)
    refunds.update(reason="", updated_at=at)
    erase_messages(messages_of(orders))
    erase_events(events_of("return", returns.values("pk")))  # before it was matched
    erase_items(items_of("return", returns.values("pk")))
    erase_items(items_of("refund", refunds.values("pk")))


def messages_of(orders: Keys) -> list[int]:
    """Keys of the messages that asked for returns of these orders, also of those that
    were refused."""
    pairs = Order.objects.filter(pk__in=orders).values_list("channel", "external_id")
    pairs = set(pairs)
    found = InboundMessage.objects.filter(
        Q(kind=InboundMessage.Kind.RETURN),
        channel__in={channel for channel, _name in pairs},
        payload__order__in=[name for _channel, name in pairs],
    ).values_list("pk", "channel_id", "payload__order")
    return sorted(pk for pk, *pair in found if tuple(pair) in pairs)


register_part("returns", Part(kept, under_way, erase))
