"""Findings that somebody has looked at and found right: they hold the order up no
longer."""

from collections.abc import Collection, Mapping

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from oms.core import transitions
from oms.core.outcome import Outcome
from oms.core.sets import insert_rows, update_rows
from oms.core.sound import is_text, keys
from oms.core.timeline import event_of
from oms.core.words import inside
from orders.models import Order
from orders.services import validation
from orders.services.confirmation import confirm_orders, lock_with_facts
from orders.services.validation import ACCEPTABLE, CHECKS


@transaction.atomic
def accept_findings(
    kinds: Mapping[int, Collection[str]], *, reason: str, actor: str, at=None
) -> Outcome:
    """{order pk: kinds of findings, see ACCEPTABLE}: "the price is right", "this is no
    duplicate". Recorded with the reason; then the orders are tried again.

    done: the orders, confirmed where nothing else is against them. If one kind of an
    order is refused, none of it is accepted.
    """
    at = at or timezone.now()
    locked = lock_with_facts(keys(kinds))
    out = transitions.missing(kinds, locked, _("The order"))
    validation.load_facts(locked)
    events, rows = [], {}
    for order in locked:
        wanted = kinds[order.pk]
        text = _bad(order, wanted, reason)
        found = {} if text else {k: CHECKS[k].reason_of(order) for k in sorted(wanted)}
        if text := text or _accept(order, found):
            out.refuse(order.pk, text)
            continue
        out.done.append(order)
        data = {"findings": found, "reason": reason.strip()}
        action = "order.finding_accepted"
        events.append(event_of(order, action, actor=actor, at=at, data=data))
        rows[order.pk] = (order.accepted_findings,)
    update_rows(Order, rows, ["accepted_findings"])
    insert_rows(events)
    if out.done:
        tried = confirm_orders(out.done, actor=actor, at=at)
        confirmed = {order.pk: order for order in tried.done}
        out.done = [confirmed.get(order.pk, order) for order in out.done]
    return out


def _bad(order: Order, kinds, reason) -> str:
    if order.status != Order.Status.PENDING:
        return _("%(order)s is %(status)s; only waiting orders have findings.") % {
            "order": order,
            "status": inside(order.get_status_display()),
        }
    if not is_text(reason, 200) or not reason.strip():
        return _(
            "%(order)s: write in 1 to 200 characters, without NUL, why it is right."
        ) % {"order": order}
    names = kinds if isinstance(kinds, list | tuple | set | frozenset) else ()
    if not names or not all(isinstance(k, str) and k in ACCEPTABLE for k in names):
        return _("%(order)s: %(kinds).60r cannot be accepted, only %(all)s.") % {
            "order": order,
            "kinds": kinds,
            "all": ", ".join(ACCEPTABLE),
        }
    return ""


def _accept(order: Order, found: Mapping[str, str]) -> str:
    """Accept in memory what was found, or say what cannot be."""
    before = order.accepted_findings
    for kind, text in found.items():
        if not text:
            order.accepted_findings = before
            return _("%(order)s: %(kind)s is not found on it; nothing to accept.") % {
                "order": order,
                "kind": kind,
            }
        order.accepted_findings = [*order.accepted_findings, kind]
        if left := CHECKS[kind].reason_of(order):
            order.accepted_findings = before
            return _("%(order)s: %(reason)s.") % {"order": order, "reason": left}
    return ""
