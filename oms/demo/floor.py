"""A day in the warehouses, the stores and at the supplier: sets of work, one step after
the other."""

import random
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from fulfillment.models import FulfillmentOrder, Shipment
from fulfillment.models.shipments import TrackingStatus
from fulfillment.models.work import RejectCode
from fulfillment.services import (
    accepting,
    labels,
    rejecting,
    shipping,
    supplied,
    tracking,
    work,
)
from fulfillment.services.rejecting import Rejection
from fulfillment.services.tracking import Report
from inventory.models import Location
from oms.demo.opening import ACTOR

Status = FulfillmentOrder.Status
STEPS = ("release", "pick", "pack", "ship")
LOST, FAILED = 0.004, 0.01  # of all parcels


def open_work(orders: Iterable[int], *statuses: Status) -> list[FulfillmentOrder]:
    rows = FulfillmentOrder.objects.filter(order__in=orders, status__in=statuses)
    return list(rows.select_related("location").order_by("pk"))


def advance(orders: Sequence[int], steps: Sequence[str], at: datetime) -> list[int]:
    """Bring the work of these orders so far, an hour for each step; what is held or
    cannot go on stays. The parcels that were sent."""
    hour = timedelta(hours=1)
    parcels = []
    for number, step in enumerate(steps):
        when = at + number * hour
        if step == "release":
            work.release_work(open_work(orders, Status.ASSIGNED), actor=ACTOR, at=when)
        elif step == "pick":
            ready = _ours(open_work(orders, Status.RELEASED))
            ready = work.start_picking(ready, actor=ACTOR, at=when).done
            work.pick(ready, actor=ACTOR, at=when + hour / 2)
        elif step == "pack":
            work.pack_work(open_work(orders, Status.PICKING), actor=ACTOR, at=when)
        else:
            parcels = _send(orders, when)
    return parcels


def begin(orders: Iterable[int], at: datetime) -> None:
    """Somebody is picking these."""
    ready = _ours(open_work(orders, Status.RELEASED))
    work.start_picking(ready, actor=ACTOR, at=at)


def _ours(works: Iterable[FulfillmentOrder]) -> list[FulfillmentOrder]:
    return [w for w in works if w.location.kind != Location.Kind.SUPPLIER]


def _send(orders: Sequence[int], at: datetime) -> list[int]:
    drafts = Shipment.objects.filter(order__in=orders, status=Shipment.Status.DRAFT)
    drafts = drafts.order_by("pk")
    labels.request_labels(drafts, actor=ACTOR, at=at)
    out = shipping.ship_labelled(drafts, actor=ACTOR, at=at + timedelta(minutes=20))
    return sorted(parcel.pk for parcel in out.done)


def refuse_some(orders: Iterable[int], rng: random.Random, at: datetime) -> None:
    """A store that has no hands free: its work goes elsewhere."""
    no_hands = Rejection(RejectCode.NO_CAPACITY, "the shop is full of people")
    stores = [
        each
        for each in open_work(orders, Status.ASSIGNED, Status.RELEASED)
        if each.location.kind == Location.Kind.STORE and rng.random() < 0.15
    ]
    rejecting.reject({each.pk: no_hands for each in stores}, actor=ACTOR, at=at)


def supplier_day(at: datetime) -> list[int]:
    """The supplier confirms what it was sent the day before, and sends what it has
    confirmed. The parcels."""
    sent = FulfillmentOrder.objects.order_by("pk").filter(
        status=Status.RELEASED, submitted_at__lt=at - timedelta(hours=12)
    )
    ready = sent.filter(accepted_at__lt=at - timedelta(hours=12))
    tickets = {pk: f"L{pk:06}" for pk in sent.values_list("pk", flat=True)}
    numbers = {
        pk: shipping.Label(f"LUM{pk:08}", "Lumen")
        for pk in ready.values_list("pk", flat=True)
    }
    out = supplied.ship_supplied(numbers, actor=ACTOR, at=at)
    fresh = {pk: text for pk, text in tickets.items() if pk not in numbers}
    accepting.accept_work(fresh, actor=ACTOR, at=at)
    return [parcel.pk for parcel in out.done]


def travel(parcels: Iterable[int], at: datetime, rng: random.Random) -> list[Report]:
    """What the carrier will say of parcels that left at `at`. Some are never heard of
    again, some are not taken in at first."""
    reports = []
    for pk in parcels:
        fate, days = rng.random(), rng.choice((1, 1, 2, 2, 3, 4))
        morning = at.replace(hour=6, minute=30) + timedelta(days=1)
        reports.append(
            Report(pk, TrackingStatus.IN_TRANSIT, morning, "At the sorting centre")
        )
        if fate < LOST:
            continue
        arrives = at.replace(hour=rng.randint(9, 17)) + timedelta(days=days + 1)
        if fate < LOST + FAILED:
            failed = Report(
                pk, TrackingStatus.DELIVERY_FAILED, arrives, "Nobody at home"
            )
            reports.append(failed)
            arrives += timedelta(days=2)
        reports.append(Report(pk, TrackingStatus.DELIVERED, arrives, "Handed over"))
    return reports


def closed_door(at: datetime) -> None:
    """The carrier has just found nobody at home."""
    before = at - timedelta(days=1)
    moving = Shipment.objects.filter(status=Shipment.Status.SHIPPED)
    last = moving.filter(shipped_at__lt=before).order_by("-shipped_at", "-pk")[:1]
    reports = [
        Report(parcel.pk, TrackingStatus.DELIVERY_FAILED, at, "Nobody at home")
        for parcel in last
    ]
    tracking.record_tracking(reports, actor="carrier", at=at)


def tell(reports: Sequence[Report], at: datetime) -> list[int]:
    """Record these reports; the orders that have got a parcel by them."""
    tracking.record_tracking(reports, actor="carrier", at=at)
    arrived = [r.shipment_id for r in reports if r.status == TrackingStatus.DELIVERED]
    rows = Shipment.objects.filter(pk__in=arrived).order_by("order")
    return list(dict.fromkeys(rows.values_list("order", flat=True)))
