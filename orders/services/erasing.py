"""A person is forgotten: what says who it was is blanked everywhere, and money and
goods stay as they are."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from channels.services.erasing import erase_calls
from oms.core import transitions
from oms.core.exports.forgetting import erase_searches
from oms.core.files.forgetting import erase_rows
from oms.core.outcome import Outcome
from oms.core.sets import insert_rows, update_rows
from oms.core.timeline import event_of
from orders import persons
from orders.models import Customer, Order
from orders.services import kept
from orders.services.customers import orders_of


@transaction.atomic
def erase_customers(customers: Iterable[Customer], *, actor: str, at=None) -> Outcome:
    """Blank these people, and who was merged into them. done: the customers; refused:
    those with something under way, each with all reasons. Again changes nothing more,
    but takes what has come meanwhile."""
    at = at or timezone.now()
    wanted = {customer.pk for customer in customers}
    locked = transitions.lock(Customer, _with_merged(wanted))
    asked = [row for row in locked if row.pk in wanted]
    out = transitions.missing(wanted, asked, _("The customer"))
    owners = owners_of(asked)
    orders = Order.objects.filter(pk__in=owners).order_by("pk")
    list(orders.select_for_update(no_key=True).values_list("pk", flat=True))
    reasons = why_not(asked, owners)
    for row in asked:
        if row.pk in reasons:
            out.refused[row.pk] = reasons[row.pk]
        else:
            out.done.append(row)
    gone = {row.pk for row in out.done}
    rows = [r for r in locked if r.pk in gone or r.merged_into_id in gone]
    if rows:
        mine = sorted(pk for pk, owner in owners.items() if owner in gone)
        _erase(rows, mine, actor, at)
    return out


def _with_merged(wanted: set[int]) -> list[int]:
    mine = Q(pk__in=wanted) | Q(merged_into__in=wanted)
    return list(Customer.objects.filter(mine).values_list("pk", flat=True))


def owners_of(customers: Sequence[Customer]) -> dict[int, int]:
    """{order: the one of these customers whose it is}."""
    asked = {customer.pk for customer in customers}
    found = orders_of(customers).values_list("pk", "customer", "customer__merged_into")
    return {pk: own if own in asked else into for pk, own, into in found}


def why_not(
    customers: Sequence[Customer], owners: dict[int, int]
) -> dict[int, list[str]]:
    """{customer: what is under way}; `owners`: {order: customer}."""
    reasons: dict[int, list[str]] = {}
    for customer in customers:
        if customer.merged_into_id and not customer.erased_at:
            text = _("%(one)s is merged into customer %(pk)d: erase that one.")
            facts = {"one": customer, "pk": customer.merged_into_id}
            reasons.setdefault(customer.pk, []).append(text % facts)
    for part in persons.parts():
        for order, found in part.under_way(sorted(owners)).items():
            reasons.setdefault(owners[order], []).extend(found)
    return reasons


def _erase(rows: list[Customer], orders: list[int], actor: str, at: datetime) -> None:
    messages = kept.messages_of(rows, orders)
    calls = kept.calls_of(rows, orders)
    staged = kept.staged_of(rows, orders)
    erase_searches(kept.words_for(rows, orders))
    persons.open_ledgers()
    for part in persons.parts():
        part.erase(orders, at)
    persons.close_ledgers()
    kept.erase_messages(messages)
    erase_calls(calls)
    erase_rows(staged)
    pks = [row.pk for row in rows]
    kept.erase_events(kept.events_of("customer", pks))
    kept.erase_items(kept.items_of("customer", pks))
    LogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(Customer),
        object_id__in=[str(pk) for pk in pks],
    ).update(object_repr="")
    fresh = [row for row in rows if row.erased_at is None]
    for row in rows:
        row.key, row.name, row.email = f"erased:{row.pk}", "", ""
        row.erased_at, row.is_active = row.erased_at or at, False
    names = ["key", "name", "email", "erased_at", "is_active"]
    values = {row.pk: tuple(getattr(row, name) for name in names) for row in rows}
    update_rows(Customer, values, names)
    insert_rows([event_of(r, "customer.erased", actor=actor, at=at) for r in fresh])
