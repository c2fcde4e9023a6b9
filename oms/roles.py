"""What each role of staff may do, in one list. `manage.py sync_roles` makes the groups
agree with it.

`view_…` shows; each thing that is done to a document has a permission of its own, named
after it (`orders.cancel_order`); `add_…` and `change_…` admit to the forms of what
people keep. Nobody edits documents: services change them.
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
    "core.view_job",
)
IMPORTS = ("core.view_importrun", "core.add_importrun")
ASKS = (
    "orders.annotate_order",
    "orders.cancel_order",
    "orders.confirm_order",
    "orders.correct_order",
    "orders.place_hold",
    "orders.release_hold",
    "orders.reship_order",
    "returns.request_return",
    "returns.approve_return",
)
PACKS = (
    "fulfillment.pick_fulfillmentorder",
    "fulfillment.pack_fulfillmentorder",
    "fulfillment.reject_fulfillmentorder",
    "fulfillment.ship_shipment",
    "fulfillment.buy_label",
    "fulfillment.print_label",
    "fulfillment.void_label",
)
LEADS = (
    "fulfillment.release_fulfillmentorder",
    "fulfillment.route_fulfillmentorder",
    "fulfillment.add_routingpolicy",
    "fulfillment.change_routingpolicy",
    "fulfillment.add_package",
    "fulfillment.change_package",
    "inventory.add_location",
    "inventory.change_location",
    "core.share_savedview",
    "core.run_background",
)
STOCKS = ("inventory.receive_stocklevel", "inventory.adjust_stocklevel")
MONEY = ("orders.record_payment", "orders.capture_payment")
# What may leave as a file. Customers are exported by support alone.
RETURN_FILES = ("returns.export_return", "returns.export_returnline")
SALES_FILES = ("orders.export_order", "orders.export_orderline", *RETURN_FILES)
STOCK_FILES = (
    "inventory.export_product",
    "inventory.export_location",
    "inventory.export_stocklevel",
    "inventory.export_stockmovement",
    "channels.export_listing",
)
BOOKS = (*SALES_FILES, "orders.export_paymenttransaction")
TAKES_BACK = ("returns.request_return", "returns.receive_return")
ROLES = (
    Role(
        "support",
        SALES,
        (
            *(*WORKS, *ASKS, *IMPORTS, "orders.import_order"),
            *("returns.request_refund", *SALES_FILES),
            *("orders.export_customer", "fulfillment.export_shipment"),
        ),
    ),
    Role(
        "operations lead",
        SALES,
        (
            *(*WORKS, *ASKS, *PACKS, *LEADS, *STOCKS, *TAKES_BACK, *IMPORTS),
            "orders.import_order",
            *("returns.request_refund", "orders.merge_customer"),
            *(*SALES_FILES, *STOCK_FILES, "fulfillment.export_shipment"),
            *("core.export_workitem", "core.view_dailyexport"),
            *("core.add_dailyexport", "core.change_dailyexport"),
            "core.delete_dailyexport",
        ),
    ),
    Role(
        "packer",
        (
            *("fulfillment.fulfillmentorder", "fulfillment.fulfillmentorderline"),
            *("fulfillment.shipment", "fulfillment.shipmentline", "fulfillment.label"),
            *("fulfillment.wave", "inventory.product", "inventory.stocklevel"),
        ),
        (*WORKS, *PACKS),
    ),
    Role(
        "returns",
        ("returns.*", "orders.order", "orders.orderline", "inventory.*"),
        (*WORKS, *TAKES_BACK, "returns.approve_return", *RETURN_FILES),
    ),
    Role(
        "buyer",
        ("inventory.*", "orders.order", "orders.orderline", "channels.listing"),
        (
            *(*WORKS, *STOCKS, *IMPORTS, *STOCK_FILES),
            *("inventory.add_product", "inventory.change_product"),
            *("inventory.add_barcode", "inventory.change_barcode"),
            *("inventory.add_bundlecomponent", "inventory.change_bundlecomponent"),
            *("inventory.add_supplieroffer", "inventory.change_supplieroffer"),
        ),
    ),
    Role(
        "finance",
        ("orders.*", "returns.*", "channels.channel"),
        (*WORKS, *MONEY, *BOOKS, "returns.request_refund", "returns.approve_refund"),
    ),
    Role(
        "integrator",
        (
            *("channels.*", "orders.order", "orders.orderline", "inventory.product"),
            *("core.webhookendpoint", "core.webhookdelivery"),
            *("core.apikey", "core.apirequest"),
        ),
        (
            *(*WORKS, *IMPORTS, "orders.import_order"),
            *("core.add_webhookendpoint", "core.change_webhookendpoint"),
            *("core.add_apikey", "core.change_apikey"),
            *("channels.change_channel", "channels.add_channelsecret"),
            *("channels.add_listing", "channels.change_listing"),
            *("channels.export_listing", "core.run_background"),
        ),
    ),
    Role(
        "auditor",
        (*SALES, "core.*"),
        (*NOT_SHOWN, *BOOKS, *STOCK_FILES, "fulfillment.export_shipment"),
    ),
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
