"""The risk of fraud: orders are scored by the active rules; from the limit of their
channel on they are held until somebody has looked at them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import transaction
from django.db.models import Min, Q, prefetch_related_objects
from django.utils import timezone
from django.utils.translation import gettext as _

from oms.core import transitions, workitems
from oms.core.outcome import Outcome
from oms.core.sets import insert_rows
from oms.core.words import inside
from orders import scoring
from orders.models import (
    BlocklistEntry,
    Customer,
    Hold,
    Order,
    RiskAssessment,
    RiskRule,
)
from orders.models.holds import Blocks, HoldReason
from orders.services import hold_rows, rollups, validation
from orders.services.duplicates import twins_of

SOURCE = "risk"
HANDLE = "rules"
KIND = "high_risk"
Signal = RiskRule.Signal
Kind = BlocklistEntry.Kind
OPEN = (Order.Status.DRAFT, Order.Status.PENDING, *Order.LIVE)


class Assessed(NamedTuple):
    """Unsaved rows; the orders in memory know of the holds already."""

    assessments: list[RiskAssessment]
    holds: list[Hold]


def assess(orders: Sequence[Order], *, actor: str, at: datetime) -> Assessed:
    """Score those orders whose channel has a limit. Needs their channel and lines; they
    may be unsaved, with keys. No statement where no channel has a limit.

    An order that reaches the limit gets a hold, unless the one it got before is still
    active. The caller writes the rows.
    """
    limited = [order for order in orders if order.channel.risk_limit is not None]
    if not limited:
        return Assessed([], [])
    rules = list(RiskRule.objects.filter(is_active=True).order_by("pk"))
    facts = _facts(limited, {rule.signal: rule for rule in rules})
    assessments, risky = [], []
    for order in limited:
        points, signals = scoring.score(order, rules, facts[order.pk])
        limit = order.channel.risk_limit
        assessments.append(
            RiskAssessment(
                order=order, score=points, limit=limit, signals=signals, at=at
            )
        )
        if points >= limit and not any(_is_ours(hold) for hold in order.active_holds):
            risky.append(_hold(order, points, limit, signals))
    holds = hold_rows.build(risky, actor=actor, at=at)
    hold_rows.add_facts(limited, holds)
    return Assessed(assessments, holds)


@transaction.atomic
def reassess(orders: Iterable[Order], *, actor: str, at=None) -> Outcome:
    """Score orders again by the rules of now. done: the orders, held where they reach
    the limit; an active hold stays until somebody releases it."""
    at = at or timezone.now()
    wanted = {order.pk for order in orders}
    locked = transitions.lock(Order, wanted)
    prefetch_related_objects(locked, "channel", "lines")
    out = transitions.missing(wanted, locked, _("The order"))
    for order in locked:
        if reason := _not_assessed(order):
            out.refuse(order.pk, reason)
    out.done = [order for order in locked if order.pk not in out.refused]
    _assess_and_write(out.done, actor, at)
    rollups.refresh(out.done)
    return out


def assess_unassessed(
    orders: Sequence[Order], *, actor: str, at: datetime
) -> list[Order]:
    """Score those of the locked orders whose channel has a limit and which nobody has
    scored yet: rules run whenever an order goes on, not at the way in only. Needs their
    channel. Returns those that are held now; the caller refreshes their roll-ups."""
    limited = [
        order
        for order in orders
        if order.channel.risk_limit is not None and order.status in OPEN
    ]
    if not limited:
        return []
    known = RiskAssessment.objects.filter(order__in=[order.pk for order in limited])
    scored = set(known.values_list("order", flat=True))
    new = [order for order in limited if order.pk not in scored]
    prefetch_related_objects(new, "lines")
    return _assess_and_write(new, actor, at)


def _assess_and_write(orders: Sequence[Order], actor: str, at: datetime) -> list[Order]:
    found = assess(orders, actor=actor, at=at)
    insert_rows(found.assessments)
    held = {hold.order_id for hold in found.holds}
    mine = [order for order in orders if order.pk in held]
    hold_rows.write_known(found.holds, mine, actor=actor, at=at)
    workitems.open_items(validation.findings(mine, kinds=[KIND]), at=at)
    return mine


def _is_ours(hold: Mapping) -> bool:
    return hold["source"] == SOURCE and hold["handle"] == HANDLE


def _hold(order: Order, points: int, limit: int, signals: list) -> hold_rows.NewHold:
    note = _("%(points)d points, the limit is %(limit)d: %(signals)s") % {
        "points": points,
        "limit": limit,
        "signals": "; ".join(signal["text"] for signal in signals),
    }
    return hold_rows.NewHold(
        order_id=order.pk,
        reason=HoldReason.HIGH_RISK_OF_FRAUD,
        blocks=[Blocks.CONFIRM, Blocks.RELEASE, Blocks.SHIP],
        source=SOURCE,
        handle=HANDLE,
        note=note[:200],
    )


def _not_assessed(order: Order) -> str:
    if order.status not in OPEN:
        return _("%(order)s is %(status)s; there is nothing left to hold.") % {
            "order": order,
            "status": inside(order.get_status_display()),
        }
    if order.channel.risk_limit is None:
        return _("%(order)s: %(channel)s has no risk limit; set one on its page.") % {
            "order": order,
            "channel": order.channel,
        }
    return ""


# --- Facts ----------------------------------------------------------------------------


def _facts(
    orders: Sequence[Order], rules: Mapping[str, RiskRule]
) -> dict[int, scoring.Facts]:
    """What the rules read, by order, in a statement a rule."""
    customers = Customer.objects.in_bulk(
        {o.customer_id for o in orders if o.customer_id}
    )
    blocked, counts, twins = {}, {}, {}
    countries: dict[int, dict[str, datetime]] = defaultdict(dict)
    if Signal.BLOCKLIST in rules:
        blocked = _blocked(orders, customers)
    if rule := rules.get(Signal.VELOCITY):
        counts = _counts(orders, timedelta(hours=rule.window_hours))
    if rule := rules.get(Signal.DUPLICATE):
        twins = twins_of(orders, {order.pk: rule.window_hours for order in orders})
    if {Signal.ADDRESS_MISMATCH, Signal.FIRST_ORDER} & rules.keys():
        countries = _countries(orders)
    facts = {}
    for order in orders:
        customer = customers.get(order.customer_id)
        before = frozenset(
            country
            for country, first in countries[order.customer_id].items()
            if first < order.placed_at
        )
        facts[order.pk] = scoring.Facts(
            customer_name=customer.name if customer else "",
            orders_in_window=counts.get(order.pk, 1),
            twins=twins.get(order.pk, ()),
            blocked=blocked.get(order.pk, ()),
            countries_before=before - {""},
            is_first=customer is not None and not before,
        )
    return facts


def _blocked(
    orders: Sequence[Order], customers: Mapping[int, Customer]
) -> dict[int, list[str]]:
    named = {
        order.pk: names_of(order, customers.get(order.customer_id)) for order in orders
    }
    every = set().union(*named.values())
    entries = BlocklistEntry.objects.filter(
        is_active=True, value__in={value for _kind, value in every}
    )
    listed = set(entries.values_list("kind", "value"))
    labels = dict(Kind.choices)
    return {
        pk: [f"{labels[kind]} {value}" for kind, value in sorted(names & listed)]
        for pk, names in named.items()
    }


def names_of(order: Order, customer: Customer | None) -> set[tuple[str, str]]:
    """(kind, value) of everything that the blocklist may name."""
    email = customer.email if customer else ""
    return {
        (str(kind), said)
        for kind, value in (
            (Kind.EMAIL, email),
            (Kind.EMAIL_DOMAIN, email.rpartition("@")[2]),
            (Kind.PHONE, order.ship_to_phone),
            (Kind.ADDRESS, _place(order.ship_to_street, order.ship_to_postal_code)),
        )
        if (said := normalised(kind, value))
    }


def normalised(kind: str, value: str) -> str:
    """As the blocklist holds it: lower case, single spaces; phones as digits."""
    if kind == Kind.PHONE:
        return "".join(c for c in value if c.isdigit()).lstrip("0")
    return " ".join(value.lower().split())


def _place(street: str, postal_code: str) -> str:
    """The address as one text, "" where it is not known in full."""
    return f"{street}, {postal_code}" if street.strip() and postal_code.strip() else ""


def _counts(orders: Sequence[Order], window: timedelta) -> dict[int, int]:
    """Orders of the same customer or to the same address within the window before each
    order, itself included."""
    postal_codes = {o.ship_to_postal_code for o in orders if o.ship_to_postal_code}
    names = "pk", "customer_id", "ship_to_street", "ship_to_postal_code", "placed_at"
    rows = Order.objects.filter(
        Q(customer__in={order.customer_id for order in orders if order.customer_id})
        | Q(ship_to_postal_code__in=postal_codes),
        placed_at__gte=min(order.placed_at for order in orders) - window,
        placed_at__lte=max(order.placed_at for order in orders),
    ).exclude(pk__in=[order.pk for order in orders])
    seen = [*rows.values_list(*names)]
    seen += (tuple(getattr(order, name) for name in names) for order in orders)
    times: dict[tuple, list] = defaultdict(list)
    for pk, customer, street, code, placed_at in seen:
        for key in _whose(customer, street, code):
            times[key].append((placed_at, pk))
    counts = {}
    for order in orders:
        mine = order.placed_at, order.pk
        counts[order.pk] = len(
            {
                pk
                for key in _whose(
                    order.customer_id, order.ship_to_street, order.ship_to_postal_code
                )
                for placed_at, pk in times[key]
                if order.placed_at - window <= placed_at and (placed_at, pk) <= mine
            }
        )
    return counts


def _whose(customer: int | None, street: str, code: str) -> list[tuple]:
    place = normalised(Kind.ADDRESS, _place(street, code))
    return [key for key in (("customer", customer), ("place", place)) if key[1]]


def _countries(orders: Sequence[Order]) -> dict[int, dict[str, datetime]]:
    """{customer: {country: time of the first order that went there}}."""
    countries: dict[int, dict[str, datetime]] = defaultdict(dict)
    rows = Order.objects.filter(
        customer__in={order.customer_id for order in orders if order.customer_id}
    ).exclude(pk__in=[order.pk for order in orders])
    firsts = rows.values_list("customer", "ship_to_country").annotate(Min("placed_at"))
    said = ((o.customer_id, o.ship_to_country, o.placed_at) for o in orders)
    for customer, country, placed_at in [*firsts, *said]:
        known = countries[customer].setdefault(country, placed_at)
        countries[customer][country] = min(known, placed_at)
    return countries
