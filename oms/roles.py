"""What each role of staff may do, in one list. `manage.py sync_roles` makes the groups
agree with it.

Permissions are Django's own: `view_…` shows, the others admit to a tool or a form. What
people do to orders, work and returns goes through services whatever they may; nobody
edits documents.
"""

from collections.abc import Iterable
from typing import NamedTuple

from django.contrib.auth.models import Group, Permission
from django.db import transaction

SALES = ("orders.*", "fulfillment.*", "returns.*", "inventory.*", "channels.*")
NOT_SHOWN = ("channels.view_channelsecret",)  # to auditors only


class Role(NamedTuple):
    """`sees`: `app.*` or `app.model`; `does`: permissions beyond that. The work item is
    everybody's, but the auditor's."""

    name: str
    sees: tuple[str, ...]
    does: tuple[str, ...]


WORKS = (
    "core.view_workitem",
    "core.change_workitem",
    "core.view_event",
)
ASKS = ("orders.change_order", "orders.add_hold", "orders.change_hold")
PACKS = (
    "fulfillment.change_fulfillmentorder",
    "fulfillment.add_label",
    "fulfillment.change_label",
    "fulfillment.change_shipment",
)
MONEY = ("orders.add_payment", "orders.change_payment", "orders.change_paymentrequest")
TAKES_BACK = ("returns.add_return", "returns.change_return")
ROLES = (
    Role("support", SALES, (*WORKS, *ASKS, *TAKES_BACK, "returns.add_refund")),
    Role(
        "operations lead",
        SALES,
        (
            *(*WORKS, *ASKS, *PACKS, *TAKES_BACK),
            *("returns.add_refund", "inventory.change_stocklevel"),
            *("inventory.change_location", "inventory.add_location"),
            *("fulfillment.add_routingpolicy", "fulfillment.change_routingpolicy"),
        ),
    ),
    Role(
        "packer",
        (
            *("fulfillment.fulfillmentorder", "fulfillment.fulfillmentorderline"),
            *("fulfillment.shipment", "fulfillment.shipmentline", "fulfillment.label"),
            *("inventory.product", "inventory.stocklevel"),
        ),
        (*WORKS, *PACKS),
    ),
    Role(
        "returns",
        ("returns.*", "orders.order", "orders.orderline", "inventory.*"),
        (*WORKS, *TAKES_BACK),
    ),
    Role(
        "buyer",
        ("inventory.*", "orders.order", "orders.orderline", "channels.listing"),
        (
            *WORKS,
            *("inventory.add_product", "inventory.change_product"),
            *("inventory.add_barcode", "inventory.change_barcode"),
            *("inventory.add_bundlecomponent", "inventory.change_bundlecomponent"),
            *("inventory.add_supplieroffer", "inventory.change_supplieroffer"),
        ),
    ),
    Role(
        "finance",
        ("orders.*", "returns.*", "channels.channel"),
        (*WORKS, *MONEY, "returns.add_refund", "returns.change_refund"),
    ),
    Role(
        "integrator",
        ("channels.*", "orders.order", "orders.orderline", "inventory.product"),
        (
            *WORKS,
            *("channels.change_channel", "channels.add_channelsecret"),
            *("channels.add_listing", "channels.change_listing"),
        ),
    ),
    Role("auditor", (*SALES, "core.*"), NOT_SHOWN),
)


@transaction.atomic
def sync() -> dict[str, int]:
    """Make the groups and give each exactly what its role says; {role: permissions}.
    Other groups, made by hand, are left alone. Raises LookupError for a permission that
    no model has."""
    known = {
        f"{permission.content_type.app_label}.{permission.codename}": permission
        for permission in Permission.objects.select_related("content_type")
    }
    counts = {}
    for role in ROLES:
        names = permissions_of(role, known)
        if missing := sorted(names - known.keys()):
            raise LookupError(f"{role.name}: no model has {', '.join(missing)}")
        group, _new = Group.objects.get_or_create(name=role.name)
        group.permissions.set(known[name] for name in names)
        counts[role.name] = len(names)
    return counts


def permissions_of(role: Role, known: Iterable[str]) -> set[str]:
    """All permissions of a role, by their full names."""
    seen = set()
    for what in role.sees:
        app, model = what.split(".")
        if model != "*":
            seen.add(f"{app}.view_{model}")
            continue
        seen |= {name for name in known if name.startswith(f"{app}.view_")}
    return seen - set(NOT_SHOWN) | set(role.does)
