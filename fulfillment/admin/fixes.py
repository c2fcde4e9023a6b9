"""What the work items of work and parcels mean, the ways out of them, and whom they
concern by location."""

from collections.abc import Callable, Collection, Sequence

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy

from fulfillment.admin.station import places_of
from fulfillment.models import FulfillmentOrder, Shipment
from fulfillment.services import label_rows, labels, negotiating, notices, partners
from fulfillment.services.rerouting import reroute_orders
from inventory.models import Location
from oms.core import panels
from oms.core.fixes import (
    Fix,
    Kind,
    Places,
    Way,
    add_to_kind,
    by_subject,
    done,
    look_again,
    register_kinds,
    register_places,
)
from oms.core.models import WorkItem
from oms.core.outcome import Outcome
from orders.admin.fixes import OPEN_ORDER
from orders.models import Payment

ROUTE, BUY = "fulfillment.route_fulfillmentorder", "fulfillment.buy_label"
REJECT = "fulfillment.reject_fulfillmentorder"
Items = Sequence[WorkItem]


def route(items: Items, actor: str, values: dict) -> Outcome:
    orders = [item.subject_id for item in items]
    return by_subject(items, reroute_orders(orders, actor=actor))


def buy(items: Items, actor: str, values: dict) -> Outcome:
    parcels = Shipment.objects.filter(pk__in=[item.subject_id for item in items])
    return by_subject(items, labels.request_labels(parcels, actor=actor))


def _parcel(item: WorkItem) -> str:
    return panels.page_url(Shipment, item.subject_id)


def _tool(name: str) -> Callable[[WorkItem], str]:
    url = "admin:fulfillment_fulfillmentorder_tool"
    return lambda item: reverse(url, args=[item.subject_id, name])


OPEN_PARCEL = Way(
    gettext_lazy("Look at the parcel"), "fulfillment.view_shipment", _parcel
)
ASKED = look_again(gettext_lazy("Carrier asked, look again in 2 days"), 2)
TOLD = done(gettext_lazy("Customer told"))
REMINDED = look_again(gettext_lazy("Reminded, look again tomorrow"), 1, "reminded")
TROUBLE = {
    "parcel_delivery_failed": (
        gettext_lazy("Delivery failed"),
        gettext_lazy("The carrier stood in front of a closed door."),
    ),
    "parcel_return_to_sender": (
        gettext_lazy("Parcel on its way back"),
        gettext_lazy("The carrier brings it back to us."),
    ),
    "parcel_exception": (
        gettext_lazy("Carrier reports a problem"),
        gettext_lazy("The parcel does not go on as planned."),
    ),
}
KINDS = {
    "shortage": Kind(
        gettext_lazy("Missing after a count"),
        gettext_lazy("Pieces that were promised to the order are not there."),
        (
            Fix("route", gettext_lazy("Route again"), ROUTE, route),
            done(gettext_lazy("It waits for goods")),
        ),
        (OPEN_ORDER,),
    ),
    partners.TO_CONFIRM: Kind(
        gettext_lazy("Supplier has to confirm"),
        gettext_lazy("The supplier has the work and has not answered."),
        (REMINDED,),
        (
            Way(gettext_lazy("Partner confirms"), ROUTE, _tool("accept")),
            Way(gettext_lazy("Partner rejects it"), REJECT, _tool("reject")),
        ),
    ),
    partners.ASKED_BACK: Kind(
        gettext_lazy("Cancellation asked for"),
        gettext_lazy("The partner has the work and has not said if it cancels it."),
        (REMINDED,),
        (
            Way(gettext_lazy("Partner cancels it"), REJECT, _tool("given-back")),
            Way(gettext_lazy("Partner does not cancel it"), REJECT, _tool("kept")),
        ),
    ),
    negotiating.REFUSED: Kind(
        gettext_lazy("Cancellation refused"),
        gettext_lazy("The partner goes on with the work, or it has left already."),
        (TOLD,),
        (OPEN_ORDER,),
    ),
    notices.SILENT: Kind(
        gettext_lazy("Parcel is silent"),
        gettext_lazy("Nobody has heard of the parcel for days."),
        (ASKED,),
        (OPEN_PARCEL,),
    ),
    **{
        kind: Kind(label, meaning, (TOLD, ASKED), (OPEN_PARCEL,))
        for kind, (label, meaning) in TROUBLE.items()
    },
    label_rows.FAILED_ITEM: Kind(
        gettext_lazy("No label"),
        gettext_lazy("The carrier has sold no label, or does not take one back."),
        (
            Fix("buy", gettext_lazy("Buy a label again"), BUY, buy),
            done(gettext_lazy("Settled with the carrier")),
        ),
        (OPEN_PARCEL,),
    ),
}
register_kinds(KINDS)


def _stock(item: WorkItem) -> str:
    return reverse("admin:inventory_stocklevel_changelist")


LOOK = Way(gettext_lazy("Look at stock"), "inventory.view_stocklevel", _stock)
add_to_kind("no_stock", ways=[LOOK])


def _choices(mine: Collection[int] | None) -> dict[int, str]:
    rows = Location.objects.filter(is_active=True)
    rows = rows if mine is None else rows.filter(pk__in=mine)
    return dict(rows.order_by("code").values_list("pk", "code"))


def at_places(keys: Collection[int]) -> Q:
    """Items about work there, its parcels, and the orders and payments of such."""
    works = FulfillmentOrder.objects.filter(location__in=keys)
    orders = works.values("order")
    parcels = Shipment.objects.filter(fulfillment_order__location__in=keys)
    payments = Payment.objects.filter(order__in=orders)
    return (
        Q(subject_type="fulfillmentorder", subject_id__in=works.values("pk"))
        | Q(subject_type="shipment", subject_id__in=parcels.values("pk"))
        | Q(subject_type="order", subject_id__in=orders)
        | Q(subject_type="payment", subject_id__in=payments.values("pk"))
    )


register_places(Places(places_of, _choices, at_places))
