"""The returns desk: a scan names the parcel, each scan of a piece counts it, one key
says what becomes of it, Enter closes the parcel. One scan is what one person holds in
the hand: nothing here takes a set."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from fulfillment.services.answers import Tone
from oms.core.panels import money
from oms.core.sound import is_text
from oms.core.words import inside
from orders.models import Order
from returns.models import Return
from returns.models.lines import Disposition
from returns.selectors import preview_refund
from returns.services import counting, inspecting, requesting
from returns.services.counting import lock_table, out_of_date, undecided, waits
from returns.services.policies import Policies
from returns.services.requesting import room_of
from returns.services.table import (
    ACCEPTED,
    BLIND,
    MOST_CODE,
    Answer,
    Desk,
    Places,
    Status,
    Table,
    calm,
    is_here,
    meant,
    product_of,
    read,
    wrong,
)

KEYS = (  # 1 to 6
    Disposition.RESTOCK,
    Disposition.QUARANTINE,
    Disposition.REFURBISH,
    Disposition.SCRAP,
    Disposition.TO_VENDOR,
    Disposition.TO_CUSTOMER,
)


def look(key: str, places: Places) -> Answer:
    """What the desk shows before a scan; changes nothing."""
    table = _table(key, places)
    if table is None:
        text = _(
            "The number of a return (R1001) or an order (1001), or a tracking number."
        )
        return calm(_("Scan a parcel"), text)
    if table.ret:
        return _open(table)
    return _unasked(table) if table.order else _unknown_parcel(table)


def _table(key: str, places: Places) -> Table | None:
    return read(key, places) if key and is_text(key, MOST_CODE + 8) else None


def scan(code: str, desk: Desk, at=None) -> Answer:
    """Take one scan; an empty one closes the parcel. A page that is out of date changes
    nothing."""
    at = at or timezone.now()
    code = code.strip() if isinstance(code, str) else ""
    table = _table(desk.key, desk.places)
    if not code:
        return finish(desk, at)
    if not is_text(code, MOST_CODE):
        text = _("A code has 1 to %(most)d characters. Scan it again.")
        return wrong(_("Nothing was read"), text % {"most": MOST_CODE}, table)
    product = product_of(code)
    if table and product:
        return _piece(product, code, table, desk, at)
    if table and table.item:
        return undecided(table)
    return _parcel(code, table, desk, at) or _unknown(code, product, table)


def _piece(product, code: str, table: Table, desk: Desk, at) -> Answer:
    if table.ret:
        return counting.count(product, code, table, desk, False, at)
    if table.order is None:
        return counting.open_blind(product, table, desk, at)
    if not desk.may_open:
        return _unasked(table)
    return counting.open_for(product, table.order, desk, at)


def surplus(code: str, desk: Desk, at=None) -> Answer:
    """Count a piece that is not of this return, on purpose."""
    table = _table(desk.key, desk.places)
    product = product_of(code) if is_text(code, MOST_CODE) else None
    if table is None or table.ret is None or product is None:
        return look(desk.key, desk.places)
    return counting.count(product, code, table, desk, True, at or timezone.now())


@transaction.atomic
def decide(disposition: str, desk: Desk, at=None) -> Answer:
    """Say what becomes of the piece that was scanned last."""
    table = _table(desk.key, desk.places)
    if table is None or table.ret is None:
        return look(desk.key, desk.places)
    table = lock_table(table.ret)
    if desk.turns != table.turns:
        return out_of_date(table)
    if table.item is None or disposition not in KEYS:
        text = _("Scan a piece of %(ret)s, then press its key.") % {"ret": table.ret}
        return wrong(_("Nothing was decided"), text, table)
    name = table.row_of(table.item).name
    wish = inspecting.Decision(table.item.pk, disposition, 1)
    out = inspecting.dispose([wish], actor=desk.actor, at=at, more_follows=True)
    if out.refused:
        return wrong(_("Nothing was decided"), " ".join(out.refused[0]), table)
    answer = _open(read(table.key, None))
    if answer.table.item:
        return answer
    fate = {"name": name, "fate": Disposition(disposition).label}
    return answer._replace(title=_("%(name)s: %(fate)s") % fate)


@transaction.atomic
def finish(desk: Desk, at=None) -> Answer:
    """The parcel is empty: say what is due, what is missing, and what happens next."""
    at = at or timezone.now()
    table = _table(desk.key, desk.places)
    if table is None or table.ret is None:
        return look("", desk.places)
    table = lock_table(table.ret)
    if desk.turns != table.turns:
        return out_of_date(table)
    if table.item:
        return undecided(table)
    if not table.turns:
        text = _("Nothing of %(ret)s was counted. Scan another parcel.")
        return calm(_("Put aside"), text % {"ret": table.ret})
    if table.ret.status == Status.RECEIVED:
        out = inspecting.inspect_returns([table.ret], actor=desk.actor, at=at)
        if out.refused:
            reasons = " ".join(out.refused[table.ret.pk])
            return wrong(_("Not closed"), reasons, table)
    return _closed(table)


def approve(desk: Desk, at=None) -> Answer:
    """The parcel is here before anybody said that it may come."""
    table = _table(desk.key, desk.places)
    if table is None or table.ret is None:
        return look("", desk.places)
    if table.ret.status != Status.REQUESTED:
        return _open(table)
    out = requesting.approve_returns([table.ret], actor=desk.actor, at=at)
    if out.refused:
        return wrong(_("Not approved"), " ".join(out.refused[table.ret.pk]), table)
    return _open(read(desk.key, desk.places))


def unknown_parcel(tracking: str, desk: Desk) -> Answer:
    """Nobody knows it: the next piece opens a return without an order."""
    answer = look(desk.key, desk.places)
    if answer.table and answer.table.item:
        return undecided(answer.table)
    key = f"{BLIND}-{tracking}" if is_text(tracking, MOST_CODE) and tracking else BLIND
    return _unknown_parcel(Table(key))


# --- What it says ---------------------------------------------------------------------


def _open(table: Table) -> Answer:
    """What the return waits for next."""
    if table.item:
        return waits(table)
    ret = table.ret
    if ret.status == Status.REQUESTED:
        text = _(
            "%(ret)s was asked for and is not approved. Approve it, or put it aside."
        )
        return wrong(_("Not approved yet"), text % {"ret": ret}, table)
    if ret.status not in ACCEPTED:
        text = _("%(ret)s is %(status)s. Press B to count an unknown parcel.")
        facts = {"ret": ret, "status": inside(ret.get_status_display())}
        return wrong(_("It is over"), text % facts)
    if missing := table.missing():
        text = _("Expected: %(pieces)s. Press Enter when the parcel is empty.")
        return calm(_("Scan an item"), text % {"pieces": missing}, table)
    text = _("Scan what else is in it, or press Enter to close the parcel.")
    title = _("All is here") if table.is_known else _("Scan the next item")
    return calm(title, text, table)


def _unasked(table: Table) -> Answer:
    """An order of which nobody has asked to send anything back."""
    order = table.order
    facts = {"order": order}
    if against := Policies([order]).objections(order, [], timezone.now()):
        text = counting.objection(order, against)
        text = f"{text} {_('Press B to count it as an unknown parcel.')}"
        return wrong(_("Not taken back"), text, table)
    if not any(room > 0 for room in room_of([order]).values()):
        text = _(
            "%(order)s has sent nothing that could come back. Press B to count it."
        )
        return wrong(_("Not taken back"), text % facts, table)
    return calm(
        _("No return was asked for"),
        _("Scan the pieces: a return of %(order)s is opened for them.") % facts,
        table,
    )


def _unknown_parcel(table: Table) -> Answer:
    text = _("Scan its first piece: a return without an order is opened for it.")
    return calm(_("Unknown parcel"), text, table)


def _parcel(code: str, table: Table | None, desk: Desk, at) -> Answer | None:
    """Another parcel comes on the table; the one before it is closed."""
    returns, order = meant(code)
    if not returns and order is None:
        return None
    here = [ret for ret in returns if is_here(ret, desk.places)]
    if returns and not here:
        text = _("%(ret)s is expected at %(place)s. Take it there.")
        facts = {"ret": returns[0], "place": returns[0].location}
        return wrong(_("Not here"), text % facts, table)
    before = finish(desk, at) if table and table.ret and table.turns else None
    if before and before.done is None:
        return before
    if len(here) > 1:
        text = _("%(code)s has several returns: %(all)s. Scan the number of one.")
        facts = {"code": code, "all": ", ".join(ret.number for ret in here)}
        return wrong(_("Which return?"), text % facts)
    if not here and not desk.may_open:
        return _may_not_open(order)
    answer = look(here[0].number if here else order.number, desk.places)
    if before is None or (here and here[0].pk == before.done.pk):
        return answer
    return answer._replace(text=f"{before.title}. {answer.text}")


def _may_not_open(order: Order) -> Answer:
    text = _(
        "Nobody has asked to return anything of %(order)s, and you may not open it."
    )
    return wrong(_("No return was asked for"), text % {"order": order})


def _unknown(code: str, product, table: Table | None) -> Answer:
    if product:
        text = _("This is %(name)s (%(sku)s). Scan its parcel first, or press B.")
        facts = {"name": product.name, "sku": product.sku}
        return wrong(_("No parcel is open"), text % facts, table)
    if table:
        text = _(
            "%(code)s is no product. Put the piece aside; tell who keeps the products."
        )
        return wrong(_("Unknown item"), text % {"code": code}, table)
    text = _(
        "%(code)s is no return, order or tracking number. Press B to count it anyway."
    )
    answer = wrong(_("Unknown parcel"), text % {"code": code})
    return answer._replace(offered=code)


def _closed(table: Table) -> Answer:
    ret, facts = table.ret, []
    number = sum(row.counted for row in table.rows)
    pieces = ngettext("%(n)d piece", "%(n)d pieces", number) % {"n": number}
    title = _("%(ret)s: %(pieces)s counted") % {"ret": ret, "pieces": pieces}
    if missing := table.missing():
        facts.append(_("Missing: %(pieces)s.") % {"pieces": missing})
    if surplus := table.surplus():
        facts.append(_("Surplus, a work item: %(pieces)s.") % {"pieces": surplus})
    facts.append(_due(ret))
    return Answer(Tone.GOOD, title, " ".join(facts), done=ret)


def _due(ret: Return) -> str:
    """The refund, and who sees to it."""
    if ret.order_id is None:
        return _("Nobody knows its order yet: a work item asks for it.")
    said = preview_refund(ret)
    if said.why_not:
        return said.why_not
    amount = {"amount": money(said.amount, ret.order.currency)}
    if said.waits:
        text = _(
            "Refund due: %(amount)s. Next it is asked for, and a second person agrees."
        )
    else:
        text = _("Refund due: %(amount)s. Next it is asked for, and paid.")
    return text % amount
