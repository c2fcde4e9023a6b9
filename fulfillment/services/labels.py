"""Labels: asked for once for each parcel, and bought.

What a local carrier sells is bought at once, in the set. What another system sells is
an intent first; `settling.py` asks for it outside of any transaction.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from fulfillment import guards
from fulfillment.carriers.base import Carrier, Parcel, carriers
from fulfillment.models import Label, Shipment
from fulfillment.rates.choosing import Quote, chosen
from fulfillment.services import quoting
from fulfillment.services.label_rows import (
    FAILED_ITEM,
    SETTLE,
    label_event,
    parcel_of,
    stick_on,
)
from fulfillment.services.locking import lock_shipments
from fulfillment.services.rates import load_tariffs
from inventory.models import Location
from oms.core import transitions, workitems
from oms.core.faults import fault_point
from oms.core.outcome import Outcome
from oms.core.sets import assign_ids, insert_rows, update_rows
from oms.core.sound import is_text
from oms.core.tasks import enqueue
from oms.core.words import inside
from orders.models import Order
from orders.services import promises, rollups

MOST_GRAMS = 10_000_000


@transaction.atomic
def request_labels(
    shipments: Iterable[Shipment],
    *,
    actor: str,
    at=None,
    service: str = "",
    weights: Mapping[int, int] | None = None,
) -> Outcome:
    """Buy a label for each packed parcel: of `service`, of the one that the customer
    chose, or by the rule (`fulfillment/rates/choosing.py`). `weights`: {shipment pk:
    grams} where a scale says more than the weights of the products.

    done: the labels, purchased or, where another system is asked, requested.
    """
    at = at or timezone.now()
    wanted = {shipment.pk for shipment in shipments}
    locked = lock_shipments(wanted, contents=False)
    out = transitions.missing(wanted, locked, _("The shipment"))
    tried = _refuse_what_is_not_ready(locked, out)
    picked = _pick(locked, out, service, weights or {}, at)
    sellers = carriers()
    labels = []
    for shipment, (quote, grams) in picked.items():
        shipment.service, shipment.weight_grams = quote.offer.service, grams
        shipment.promised_at = quote.arrives_on
        key = f"label:{shipment.pk}:{tried.get(shipment.pk, 0) + 1}"
        labels.append(_intent(shipment, quote, key, actor, at))
    assign_ids(labels)
    for label, (quote, _grams) in zip(labels, picked.values(), strict=True):
        _buy_local(label, quote, sellers[label.carrier], at)
    _write(labels, actor, at)
    _tell_of_late_ones([label.shipment for label in labels], actor, at)
    rollups.touch({label.shipment.order_id for label in labels})
    waiting = [label.pk for label in labels if label.status in Label.OPEN]
    enqueue(SETTLE, waiting)
    fault_point("label.before_request_commit")
    transaction.on_commit(lambda: fault_point("label.after_request_commit"))
    out.done = labels
    return out


def _refuse_what_is_not_ready(locked: list[Shipment], out: Outcome) -> dict[int, int]:
    """Refuse parcels that may have no label now; {shipment pk: labels so far}."""
    tried: dict[int, int] = {}
    live: dict[int, str] = {}
    rows = Label.objects.filter(shipment__in=locked)
    for pk, status in rows.values_list("shipment", "status"):
        tried[pk] = tried.get(pk, 0) + 1
        if status in Label.LIVE:
            live[pk] = status
    for shipment in locked:
        reason = _not_ready(shipment, live.get(shipment.pk))
        if reason:
            out.refuse(
                shipment.pk,
                _("%(shipment)s: no label: %(reason)s.")
                % {"shipment": shipment, "reason": reason},
            )
    return tried


def _not_ready(shipment: Shipment, live: str | None) -> str:
    if shipment.status != Shipment.Status.DRAFT:
        return _("it is %(status)s; only a packed parcel gets one") % {
            "status": inside(shipment.get_status_display())
        }
    if live:
        return _("it has one, which is %(status)s; void that one first") % {
            "status": inside(Label.Status(live).label)
        }
    return guards.work_is_packed.reason_of(
        shipment
    ) or guards.no_hold_on_shipping.reason_of(shipment)


def _pick(
    locked: list[Shipment],
    out: Outcome,
    service: str,
    weights: Mapping[int, int],
    at: datetime,
) -> dict[Shipment, tuple[Quote, int]]:
    """The offer for each parcel that is not refused yet, and its grams."""
    known = {shipment.pk for shipment in locked}
    for key in weights.keys() - known:
        out.refuse(
            key,
            _("%(key)r is weighed, but none of these parcels; check the key.")
            % {"key": key},
        )
    places = Location.objects.in_bulk({s.fulfillment_order.location_id for s in locked})
    grams = quoting.weights(locked) | weights
    sellers = carriers()
    tariffs = [tariff for tariff in load_tariffs() if tariff.carrier in sellers]
    picked = {}
    for shipment in locked:
        if shipment.pk in out.refused:
            continue
        work = shipment.fulfillment_order
        work.location = places[work.location_id]
        weight = grams[shipment.pk]
        reason = _bad_request(shipment.order, weight, service)
        best = None
        if not reason:
            best = chosen(
                quoting.quotes(
                    tariffs,
                    quoting.Sending(
                        work.location,
                        shipment.order,
                        weight,
                        quoting.packed_leaves_on(work.location, at),
                        work.promised_at or shipment.order.promised_at,
                        service,
                    ),
                )
            )
            reason = "" if best else _no_rate(shipment.order, weight, service)
        if reason:
            out.refuse(shipment.pk, f"{shipment}: {reason}")
        else:
            picked[shipment] = best, weight
    return picked


def _bad_request(order: Order, weight, service) -> str:
    if not is_text(service, 32):
        return _("the service is no text of at most 32 characters; choose one.")
    if type(weight) is not int or not 0 < weight <= MOST_GRAMS:
        return _(
            "its weight is not known, from 1 to %(most)d grams; weigh it, or give its "
            "products their weights."
        ) % {"most": MOST_GRAMS}
    needed = {
        _("name"): order.ship_to_name or order.ship_to_company,
        _("street"): order.ship_to_street,
        _("city"): order.ship_to_city,
        _("country"): order.ship_to_country,
    }
    lacking = [label for label, value in needed.items() if not value]
    if lacking:
        return _("its address lacks: %(fields)s; complete the address.") % {
            "fields": ", ".join(lacking)
        }
    return ""


def _no_rate(order: Order, weight: int, service: str) -> str:
    return _(
        "NO_RATE: no rate table has %(service)s for %(country)s %(code)s and %(grams)d "
        "g; choose another service, or add the rate."
    ) % {
        "service": service or order.service or _("any service"),
        "country": order.ship_to_country,
        "code": order.ship_to_postal_code,
        "grams": weight,
    }


def _intent(shipment: Shipment, quote: Quote, key: str, actor: str, at) -> Label:
    return Label(
        shipment=shipment,
        carrier=quote.offer.carrier,
        service=quote.offer.service,
        reason=quote.reason,
        idempotency_key=key,
        next_attempt_at=at,
        actor=actor,
    )


def _buy_local(label: Label, quote: Quote, seller: Carrier, at: datetime) -> None:
    if not seller.local:
        return
    parcel: Parcel = parcel_of(label, quote.offer.price, quote.offer.currency)
    bought = seller.buy(parcel)
    label.status, label.purchased_at = Label.Status.PURCHASED, at
    label.tracking_number = bought.tracking_number
    label.price, label.currency = bought.price, bought.currency
    label.document = bought.document
    stick_on(label)


def _write(labels: Sequence[Label], actor: str, at: datetime) -> None:
    insert_rows(labels)
    fields = ["tracking_number", "carrier", "service", "weight_grams", "promised_at"]
    parcels = [label.shipment for label in labels]
    rows = {s.pk: tuple(getattr(s, name) for name in fields) for s in parcels}
    update_rows(Shipment, rows, fields)
    insert_rows([label_event(label, label.status, actor, at) for label in labels])
    if rows:
        workitems.resolve_items("shipment", rows, at=at, kinds=[FAILED_ITEM])


def _tell_of_late_ones(parcels: Sequence[Shipment], actor: str, at: datetime) -> None:
    """Those that will arrive after the day that was promised."""
    late: dict[int, promises.Dates] = {}
    for parcel in parcels:
        day = parcel.promised_at
        if parcel.order.promised_at and day > parcel.order.promised_at:
            dates = late.get(parcel.order_id, promises.Dates(None, day))
            late[parcel.order_id] = max(dates, promises.Dates(None, day), key=_day)
    orders = list({p.order_id: p.order for p in parcels if p.order_id in late}.values())
    promises.promise(orders, late, actor=actor, at=at)


def _day(dates: promises.Dates):
    return dates.promised_at
