"""The packing station: the number of a fulfillment order or of an order opens its box,
each barcode or SKU counts one piece, the last piece sends it.

One scan is what one person holds in the hand: nothing here takes a set.
"""

from collections.abc import Collection
from datetime import datetime
from functools import partial

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from fulfillment.models import FulfillmentOrder, PackScan
from fulfillment.services import sending, work
from fulfillment.services.answers import Answer, Tone, of_wave, stop, wrong
from fulfillment.services.codes import MOST_CODE, find_wave, product_of, works_of
from fulfillment.services.packing import (
    Box,
    Status,
    box_of,
    empty_box,
    lock_box,
    take_out,
    why_stopped,
)
from inventory.models import Product
from oms.core.sets import insert_rows
from oms.core.sound import is_text
from oms.core.words import inside

Places = Collection[int] | None  # keys of locations; None for all


def scan(
    code: str, *, box: int | None, after: int, places: Places, actor: str, at=None
) -> Answer:
    """Take one scan. `box`: the key of the fulfillment order that the page shows, and
    `after` the number of its last scan; a page that is out of date changes nothing."""
    at = at or timezone.now()
    code = code.strip() if isinstance(code, str) else ""
    into = partial(_into_box, code, places=places, actor=actor, at=at)
    current = into(box, after) if type(box) is int else None
    if isinstance(current, Answer):
        return current
    if not code or not is_text(code, MOST_CODE):
        return _unread()
    if found := find_wave(code):
        return of_wave(found, places)
    return _open(code, places, actor, at) or _unknown(code, current)


@transaction.atomic
def _into_box(
    code: str, pk: int, after: int, *, places: Places, actor: str, at: datetime
) -> Answer | Box | None:
    """The box itself where the code is none of its goods: another order, or nothing.
    Its lock ends here, so that nobody ever holds two."""
    box = lock_box(pk, places)
    if box is None:
        return None
    if answer := not_now(box, after, at):
        return answer
    if box.work.status not in FulfillmentOrder.IN_HAND:
        return None
    if not code or not is_text(code, MOST_CODE):
        return _unread(box)
    if product := product_of(code):
        return _count(box, product, code, actor, at)
    found = works_of(code)
    if box.work.pk in {each.pk for each in found}:
        return progress(box) if box.lacking else sending.send(box, actor, at)
    if box.is_begun and (found or find_wave(code)):
        return _unfinished(box, code)
    return box


def _unread(box: Box | None = None) -> Answer:
    text = _("A code has 1 to %(most)d characters. Scan it again.")
    return wrong(_("Nothing was read"), text % {"most": MOST_CODE}, box)


@transaction.atomic
def start_again(
    *, box: int | None, after: int, places: Places, actor: str, at=None
) -> Answer:
    """Everything goes out of the box and is counted anew."""
    at = at or timezone.now()
    current = lock_box(box, places) if type(box) is int else None
    if current is None:
        return look("", places)
    if answer := not_now(current, after, at):
        return answer
    if current.work.status != Status.PICKING:
        text = _("%(work)s is %(status)s; its box is closed.")
        return wrong(_("Too late"), text % _facts(current.work), current)
    empty_box(current, at=at)
    rows = [row._replace(counted=0) for row in current.rows]
    text = _("Take everything out of the box, then scan: %(wanted)s.")
    current = current._replace(rows=rows)
    text %= {"wanted": current.still_wanted()}
    return Answer(Tone.CALM, _("Start again"), text, current)


def look(number: str, places: Places) -> Answer:
    """What the station shows before a scan; changes nothing."""
    current = box_of(number, places) if is_text(number, MOST_CODE) else None
    if current is None:
        text = _("The number of a fulfillment order (F1001) or of an order (1001).")
        return Answer(Tone.CALM, _("Scan an order"), text)
    if reason := why_stopped(current.work):
        return stop(current, reason)
    if current.work.status == Status.FULFILLED:
        return sending.sent_already(current)
    return progress(current)


def not_now(box: Box, after: int, at: datetime) -> Answer | None:
    """A page that is out of date, goods that must not leave, a box that holds more than
    is wanted by now: each is told before anything is counted."""
    if reason := why_stopped(box.work):
        return stop(box, reason)
    if after != box.scans:
        return _out_of_date(box)
    surplus = [row for row in box.rows if row.lacking < 0]
    if not surplus:
        return None
    take_out(surplus, at=at)
    text = _("The order was changed. Take out of the box: %(pieces)s.") % {
        "pieces": ", ".join(row.pieces(-row.lacking) for row in surplus)
    }
    rows = [row._replace(counted=min(row.counted, row.wanted)) for row in box.rows]
    box = box._replace(rows=[row for row in rows if row.wanted])
    then = _("Then scan on.") if box.lacking else _then(box.work)
    return wrong(_("STOP: too much in the box"), f"{text} {then}", box)


def _out_of_date(box: Box) -> Answer:
    title = _("This scan was counted already")
    if box.work.status == Status.FULFILLED:
        return sending.sent_already(box)._replace(title=title)
    text = _("These are the counts now. Scan again if your piece is not among them.")
    return wrong(title, f"{text} {progress(box).text}", box)


def _then(of: FulfillmentOrder) -> str:
    return _("Then scan %(number)s to send it.") % {"number": of.number}


def _count(box: Box, product: Product, code: str, actor: str, at: datetime) -> Answer:
    mine = [row for row in box.rows if row.line.order_line.product_id == product.pk]
    facts = {
        "name": product.name,
        "sku": product.sku,
        "work": box.work.number,
        "wanted": box.still_wanted(),
    }
    if not box.lacking:
        text = _("This is %(name)s (%(sku)s), and %(work)s is complete. Put it back.")
        text = f"{text % facts} {_then(box.work)}"
        return wrong(_("STOP: one too many"), text, box)
    if not mine:
        text = _(
            "This is %(name)s (%(sku)s), which %(work)s does not take. Put it back. "
            "Wanted: %(wanted)s."
        )
        return wrong(_("STOP: wrong item"), text % facts, box)
    lacking = [row for row in mine if row.lacking]
    if not lacking:
        text = _(
            "All of %(name)s (%(sku)s) is in the box. Put this one back. Wanted: "
            "%(wanted)s."
        )
        return wrong(_("STOP: one too many"), text % facts, box)
    line = lacking[0].line
    piece = PackScan(fulfillment_order=box.work, fulfillment_line=line, code=code)
    piece.number, piece.actor, piece.at = box.scans + 1, actor, at
    insert_rows([piece])
    box = box.with_one_more(line)
    return progress(box, line.pk) if box.lacking else sending.send(box, actor, at)


def progress(box: Box, line: int | None = None) -> Answer:
    if not box.lacking:
        text = _("Scan %(number)s to send it.") % {"number": box.work.number}
        return Answer(Tone.CALM, _("All is counted"), text, box)
    title = ngettext("%(n)d piece to go", "%(n)d pieces to go", box.lacking)
    text = _("Wanted: %(wanted)s.") % {"wanted": box.still_wanted()}
    for row in box.rows:
        if row.line.pk == line:
            counted = _("%(name)s: %(counted)d of %(all)d.")
            facts = {"name": row.name, "counted": row.counted, "all": row.wanted}
            text = f"{counted % facts} {text}"
    return Answer(Tone.CALM, title % {"n": box.lacking}, text, box, line)


def _unfinished(box: Box, code: str) -> Answer:
    text = _(
        "%(work)s lacks: %(wanted)s. Scan them, or put it aside (Esc) before %(code)s."
    )
    facts = {"work": box.work.number, "wanted": box.still_wanted(), "code": code}
    return wrong(_("STOP: not finished"), text % facts, box)


def _unknown(code: str, box: Box | None) -> Answer:
    if product := product_of(code):
        text = _("This is %(name)s (%(sku)s). Scan the order that it goes to first.")
        facts = {"name": product.name, "sku": product.sku}
        return wrong(_("No order is open"), text % facts, box)
    text = _(
        "%(code)s is no order, barcode or SKU that is known here. Put the item aside "
        "and tell who keeps the products."
    )
    return wrong(_("Unknown code"), text % {"code": code}, box)


@transaction.atomic
def _open(code: str, places: Places, actor: str, at: datetime) -> Answer | None:
    """None where the code is no order."""
    found = works_of(code)
    if not found:
        return None
    here = [each for each in found if places is None or each.location_id in places]
    if not here:
        text = _("%(code)s is packed at %(place)s, not at your place. Take it there.")
        facts = {"code": code, "place": _list(each.location for each in found)}
        return wrong(_("Not here"), text % facts)
    alive = [each for each in here if each.status in FulfillmentOrder.OPEN]
    if len(alive) > 1:
        text = _("%(code)s has several parts: %(parts)s. Scan the number of one.")
        parts = [f"{each.number} ({each.location})" for each in alive]
        return wrong(_("Which part?"), text % {"code": code, "parts": _list(parts)})
    box = lock_box((alive or here)[-1].pk, places)
    return _begin(box, actor, at)


def _list(names) -> str:
    return ", ".join(dict.fromkeys(map(str, names)))


def _facts(of: FulfillmentOrder) -> dict[str, str]:
    status = inside(of.get_status_display())
    return {"work": of.number, "status": status, "place": of.location}


def _begin(box: Box, actor: str, at: datetime) -> Answer:
    """Its goods are in somebody's hands from now on."""
    if box.work.status == Status.FULFILLED:
        return sending.sent_before(box)
    if answer := not_now(box, box.scans, at) or _not_here(box):
        return answer
    if box.work.status == Status.RELEASED:
        out = work.start_picking([box.work], actor=actor, at=at)
        if out.refused:
            return wrong(_("Not now"), _list(out.refused[box.work.pk]))
        box = lock_box(box.work.pk, None)
    return progress(box) if box.lacking else sending.send(box, actor, at)


def _not_here(box: Box) -> Answer | None:
    """Work that is not packed by scans now."""
    facts = _facts(box.work)
    if not box.work.location.keeps_stock:
        text = _("%(work)s is sent by its supplier %(place)s. Nothing is packed here.")
        return wrong(_("Not here"), text % facts)
    if box.work.status not in (Status.RELEASED, *FulfillmentOrder.IN_HAND):
        text = _("%(work)s is %(status)s. It is packed once it is released.")
        return wrong(_("Not yet"), text % facts)
    if box.work.status == Status.PACKED and box.lacking:
        text = _("%(work)s was packed without scans. Ship it in the list of shipments.")
        return wrong(_("Packed already"), text % facts)
    return None
