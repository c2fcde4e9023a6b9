"""Returns in files: what customers or a 3PL say is coming back, by order and SKU. They
are asked for as staff do on a page: against the policy with a note only."""

from collections.abc import Mapping, Sequence

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from channels.messages import IncomingReturn, IncomingReturnLine, MessageError
from oms.core.api.models import Scope
from oms.core.files import keyed, values
from oms.core.files.columns import Column
from oms.core.files.models import ImportRow, ImportRun
from oms.core.files.shapes import Bound, Reading, Shape, Unit, seen
from orders.models import Order
from returns.models import Return
from returns.models.returns import ReturnReason
from returns.services.locking import lock_orders
from returns.services.messages import wish_of
from returns.services.requesting import (
    NewReturn,
    cancel_returns,
    request_returns,
    room_of,
)

Effect = ImportRow.Effect
UNDONE = gettext_lazy("import undone")
# What an export of returns says beside: known, and not read.
BESIDE = "channel", "status", "requested_at"


class Returns(Shape):
    """The rows of one order with one number of the channel are one return."""

    name = "returns"
    label = gettext_lazy("Returns")
    permission = "returns.add_return"
    key_scope, bound = Scope.RETURNS_WRITE, Bound.CHANNELS
    noun = gettext_lazy("returns")
    columns = (
        Column("order", ("Order number",), is_required=True),
        Column("sku", ("Item - SKU",), is_required=True),
        Column("quantity", ("qty", "pieces"), is_required=True),
        Column("number", ("Return number",)),
        Column("external_id", ("RMA", "RMA number", "Return - RMA Number")),
        Column("reason"),
        Column("note"),
        *map(Column, BESIDE),
    )
    is_grouped = True
    chunk = 200

    def read(self, row: ImportRow, reading: Reading) -> None:
        number = reading.value(row, "number", values.code_of, 32) or ""
        # One of ours may be a parcel that nobody announced.
        needed, least = (reading.value, 0) if number else (reading.required, 1)
        order = needed(row, "order", values.code_of, 128)
        sku = reading.required(row, "sku", values.code_of)
        quantity = reading.required(
            row, "quantity", reading.numbers.quantity, least=least
        )
        reason = reading.value(row, "reason", _reason)
        external = reading.value(row, "external_id", values.code_of, 128) or ""
        row.values = {
            "order": (order or "").removeprefix("#"),
            "sku": sku,
            "quantity": quantity,
            "number": number,
            "external_id": external,
            "reason": reason or ReturnReason.OTHER,
            "note": reading.value(row, "note", values.text_of, 200) or "",
        }
        row.key = " ".join(filter(None, [row.values["order"], number, external]))[:200]

    def compare(self, units: Sequence[Unit], run: ImportRun) -> None:
        known = _known(units, run)
        new = []
        for unit in units:
            if found := known.get(_name(unit)):
                _already(unit, found)
            elif all(r.values["order"] and r.values["quantity"] for r in unit):
                new.append(unit)
            else:
                text = _("there is no return %(number)s; name an order and pieces")
                unit[0].wrong("number", text % unit[0].values)
        with transaction.atomic():  # what the service says to it
            refused = _ask(new, run, run.actor)
            transaction.set_rollback(True)
        for unit in new:
            why = refused.get(unit[0].pk, "")
            for row in unit:
                row.effect = Effect.NEW
                pieces = row.values["quantity"]
                row.difference = {
                    "sku": [None, row.values["sku"]],
                    "quantity": [None, pieces],
                }
                if why:
                    row.wrong("", why)

    def apply(self, units: Sequence[Unit], run: ImportRun) -> dict[int, str]:
        return _ask(units, run, run.job.actor)

    def undo(self, units: Sequence[Unit], run: ImportRun) -> dict[int, str]:
        made = {unit[0].undo["return"]: unit for unit in units}
        found = Return.objects.filter(pk__in=made)
        out = cancel_returns(found, reason=str(UNDONE), actor=run.undo_job.actor)
        return {
            row.pk: " ".join(why) for pk, why in out.refused.items() for row in made[pk]
        }


def _reason(cell: str) -> str:
    """ "Changed mind" and changed_mind are the same."""
    return keyed.word_of("_".join(cell.replace("-", " ").split()), ReturnReason.values)


def _name(unit: Unit) -> tuple[str, str, str]:
    first = unit[0].values
    return first["order"], first["number"], first["external_id"]


def _known(units: Sequence[Unit], run: ImportRun) -> dict[tuple[str, str, str], Return]:
    """Returns that are here already, by our number or the channel's. One statement."""
    names = [_name(unit) for unit in units]
    found = (
        seen(Return, run)
        .filter(
            Q(number__in={number for _o, number, _e in names if number})
            | Q(external_id__in={external for _o, _n, external in names if external})
        )
        .select_related("order")
    )
    by_number = {ret.number: ret for ret in found}
    by_external = {
        (order, ret.external_id): ret
        for ret in found
        if ret.order
        for order in (ret.order.number, ret.order.external_id)
    }
    return {
        name: ret
        for name in names
        if (ret := by_number.get(name[1]) or by_external.get((name[0], name[2])))
    }


def _already(unit: Unit, ret: Return) -> None:
    for row in unit:
        row.effect = Effect.UNCHANGED
        row.note = _("%(ret)s is here already") % {"ret": ret}


def _ask(units: Sequence[Unit], run: ImportRun, actor: str) -> dict[int, str]:
    """Open them; {row pk: why not}. Remembers in each row what was made. A partner's
    program asks for a customer, whom the policy binds."""
    orders = _orders(units, run)
    source = Return.Source.STAFF if run.key is None else Return.Source.CUSTOMER
    room = room_of({order.pk: order for order in orders.values() if order}.values())
    wishes, asking, refused = [], [], {}
    for unit in units:
        try:
            wishes.append(_wish(unit, orders, room, source))
            asking.append(unit)
        except MessageError as error:
            refused |= {row.pk: str(error) for row in unit}
    out = request_returns(wishes, actor=actor)
    for position, reasons in out.refused.items():
        refused |= {row.pk: " ".join(reasons) for row in asking[position]}
    made = iter(out.done)
    for position, unit in enumerate(asking):
        if position not in out.refused:
            ret = next(made)
            for row in unit:
                row.undo, row.result = {"return": ret.pk}, str(ret)
    return refused


def _orders(units: Sequence[Unit], run: ImportRun) -> Mapping[str, Order | None]:
    """By our number or the channel's, locked; None where several channels have it."""
    names = {unit[0].values["order"] for unit in units}
    found = seen(Order, run).filter(Q(number__in=names) | Q(external_id__in=names))
    orders: dict[str, Order | None] = {}
    for order in lock_orders(found.values_list("pk", flat=True)):
        for name in {order.number, order.external_id} & names:
            orders[name] = None if name in orders else order
    return orders


def _wish(
    unit: Unit,
    orders: Mapping[str, Order | None],
    room: dict[int, int],
    source: Return.Source,
) -> NewReturn:
    order, _number, external = _name(unit)
    if order in orders and orders[order] is None:
        text = _("Order %(order)s is in several channels; write our own number.")
        raise MessageError(text % {"order": order})
    first = unit[0].values
    said = IncomingReturn(
        external,
        order,
        tuple(IncomingReturnLine(r.values["sku"], r.values["quantity"]) for r in unit),
        reason=first["reason"],
        note=first["note"],
    )
    return wish_of(said, orders.get(order), room, source)
