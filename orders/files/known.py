"""Orders of a file that are here already: the same, or told otherwise."""

from collections import Counter
from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from channels.models import Channel, InboundMessage
from oms.core.files.models import ImportRow
from oms.core.files.shapes import Unit
from oms.core.sets import among
from orders.files import purchase
from orders.models import Order

Effect = ImportRow.Effect
Key = tuple[int, str]  # channel, external id


def find(
    units: Sequence[Unit], channels: Mapping[str, Channel]
) -> dict[Key, Order | InboundMessage]:
    """Orders, and messages of which no order has been made. Three statements."""
    ids = {unit[0].values["external_id"] for unit in units}
    places = {channels[unit[0].values["channel"]].pk for unit in units}
    if not ids:
        return {}
    messages = InboundMessage.objects.filter(
        channel__in=places, kind=InboundMessage.Kind.ORDER
    )
    messages = among(messages, "external_id", ids)
    orders = among(Order.objects.filter(channel__in=places), "external_id", ids)
    found = {(m.channel_id, m.external_id): m for m in messages}
    for order in orders.prefetch_related("lines"):
        found[order.channel_id, order.external_id] = order
    return found


def compare(unit: Unit, found: Order | InboundMessage) -> None:
    if isinstance(found, InboundMessage):
        _say(unit, Effect.CONFLICT, _waits(found))
    elif differences := _differences(unit, found):
        text = _(
            "Order %(number)s is here already, and the file says otherwise (%(what)s). "
            "Nothing is changed; correct the order itself."
        )
        what = ", ".join(differences)
        _say(unit, Effect.CONFLICT, text % {"number": found.number, "what": what})
        unit[0].difference = differences
    else:
        text = _("Order %(number)s is here already (%(status)s).")
        names = {"number": found.number, "status": found.get_status_display()}
        _say(unit, Effect.UNCHANGED, text % names)


def _waits(message: InboundMessage) -> str:
    if message.error:
        text = _("It lies in the inbox, refused: %(why)s")
        return text % {"why": message.error}
    return _("It lies in the inbox and is being taken in.")


def _say(unit: Unit, effect: str, text: str) -> None:
    for row in unit:
        row.effect, row.note = effect, text[:300]


def _differences(unit: Unit, order: Order) -> dict[str, list]:
    """{what: [here, in the file]} of what a channel says and we do not change."""
    here = Counter()
    for line in order.lines.all():
        if line.parent_id is None:
            # the name that the channel has for it, as it was told
            here[line.channel_sku or line.sku, line.unit_price.normalize()] += (
                line.quantity
            )
    there = Counter()
    for row in unit:
        price = purchase.money_of(row.values, "unit_price").normalize()
        there[row.values["sku"], price] += row.values["quantity"]
    facts = {
        "currency": [order.currency, purchase.told(unit)["currency"]],
        "lines": [_lines(here - there), _lines(there - here)],
    }
    return {name: pair for name, pair in facts.items() if pair[0] != pair[1]}


def _lines(lines: Counter) -> str:
    return ", ".join(f"{n} × {sku} {price:f}" for (sku, price), n in lines.items())
