"""What the page of a customer shows: orders, addresses, notes, what other apps add."""

from typing import Any

from django.db.models import Count, Max, Sum

from oms.core import panels, seen
from oms.core.history import history
from oms.core.models import Event
from orders.models import Customer
from orders.services.customers import orders_of
from orders.services.kept import ADDRESS

MOST_ORDERS = 50
MOST_ADDRESSES = 10
MOST_NOTES = 5


def context(request, customer: Customer) -> dict[str, Any]:
    user = request.user
    orders = orders_of([customer])
    sums = list(
        orders.values("currency")
        .annotate(number=Count("pk"), total=Sum("total_amount"))
        .order_by("-number", "currency")
    )
    open_to_change = customer.erased_at is None
    return {
        "customer": customer,
        "orders": [
            (order, panels.money(order.total_amount, order.currency))
            for order in orders.order_by("-placed_at", "-pk")[:MOST_ORDERS]
        ],
        "most": MOST_ORDERS,
        "order_count": sum(row["number"] for row in sums),
        "sums": [panels.money(row["total"], row["currency"]) for row in sums],
        "addresses": _addresses(orders),
        "notes": _notes(orders),
        "merged": customer.merged.order_by("pk"),
        "panels": panels.panels_of(customer),
        "history": history(customer, user),
        "seen": seen.token_of(customer),
        "may_merge": user.has_perm("orders.merge_customer")
        and open_to_change
        and customer.merged_into_id is None,
        "may_export": user.has_perm("orders.export_customer"),
        "may_erase": user.has_perm("orders.erase_customer")
        and customer.merged_into_id is None,
    }


def _addresses(orders) -> list[dict[str, Any]]:
    """Each that was used, the newest first."""
    names = [*ADDRESS, "ship_to_country"]
    rows = (
        orders.exclude(ship_to_name="", ship_to_company="", ship_to_street="")
        .values(*names)
        .annotate(number=Count("pk"), last=Max("placed_at"))
        .order_by("-last")[:MOST_ADDRESSES]
    )
    return [
        {"lines": _lines(row), "phone": row["ship_to_phone"], "number": row["number"]}
        for row in rows
    ]


def _lines(row: dict[str, Any]) -> list[str]:
    place = f"{row['ship_to_postal_code']} {row['ship_to_city']}".strip()
    parts = [row["ship_to_name"], row["ship_to_company"], row["ship_to_street"]]
    parts += [row["ship_to_street2"], place, row["ship_to_region"]]
    return [*filter(None, [*parts, row["ship_to_country"]])]


def _notes(orders) -> list[dict[str, Any]]:
    """What staff wrote on the orders, the newest first."""
    newest = orders.order_by("-placed_at").values("pk")[:MOST_ORDERS]
    events = Event.objects.filter(
        root_type="order", root_id__in=newest, action="order.noted"
    ).order_by("-id")[:MOST_NOTES]
    return [
        {
            "text": event.data.get("text", ""),
            "who": event.actor.removeprefix("user:"),
            "at": event.at,
            "order": panels.link("order", event.root_id),
        }
        for event in events
        if event.data
    ]
