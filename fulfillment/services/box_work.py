"""What is done at a packing station beside scanning: choosing the box, weighing it,
telling that a piece is missing, taking a label back.

One box is what one person has before them: nothing here takes a set.
"""

from collections.abc import Callable, Collection
from datetime import datetime
from functools import wraps

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from fulfillment.models import FulfillmentOrder, Label, Package, Shipment
from fulfillment.services import label_voiding, missing, sending
from fulfillment.services.answers import Answer, Tone, stop, wrong
from fulfillment.services.codes import MOST_CODE
from fulfillment.services.labels import MOST_GRAMS
from fulfillment.services.missing import Missing
from fulfillment.services.packing import Box, Status, lock_box, why_stopped
from fulfillment.services.scanning import Places, look, not_now, progress
from oms.core.sets import update_rows
from oms.core.sound import is_text
from oms.core.words import inside
from orders.services import rollups

Act = Callable[..., Answer]


def _on_a_box(act: Act) -> Act:
    """Call `act` with the box under its lock, while goods may go into it."""

    @wraps(act)
    @transaction.atomic
    def on_a_box(
        value, *, box: int | None, places: Places, actor: str, at=None, **more
    ):
        at = at or timezone.now()
        current = lock_box(box, places) if type(box) is int else None
        if current is None:
            return look("", places)
        if reason := why_stopped(current.work):
            return stop(current, reason)
        if current.work.status not in FulfillmentOrder.IN_HAND:
            text = _("%(work)s is %(status)s; nothing was changed.")
            status = inside(current.work.get_status_display())
            text %= {"work": current.work.number, "status": status}
            return wrong(_("Too late"), text, current)
        return act(value, current, actor=actor, at=at, **more)

    return on_a_box


@_on_a_box
def choose_package(code: str, box: Box, *, actor: str, at: datetime) -> Answer:
    """Take this kind of box; its own weight counts."""
    rows = Package.objects.filter(is_active=True)
    package = rows.filter(code=code).first() if is_text(code, MOST_CODE) else None
    if package is None:
        text = _("%(code)s is no box that is in use. Choose one of those shown.")
        return wrong(_("No such box"), text % {"code": code}, box)
    if answer := _labelled(box):
        return answer
    box.work.package = package
    _write(box, package=package.pk)
    text = _("%(box)s. %(more)s") % {"box": package, "more": progress(box).text}
    return Answer(Tone.CALM, _("Box chosen"), text, box)


@_on_a_box
def weigh(grams: int | None, box: Box, *, actor: str, at: datetime) -> Answer:
    """The scale says more than the products; what stands packed goes on with it."""
    if type(grams) is not int or not 1 <= grams <= MOST_GRAMS:
        text = _("A weight is a whole number of grams from 1 to %(most)d. Weigh again.")
        return wrong(_("No weight"), text % {"most": MOST_GRAMS}, box)
    if answer := _labelled(box):
        return answer
    box.work.weighed_grams = grams
    _write(box, grams=grams)
    if box.work.status == Status.PACKED and not box.lacking:
        return sending.send(box, actor, at)
    text = _("%(grams)d g. %(more)s")
    text %= {"grams": grams, "more": progress(box).text}
    return Answer(Tone.CALM, _("Weighed"), text, box)


def _labelled(box: Box) -> Answer | None:
    """A label says what it weighs: it is taken back first."""
    if _labels(box).exists():
        text = _("Its label is bought for this box and weight. Void the label first.")
        return wrong(_("It has a label"), text, box)
    return None


def _labels(box: Box):
    return Label.objects.filter(
        shipment__fulfillment_order=box.work,
        shipment__status=Shipment.Status.DRAFT,
        status__in=Label.LIVE,
    ).defer("document")


def _write(box: Box, *, package: int | None = None, grams: int | None = None) -> None:
    package = package or box.work.package_id
    grams = grams or box.work.weighed_grams
    rows = {box.work.pk: (package, grams)}
    update_rows(FulfillmentOrder, rows, ["package", "weighed_grams"])
    rollups.touch([box.work.order_id])


@_on_a_box
def tell_short(
    code: str, box: Box, *, lines: Collection[int], after: int, actor: str, at: datetime
) -> Answer:
    """These lines lack pieces that are not in the tote; the box goes on without."""
    if answer := not_now(box, after, at):
        return answer
    rows = [row for row in box.rows if row.lacking and row.line.pk in lines]
    if box.work.status != Status.PICKING or not rows:
        text = _("Choose what is missing among the items that are still wanted.")
        return wrong(_("Nothing was told"), text, box)
    pieces = sum(row.lacking for row in rows)
    said = {row.line.pk: Missing(row.lacking, code) for row in rows}
    out = missing.tell_missing(said, actor=actor, at=at)
    if out.refused:
        reasons = [reason for some in out.refused.values() for reason in some]
        return wrong(_("Nothing was told"), " ".join(reasons), box)
    return _go_on(lock_box(box.work.pk, None), pieces, actor, at)


def _go_on(box: Box, pieces: int, actor: str, at: datetime) -> Answer:
    text = ngettext(
        "%(n)d piece is told as missing.", "%(n)d pieces are told as missing.", pieces
    ) % {"n": pieces}
    title = _("Told as missing")
    if box.work.status == Status.CANCELLED:
        more = _("Nothing is left for this box. Scan the next order.")
        return Answer(Tone.CALM, title, f"{text} {more}")
    if box.work.order.ship_complete:
        more = _(
            "The order goes in one delivery: put the box aside (Esc) until the rest "
            "is here."
        )
        return wrong(title, f"{text} {more}", box)
    if not box.lacking:
        return sending.send(box, actor, at)
    return Answer(Tone.CALM, title, f"{text} {progress(box).text}", box)


@transaction.atomic
def void_label(*, box: int | None, places: Places, actor: str, at=None) -> Answer:
    """Take back the label of a parcel that stands here; also of one that is stopped."""
    current = lock_box(box, places) if type(box) is int else None
    if current is None:
        return look("", places)
    out = label_voiding.void_labels(_labels(current), actor=actor, at=at)
    if out.refused or not out.done:
        reasons = [reason for some in out.refused.values() for reason in some]
        text = " ".join(reasons) or _("No parcel stands here with a label.")
        return wrong(_("No label was voided"), text, current)
    text = _("Take it off. Scan %(number)s again to buy another.")
    text %= {"number": current.work.number}
    return Answer(Tone.CALM, _("Label voided"), text, current)
