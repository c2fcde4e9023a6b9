"""Orders in files: a row for each line, joined by the channel's number wherever they
stand. They go the only way in: message, inbox, intake."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from django.db.models import Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from channels.files.listings import CHANNEL
from channels.models import Channel, Listing
from channels.services.inbox import RawMessage, store_messages
from inventory.models import Product
from oms.core.api.models import Scope
from oms.core.files.columns import Column
from oms.core.files.models import ImportRow, ImportRun
from oms.core.files.shapes import (
    Bound,
    Consequence,
    Reading,
    Shape,
    Unit,
    seen,
)
from oms.core.files.values import code_of, text_of
from oms.core.sets import among
from oms.core.words import whole
from orders.files import known, purchase
from orders.files.purchase import ADDRESS, AMOUNTS
from orders.models import Order, OrderLine
from orders.services import cancellation, intake

Effect = ImportRow.Effect
MOST_NUMBER, MOST_TEXT, MOST_EMAIL = 128, 200, 254
# Columns of our exports that say nothing about a new order.
EXPORTED = "order", "status", "position", "channel_sku", "bundle", "cancelled"
EXPORTED += "allocated", "waiting", "shipped", "delivered", "returned"
TEXTS = (*ADDRESS, "product", "customer")
YES, NO = {"1", "true", "yes", "y", "x"}, {"", "0", "false", "no", "n"}


class Orders(Shape):
    name = "orders"
    label = gettext_lazy("Orders")
    noun = gettext_lazy("orders")
    permission = "orders.import_order"
    key_scope, bound = Scope.ORDERS_WRITE, Bound.CHANNELS
    is_grouped = True
    chunk = 300
    columns = (
        Column("external_id", ("Order number", "Order ID", "Order no"), True),
        Column("channel", ("Channel code",)),
        Column("placed_at", ("Order date", "Date", "Created at"), True),
        Column("currency", (), True),
        Column("email", ("E-mail",)),
        Column("customer", ("Customer name",)),
        Column("customer_id", ("Customer number",)),
        *(Column(name) for name in ADDRESS),
        Column("sku", ("Item",), True),
        Column("product", ("Product name",)),
        Column("quantity", ("Qty",), True),
        Column("unit_price", ("Price",), True),
        *(Column(name) for name in AMOUNTS),
        Column("payment_gateway"),
        Column("payment_reference"),
        Column("payment_terms"),
        Column("priority"),
        Column("prices_include_tax"),
        *(Column(name) for name in EXPORTED),
    )
    options = (CHANNEL,)

    def read(self, row: ImportRow, reading: Reading) -> None:
        cells = row.cells
        if "bundle" in cells:
            row.note = _("A part of a bundle: it comes with its bundle.")
            return
        number = reading.required(row, "external_id", code_of, MOST_NUMBER)
        values = {"external_id": number}
        values["channel"] = reading.options.get("channel", "")
        if "channel" in cells:
            values["channel"] = reading.value(row, "channel", code_of, 32)
        values["currency"] = reading.value(row, "currency", text_of, 60)
        if moment := reading.value(row, "placed_at", reading.moments.moment):
            values["placed_at"] = moment.isoformat()
        sku = "channel_sku" if "channel_sku" in cells else "sku"
        values["sku"] = reading.required(row, sku, code_of)
        values["quantity"] = reading.required(
            row, "quantity", reading.numbers.quantity, least=1
        )
        values["unit_price"] = reading.required(
            row, "unit_price", reading.numbers.number
        )
        for name in filter(cells.__contains__, AMOUNTS):
            values[name] = reading.value(row, name, reading.numbers.number)
        for name in filter(cells.__contains__, TEXTS):
            values[name] = reading.value(row, name, text_of, MOST_TEXT)
        values["email"] = reading.value(row, "email", text_of, MOST_EMAIL)
        values["customer_id"] = reading.value(row, "customer_id", text_of, MOST_NUMBER)
        for name in ("payment_gateway", "payment_terms"):
            values[name] = reading.value(row, name, text_of, 32)
        values["payment_reference"] = reading.value(
            row, "payment_reference", code_of, 64
        )
        values["priority"] = reading.value(row, "priority", reading.numbers.quantity)
        values["excludes_tax"] = _excludes_tax(row)
        row.values = {name: value for name, value in values.items() if value}
        if number:
            row.key = f"{values['channel']} {number}"

    def compare(self, units: Sequence[Unit], run: ImportRun) -> None:
        channels = {c.code: c for c in seen(Channel, run)}
        sound = [unit for unit in units if purchase.check(unit, channels)]
        before = known.find(sound, channels)
        unknown = _unknown_skus(sound, channels)
        for unit in sound:
            first = unit[0]
            channel = channels[first.values["channel"]]
            if found := before.get((channel.pk, first.values["external_id"])):
                known.compare(unit, found)
                continue
            for row in unit:
                row.effect = Effect.NEW
                if (channel.pk, sku := row.values["sku"]) in unknown:
                    row.values["is_unknown"] = True
                    text = _("Unknown SKU %(sku)s: the order is taken and waits.")
                    row.note = text % {"sku": sku}
            first.difference = {"total": [None, purchase.total_in_words(unit)]}

    def consequences(self, run: ImportRun) -> list[Consequence]:
        new = run.rows.filter(effect=Effect.NEW)
        orders = new.values("unit").distinct().count()
        waiting = new.filter(values__has_key="is_unknown")
        unknown = waiting.values("unit").distinct().count()
        said = []
        if orders:
            said.append(
                ngettext(
                    "%(n)s order comes in, is checked and routed.",
                    "%(n)s orders come in, are checked and routed.",
                    orders,
                )
                % {"n": whole(orders)}
            )
        if unknown:
            said.append(
                ngettext(
                    "%(n)s order has an unknown SKU and waits until somebody maps it.",
                    "%(n)s orders have unknown SKUs and wait until somebody maps them.",
                    unknown,
                )
                % {"n": whole(unknown)}
            )
        return list(map(Consequence, said))

    def apply(self, units: Sequence[Unit], run: ImportRun) -> dict[int, str]:
        channels = {c.code: c for c in Channel.objects.all()}  # looked at before
        by_channel: dict[str, list[Unit]] = defaultdict(list)
        for unit in units:
            by_channel[unit[0].values["channel"]].append(unit)
        refused: dict[int, str] = {}
        taken: dict[int, Unit] = {}
        for code, mine in by_channel.items():
            _store(channels[code], mine, run.job.actor, taken, refused)
        out = intake.take_in(taken, actor=run.job.actor)
        for pk, reasons in out.refused.items():
            refused[taken[pk][0].pk] = " ".join(reasons)
        for order in out.done:
            for row in taken[order.inbound_message_id]:
                row.undo, row.result = {"order": order.pk}, order.number
        return refused

    def undo(self, units: Sequence[Unit], run: ImportRun) -> dict[int, str]:
        rows = {unit[0].undo["order"]: unit[0] for unit in units}
        out = cancellation.cancel_orders(
            Order.objects.filter(pk__in=rows),
            reason=_("import undone"),
            actor=run.undo_job.actor,
        )
        for pk, text in cancellation.asked_elsewhere(out).items():
            out.refuse(pk, text)
        shipped = _shipped(out.refused)
        return {
            rows[pk].pk: shipped.get(pk) or " ".join(why)
            for pk, why in out.refused.items()
        }


def _shipped(orders: Iterable[int]) -> dict[int, str]:
    """Those of which something has left, in words."""
    lines = OrderLine.objects.filter(order__in=list(orders), shipped_quantity__gt=0)
    pieces = lines.values_list("order", "order__number").annotate(
        Sum("shipped_quantity")
    )
    text = _("Order %(number)s: %(n)d pieces have shipped; they come back by a return.")
    return {pk: text % {"number": number, "n": n} for pk, number, n in pieces}


def _excludes_tax(row: ImportRow) -> bool:
    said = row.cells.get("prices_include_tax", "").strip().lower() or "yes"
    if said not in YES | NO:
        row.wrong("prices_include_tax", _("expected yes or no"))
    return said in NO


def _store(
    channel: Channel,
    units: Sequence[Unit],
    actor: str,
    taken: dict[int, Unit],
    refused: dict[int, str],
) -> None:
    """Into the inbox: {message: unit}, and the rows whose message is there already."""
    messages = [
        RawMessage(
            unit[0].values["external_id"], purchase.incoming_of(unit).to_payload()
        )
        for unit in units
    ]
    out = store_messages(channel, messages, actor=actor)
    by_id = {unit[0].values["external_id"]: unit for unit in units}
    for message in out.done:
        taken[message.pk] = by_id[message.external_id]
    for position, reasons in out.refused.items():
        refused[units[position][0].pk] = " ".join(reasons)


def _unknown_skus(
    units: Sequence[Unit], channels: Mapping[str, Channel]
) -> set[tuple[int, str]]:
    """(channel, SKU) of no product and no listing."""
    said = {
        (channels[row.values["channel"]].pk, row.values["sku"])
        for unit in units
        for row in unit
    }
    skus = {sku for _channel, sku in said}
    found = among(Product.objects, "sku", skus).values_list("sku", flat=True)
    skus.difference_update(found)
    left = {key for key in said if key[1] in skus}
    listed = Listing.objects.filter(sku__in={sku for _channel, sku in left})
    return left - set(listed.values_list("channel", "sku"))
