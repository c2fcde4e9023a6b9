"""The answer on top of the order page: where the order stands, in sentences, and the
same for the customer. What stands at locations and on the road, fulfillment says."""

from collections.abc import Iterator

from django.utils.html import format_html
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from oms.core import panels
from oms.core.desk import Saying, register_saying, without_name
from oms.core.money import ZERO
from oms.core.when import date_in_words, day_in_words, time_in_words
from orders import selectors
from orders.models import Order
from orders.models.holds import HoldReason
from orders.models.statuses import Phase

FIRST, LAST = 0, 100  # what others say stands between


def headline(order: Order) -> Iterator[Saying]:
    """The phase, and what it means for this order."""
    yield HEADS.get(order.phase, _in_work)(order)


def _head(text: str, *more: str) -> str:
    return format_html("<b>{}</b> {}", text, " ".join(more))


def _new(order: Order) -> Saying:
    text = _("Placed %(when)s on %(channel)s and not confirmed yet.") % {
        "when": time_in_words(order.placed_at),
        "channel": order.channel,
    }
    items = order.open_items
    if items:
        text += " " + ngettext(
            "%(n)d finding keeps it waiting: %(first)s",
            "%(n)d findings keep it waiting; the first: %(first)s",
            len(items),
        ) % {"n": len(items), "first": without_name(order, items[0].title)}
    reply = _("we have it and are checking it; it is not sent yet.")
    step = _("see what its work items say") if items else _("confirm it")
    return Saying(_head(_("New."), text), reply, step)


def _unpaid(order: Order) -> Saying:
    secured = (
        sum(
            max(p.authorized_amount - p.voided_amount, p.captured_amount)
            for p in order.payments.all()
        )
        or ZERO
    )
    text = _("%(secured)s of %(total)s are secured; placed %(when)s.") % {
        "secured": panels.money(secured, order.currency),
        "total": panels.money(order.total_amount, order.currency),
        "when": time_in_words(order.placed_at),
    }
    reply = _("it is ready to go on as soon as your payment of %(total)s has come.") % {
        "total": panels.money(order.total_amount - secured, order.currency)
    }
    step = _("wait for the payment, or record it")
    return Saying(_head(_("Awaiting payment."), text), reply, step)


def _held(order: Order) -> Saying:
    active = [hold for hold in order.holds.all() if hold.released_at is None]
    texts = []
    for hold in sorted(active, key=lambda hold: hold.pk):
        text = _("%(reason)s, since %(when)s by %(who)s") % {
            "reason": hold.get_reason_display(),
            "when": time_in_words(hold.placed_at),
            "who": hold.placed_by.removeprefix("user:"),
        }
        if hold.note:
            text += f": “{hold.note.rstrip('.')}”"
        if hold.until:
            text += _("; ends %(when)s") % {"when": time_in_words(hold.until)}
        texts.append(f"{text}.")
    reply = _("it needs a check by us before it can go on; we are on it.")
    if any(hold.reason == HoldReason.CUSTOMER_REQUEST for hold in active):
        reply = _("it is on hold as you have asked, and not sent yet.")
    step = _("release the hold, or cancel the order")
    return Saying(_head(_("On hold."), *texts), reply, step)


def _waiting(order: Order) -> Saying:
    number = selectors.pieces(order)["waiting"]
    lines = [x for x in order.lines.all() if x.waiting_quantity and not x.is_bundle]
    names = [f"{line.waiting_quantity} × {line.name or line.sku}" for line in lines[:3]]
    if len(lines) > 3:
        names.append(_("%(n)d more lines") % {"n": len(lines) - 3})
    text = ngettext(
        "%(n)d piece waits for stock: %(what)s.",
        "%(n)d pieces wait for stock: %(what)s.",
        number,
    ) % {"n": number, "what": ", ".join(names)}
    reply = ngettext(
        "%(n)d item is out of stock at the moment and follows when it is here.",
        "%(n)d items are out of stock at the moment and follow when they are here.",
        number,
    ) % {"n": number}
    step = _("wait for goods, or cancel what is missing")
    return Saying(_head(_("Awaiting stock."), text), reply, step)


def _in_work(order: Order) -> Saying:
    count = selectors.pieces(order)
    if count["shipped"] and count["allocated"] + count["waiting"]:
        return Saying(_head(_("Partly shipped.")))
    return Saying(_head(_("In fulfillment.")), _("it is being prepared for you."))


def _shipped(order: Order) -> Saying:
    return Saying(_head(_("Shipped.")))


def _delivered(order: Order) -> Saying:
    return Saying(_head(_("Delivered.")), next_step=_("nothing is left to do"))


def _cancelled(order: Order) -> Saying:
    texts = []
    if order.cancelled_at is not None:
        text = _("Since %(when)s; nothing of it was shipped.")
        texts.append(text % {"when": time_in_words(order.cancelled_at)})
    if why := order.why_cancelled:
        texts.append(_("Reason: %(why)s.") % {"why": why.rstrip(".")})
    captured = sum(p.captured_amount - p.refunded_amount for p in order.payments.all())
    reply, step = _("it is cancelled, nothing will be sent."), ""
    if captured:
        rest = panels.money(captured, order.currency)
        texts.append(_("%(rest)s of it are still with us.") % {"rest": rest})
        step = _("refund the rest")
    return Saying(
        _head(_("Cancelled."), *texts), reply, step or _("nothing is left to do")
    )


HEADS = {
    Phase.NEW: _new,
    Phase.AWAITING_PAYMENT: _unpaid,
    Phase.ON_HOLD: _held,
    Phase.AWAITING_STOCK: _waiting,
    Phase.IN_FULFILLMENT: _in_work,
    Phase.SHIPPED: _shipped,
    Phase.DELIVERED: _delivered,
    Phase.CANCELLED: _cancelled,
}


def promise(order: Order) -> Iterator[Saying]:
    """What was promised, as long as it counts."""
    if order.phase in (Phase.CANCELLED, Phase.DELIVERED) or order.promised_at is None:
        return
    day = {"day": day_in_words(order.promised_at)}
    plain = {"day": date_in_words(order.promised_at)}
    if order.promised_at >= localdate():
        reply = _("it should be with you by %(day)s.") % plain
        if order.phase not in (Phase.IN_FULFILLMENT, Phase.SHIPPED):
            reply = ""
        yield Saying(_("Promised for %(day)s.") % day, reply)
        return
    text = _("Late: it was promised for %(day)s.") % day
    reply = _("it was to be with you by %(day)s and is late; we are sorry.") % plain
    yield Saying(format_html('<b class="late">{}</b>', text), reply)


register_saying(Order, FIRST, headline)
register_saying(Order, LAST, promise)


def reply(order: Order, parts: list[str]) -> str:
    """What is copied for the customer: plain text, nothing of the inside."""
    sentences = [part[:1].upper() + part[1:] for part in parts if part]
    start = _("Your order %(number)s:") % {"number": order.external_id or order.number}
    return " ".join([start, *sentences])
