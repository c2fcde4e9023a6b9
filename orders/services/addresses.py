"""Correcting where orders go, as long as nothing of them has been released to a
location; then the orders that waited are tried again."""

import math
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from oms.core import transitions
from oms.core.outcome import Outcome
from oms.core.sets import insert_rows, update_rows
from oms.core.sound import is_text, keys
from oms.core.timeline import event_of
from oms.core.words import inside
from orders import addressing
from orders.models import Order
from orders.models.addresses import ShipTo
from orders.services.confirmation import confirm_orders, lock_with_facts

FIELDS = tuple(field.name for field in ShipTo._meta.get_fields())
MOST = {"ship_to_lat": 90, "ship_to_lon": 180}  # degrees
PLACE = {"ship_to_street", "ship_to_city", "ship_to_postal_code", "ship_to_country"}
OPEN = (Order.Status.DRAFT, Order.Status.PENDING, Order.Status.CONFIRMED)
FINDING, ACCEPTED = "bad_address", "accepted_findings"


@transaction.atomic
def correct_addresses(
    corrections: Mapping[int, Mapping[str, Any]], *, actor: str, at=None
) -> Outcome:
    """Write {order pk: {field of the address: value}}; fields that are not named stay.

    done: the orders, corrected; those that waited are confirmed where nothing else is
    against them, and keep their findings where something is. Coordinates of another
    place are dropped unless they are given too.
    """
    at = at or timezone.now()
    locked = lock_with_facts(keys(corrections))
    out = transitions.missing(corrections, locked, _("The order"))
    changes = {}
    for order in locked:
        said = corrections[order.pk]
        if reason := why_not(order) or _bad(order, said):
            out.refuse(order.pk, reason)
            continue
        changes[order.pk] = {name: _clean(name, value) for name, value in said.items()}
        if PLACE & changes[order.pk].keys():
            changes[order.pk] = dict.fromkeys(MOST) | changes[order.pk]
    return _correct(locked, changes, out, actor, at)


@transaction.atomic
def apply_suggestions(orders: Iterable[Order], *, actor: str, at=None) -> Outcome:
    """Correct the addresses that a rule can correct (see `addressing.suggestion`) and
    try the orders again. refused: those that a person has to look at, with what is
    wrong."""
    at = at or timezone.now()
    wanted = {order.pk for order in orders}
    locked = lock_with_facts(wanted)
    out = transitions.missing(wanted, locked, _("The order"))
    changes = {}
    for order in locked:
        if reason := why_not(order):
            out.refuse(order.pk, reason)
        elif suggestion := addressing.suggestion(order):
            changes[order.pk] = suggestion
        else:
            out.refuse(order.pk, _no_suggestion(order))
    return _correct(locked, changes, out, actor, at)


def _correct(
    locked: Iterable[Order],
    changes: Mapping[int, dict[str, Any]],
    out: Outcome,
    actor: str,
    at: datetime,
) -> Outcome:
    done = [order for order in locked if order.pk in changes]
    events, rows = [], {}
    for order in done:
        before = {name: getattr(order, name) for name in changes[order.pk]}
        after = {k: v for k, v in changes[order.pk].items() if v != before[k]}
        if not after:
            continue
        for name, value in after.items():
            setattr(order, name, value)
        order.accepted_findings = [k for k in order.accepted_findings if k != FINDING]
        data = {"before": {k: before[k] for k in after}, "after": after}
        action = "order.address_corrected"
        events.append(event_of(order, action, actor=actor, at=at, data=data))
        rows[order.pk] = tuple(getattr(order, name) for name in (*FIELDS, ACCEPTED))
    update_rows(Order, rows, (*FIELDS, ACCEPTED))
    insert_rows(events)
    pending = [order for order in done if order.status == Order.Status.PENDING]
    confirmed = {}
    if pending:
        tried = confirm_orders(pending, actor=actor, at=at)
        confirmed = {order.pk: order for order in tried.done}
    out.done = [confirmed.get(order.pk, order) for order in done]
    return out


def _clean(name: str, value: Any) -> Any:
    if name in MOST:
        return None if value is None else float(value)
    return value.strip().upper() if name == "ship_to_country" else value.strip()


def why_not(order: Order) -> str:
    if order.status in OPEN:
        return ""
    return _(
        "%(order)s is %(status)s: its address stays. Stop the parcel first, or have it "
        "redirected by the carrier."
    ) % {"order": order, "status": inside(order.get_status_display())}


def _no_suggestion(order: Order) -> str:
    if not (text := addressing.wrong(order)):
        return _("%(order)s: nothing is wrong with its address.") % {"order": order}
    return _(
        "%(order)s: nobody can tell what was meant: %(text)s. Correct it by hand."
    ) % {
        "order": order,
        "text": text,
    }


def _bad(order: Order, said) -> str:
    if not isinstance(said, Mapping) or not said:
        return _("%(order)s: give the fields of the address to change.") % {
            "order": order
        }
    for name, value in said.items():
        if name not in FIELDS:
            return _("%(order)s: %(name).60r is no field of an address: %(all)s.") % {
                "order": order,
                "name": name,
                "all": ", ".join(FIELDS),
            }
        if not _fits(name, value):
            label = Order._meta.get_field(name).verbose_name
            return _("%(order)s: %(field)s cannot be %(value).60r; check it.") % {
                "order": order,
                "field": label,
                "value": value,
            }
    return ""


def _fits(name: str, value) -> bool:
    if name in MOST:
        if value is None:
            return True
        number = isinstance(value, int | float) and not isinstance(value, bool)
        return number and math.isfinite(value) and abs(value) <= MOST[name]
    return is_text(value, Order._meta.get_field(name).max_length)
