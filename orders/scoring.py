"""How many points an order gets for the risk of fraud: pure, from loaded facts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

if TYPE_CHECKING:  # orders.models imports guards, which know no models either
    from orders.models import Order, RiskRule


@dataclass(frozen=True)
class Facts:
    """What is known around an order; `blocked`: entries of the blocklist in words."""

    customer_name: str = ""
    orders_in_window: int = 1
    twins: Sequence[str] = ()
    blocked: Sequence[str] = ()
    countries_before: frozenset[str] = frozenset()
    is_first: bool = False


def score(
    order: "Order", rules: Iterable["RiskRule"], facts: Facts
) -> tuple[int, list[dict]]:
    """The points in all, and the signals that gave them: most points first."""
    found = []
    for rule in rules:
        if text := CHECKS[rule.signal](order, rule, facts):
            signal = {"signal": str(rule.signal), "points": rule.points, "text": text}
            found.append(signal)
    found.sort(key=lambda signal: (-signal["points"], signal["signal"]))
    return sum(signal["points"] for signal in found), found


def _velocity(order, rule, facts: Facts) -> str:
    if facts.orders_in_window < rule.threshold:
        return ""
    return _("%(orders)d orders of the customer or to the address in %(hours)d h") % {
        "orders": facts.orders_in_window,
        "hours": rule.window_hours,
    }


def _address_mismatch(order, rule, facts: Facts) -> str:
    texts = []
    told, sent_to = _words(facts.customer_name), _words(order.ship_to_name)
    if told and sent_to and not told & sent_to:
        names = {"customer": facts.customer_name, "name": order.ship_to_name}
        texts.append(_("ordered by %(customer)s, sent to %(name)s") % names)
    before = facts.countries_before
    if before and order.ship_to_country and order.ship_to_country not in before:
        texts.append(
            _("goes to %(country)s, earlier orders went to %(before)s")
            % {"country": order.ship_to_country, "before": ", ".join(sorted(before))}
        )
    return "; ".join(texts)


def _words(name: str) -> set[str]:
    return set(name.casefold().replace(",", " ").replace("-", " ").split())


def _high_value(order, rule, facts: Facts) -> str:
    if order.total_amount < rule.threshold:
        return ""
    return _("costs %(total)s %(currency)s, from %(least)s on that is much") % {
        "total": f"{order.total_amount:.2f}",
        "currency": order.currency,
        "least": f"{rule.threshold:.2f}",
    }


def _blocklist(order, rule, facts: Facts) -> str:
    if not facts.blocked:
        return ""
    return _("on the blocklist: %(entries)s") % {"entries": ", ".join(facts.blocked)}


def _duplicate(order, rule, facts: Facts) -> str:
    if not facts.twins:
        return ""
    return _("the same was ordered in %(hours)d h: %(numbers)s") % {
        "hours": rule.window_hours,
        "numbers": ", ".join(facts.twins),
    }


def _first_order(order, rule, facts: Facts) -> str:
    return _("the customer's first order") if facts.is_first else ""


CHECKS = {
    "velocity": _velocity,
    "address_mismatch": _address_mismatch,
    "high_value": _high_value,
    "blocklist": _blocklist,
    "duplicate": _duplicate,
    "first_order": _first_order,
}
