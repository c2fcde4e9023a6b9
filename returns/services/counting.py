"""One scanned piece becomes part of a return: of one that was agreed, of one that the
desk opens for it, or of a parcel that nobody knows."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from inventory.models import Product
from oms.core.sets import assign_ids, insert_rows, update_rows
from oms.core.timeline import event_of
from orders.models import Order, OrderLine
from returns.models import Return, ReturnLine
from returns.services import blind, receiving, requesting
from returns.services.locking import lock_orders, lock_returns
from returns.services.policies import Policies
from returns.services.table import (
    Answer,
    Desk,
    Table,
    calm,
    changed_by,
    expected,
    read,
    rows_of,
    wrong,
)


def lock_table(ret: Return) -> Table:
    """As it is now, with its order locked."""
    [locked] = lock_returns([ret.pk], whole_orders=False)
    return rows_of(locked)


def out_of_date(table: Table) -> Answer:
    """The page is older than the return: a form that was sent twice, or a second
    person."""
    text = _("These are the counts now. Scan again if your piece is not among them.")
    text = f"{text} {changed_by(table.ret)}"
    return wrong(_("This was counted already"), text, table)


def undecided(table: Table) -> Answer:
    row = table.row_of(table.item)
    text = _(
        "Press a key for %(name)s first. What you have just scanned is not counted."
    )
    return wrong(_("Say what becomes of it"), text % {"name": row.name}, table)


def waits(table: Table) -> Answer:
    """A piece was counted: its key is next."""
    row = table.row_of(table.item)
    facts = {"name": row.name, "counted": row.counted, "wanted": row.wanted}
    text = _("Press a key, then scan the next item.")
    if row.wanted:
        text = _("%(counted)d of %(wanted)d.") % facts + " " + text
    return calm(_("%(name)s: in what condition?") % facts, text, table)


@transaction.atomic
def count(
    product: Product,
    code: str,
    table: Table,
    desk: Desk,
    on_purpose: bool,
    at: datetime,
) -> Answer:
    """Count one piece for the return of the table."""
    table = lock_table(table.ret)
    if desk.turns != table.turns:
        return out_of_date(table)
    if table.item:
        return undecided(table)
    if product.is_bundle:
        text = _("%(name)s (%(sku)s) is a set. Scan its pieces one by one.")
        return wrong(_("Scan the pieces"), text % _names(product, table), table)
    known = table.is_known
    if known and not _is_agreed(product, table):
        reason = _widen(product, table, desk, at)
        if reason and not on_purpose:
            return _surplus(product, code, table, reason)
    return _receive(product, table.ret, desk, at)


def _names(product: Product, table: Table) -> dict:
    return {"name": product.name, "sku": product.sku, "ret": table.ret}


def _is_agreed(product: Product, table: Table) -> bool:
    return any(
        row.line.product_id == product.pk and row.missing
        for row in table.rows
        if row.line.order_line_id
    )


def _surplus(product: Product, code: str, table: Table, reason: str) -> Answer:
    text = _(
        "%(why)s It is not counted. Put it aside, or press S to keep it as surplus."
    )
    answer = wrong(_("Not of this return"), text % {"why": reason}, table)
    return answer._replace(offered=code)


def _receive(product: Product, ret: Return, desk: Desk, at: datetime) -> Answer:
    arrival = receiving.Arrival(ret.pk, product.pk, 1, desk.place)
    out = receiving.receive_returns([arrival], actor=desk.actor, at=at)
    if out.refused:
        table = read(ret.number, None)
        return wrong(_("Not counted"), " ".join(out.refused[0]), table)
    return _scanned(product, out.done[0], desk, at)


def _scanned(product: Product, ret: Return, desk: Desk, at: datetime) -> Answer:
    facts = {"sku": product.sku}
    event = event_of(ret, "return.scanned", actor=desk.actor, at=at, data=facts)
    insert_rows([event])
    return waits(read(ret.number, None))


# --- Nothing was agreed ---------------------------------------------------------------


def _widen(product: Product, table: Table, desk: Desk, at: datetime) -> str:
    """One piece more for a return that the desk has opened; "" or why not."""
    names = _names(product, table)
    if table.ret.source != Return.Source.DESK or not desk.may_open:
        same = [row for row in table.rows if row.line.product_id == product.pk]
        if same:
            return _("All of %(name)s (%(sku)s) that was agreed is here.") % names
        return _("%(name)s (%(sku)s) was not agreed for %(ret)s.") % names
    [order] = lock_orders([table.ret.order_id])
    line, reason = _line_for(product, order, at)
    if reason:
        return reason
    for row in table.rows:
        if row.line.order_line_id == line.pk:
            wanted = {row.line.pk: (1,)}
            update_rows(ReturnLine, wanted, ["authorized_quantity"], add=True)
            return ""
    new = ReturnLine(ret=table.ret, order_line=line, product=product, sku=line.sku)
    new.authorized_quantity = 1
    assign_ids([new])
    insert_rows([new])
    return ""


def _line_for(product: Product, order: Order, at) -> tuple[OrderLine | None, str]:
    """The line of a locked order that one more piece may come back for; or why none."""
    names = {"name": product.name, "sku": product.sku, "order": order}
    mine = [line for line in order.lines.all() if line.product_id == product.pk]
    room = requesting.room_of([order])
    free = [line for line in mine if room.get(line.pk, 0) > 0]
    if not mine:
        return None, _("%(name)s (%(sku)s) is not on %(order)s.") % names
    if not free:
        text = _(
            "All of %(name)s (%(sku)s) that %(order)s has sent is back, or asked for."
        )
        return None, text % names
    if against := Policies([order]).objections(order, free[:1], at):
        return None, objection(order, against)
    return free[0], ""


def objection(order: Order, against: list[str]) -> str:
    text = _("%(order)s cannot be returned: %(why)s.")
    return text % {"order": order, "why": "; ".join(against)}


@transaction.atomic
def open_for(product: Product, order: Order, desk: Desk, at: datetime) -> Answer:
    """Open a return of an order for its first piece."""
    [order] = lock_orders([order.pk])
    bare = Table(order.number, order=order)
    if found := sent_before(desk) or next(iter(expected(order)), None):
        return out_of_date(read(found.number, None))
    if desk.form is None:
        return form_lost()
    line, reason = _line_for(product, order, at)
    if reason:
        text = _("%(why)s Put it aside, or press B to count an unknown parcel.")
        return wrong(_("Not taken back"), text % {"why": reason}, bare)
    wish = requesting.NewReturn(
        order.pk, {line.pk: 1}, source=Return.Source.DESK, location_id=desk.place
    )
    out = requesting.request_returns([wish], actor=desk.actor, at=at)
    if out.refused:
        return wrong(_("Not taken back"), " ".join(out.refused[0]), bare)
    [ret] = out.done
    update_rows(Return, {ret.pk: (desk.form,)}, ["opened_by_form"])
    requesting.approve_returns([ret], actor=desk.actor, at=at)
    return _receive(product, ret, desk, at)


def open_blind(product: Product, table: Table, desk: Desk, at: datetime) -> Answer:
    """Open a return without an order for the first piece of a parcel."""
    if desk.form is None:
        return form_lost()
    parcel = blind.Parcel(desk.place, product.pk, 1, tracking_number=table.tracking)
    try:
        with transaction.atomic():
            out = blind.receive_blind([parcel], actor=desk.actor, at=at)
            if out.refused:
                return wrong(_("Not counted"), " ".join(out.refused[0]), table)
            [ret] = out.done
            update_rows(Return, {ret.pk: (desk.form,)}, ["opened_by_form"])
            return _scanned(product, ret, desk, at)
    except IntegrityError:  # the same form, sent twice
        return out_of_date(read(sent_before(desk).number, None))


def sent_before(desk: Desk) -> Return | None:
    """The return that this very form has opened already."""
    if desk.form is None:
        return None
    return Return.objects.filter(opened_by_form=desk.form).first()


def form_lost() -> Answer:
    text = _("The page was out of date. Scan the parcel again, then the piece.")
    return wrong(_("Nothing was counted"), text)
