"""What work and parcels add to the rail and to Today."""

from collections import defaultdict
from datetime import datetime

from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fulfillment.models import FulfillmentOrder, Shipment
from inventory.admin.scope import within
from oms.core.navigation import Entry, register_entry
from oms.core.today import Board, Counter, Part, register_area, rows_of_spans, rows_url

WORK = "admin:fulfillment_fulfillmentorder_changelist"
PARCELS = "admin:fulfillment_shipment_changelist"
VIEW = "fulfillment.view_fulfillmentorder"
Status = FulfillmentOrder.Status

OFFICE = "orders.view_order"  # who packs has the stations instead of the lists

register_entry(Entry(gettext_lazy("Pick and pack"), WORK, f"{VIEW} {OFFICE}", 30))
SEES = f"fulfillment.view_shipment {OFFICE}"
register_entry(Entry(gettext_lazy("Shipments"), PARCELS, SEES, 40))

LATE = "late"
STEPS = {
    "assigned": (Status.ASSIGNED,),
    "floor": (Status.RELEASED, Status.PICKING),
    "packed": (Status.PACKED,),
}


def work(user, now: datetime) -> Part:
    """One statement: the work of each location by step, and what of it is late."""
    labels = {
        LATE: _("Late"),
        "assigned": _("Assigned"),
        "floor": _("On the floor"),
        "packed": _("Packed"),
    }
    sums = _sums(user, now)
    places = list(dict.fromkeys(place for place, _name in sums))
    rows = [
        [
            code,
            *(
                Counter(
                    f"{code}: {label}",
                    sums[(pk, code), name],
                    rows_url(WORK, _filters(name) | {"location__id__exact": pk}),
                    alarm=name == LATE,
                )
                for name, label in labels.items()
            ),
        ]
        for pk, code in places
    ]
    board = Board(
        _("Work by location"),
        [_("Location"), *labels.values()],
        rows,
        _("No work is open. It appears here when orders are routed to a location."),
        10,
        rows_url(WORK, {"status__in": ",".join(FulfillmentOrder.OPEN)}),
        _("parts of orders, not orders"),
    )
    return Part(boards=(board,))


def parcels_of_the_day(user, now: datetime) -> Part:
    """What has left, beside the same weekday a week ago."""
    shown = Shipment.objects.filter(within(user, "fulfillment_order__location"))
    rows = rows_of_spans(shown, "shipped_at", PARCELS, now)
    headings = [_("Shipped"), _("Parcels")]
    return Part(boards=(Board(_("Parcels going out"), headings, rows, "", 22),))


def _sums(user, now: datetime) -> dict[tuple, int]:
    """{((location, code), step): pieces of work}; a location that only has work of
    other steps (reserved, scheduled) stands there with 0."""
    found = (
        FulfillmentOrder.objects.filter(
            within(user, "location"), status__in=FulfillmentOrder.OPEN
        )
        .values_list("location_id", "location__code", "status")
        .annotate(number=Count("pk"), late=Count("pk", filter=Q(ship_by__lt=now)))
        .order_by("location__priority", "location__code")
    )
    step_of = {status: name for name, each in STEPS.items() for status in each}
    sums: dict[tuple, int] = defaultdict(int)
    for pk, code, status, number, late in found:
        sums[(pk, code), LATE] += late
        if status in step_of:
            sums[(pk, code), step_of[status]] += number
    return sums


def _filters(name: str) -> dict[str, str]:
    return {LATE: "yes"} if name == LATE else {"status__in": ",".join(STEPS[name])}


register_area(VIEW, work)
register_area("fulfillment.view_shipment", parcels_of_the_day)
