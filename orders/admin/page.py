"""The order page: an answer, what to do next, the parts, then everything else."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from oms.core import desk, panels, tools
from oms.core.history import history
from orders import selectors
from orders.admin import answer, steps
from orders.admin.annotating import ANNOTATE, AnnotationForm
from orders.admin.holds import blocks_in_words
from orders.admin.risk import risk
from orders.models import Order
from orders.models.statuses import Status
from orders.services import asking, validation
from orders.services.ledger import Kind

MOST_LINES = 100


def load(pk: int) -> Order | None:
    """The order with all that its page reads."""
    order = selectors.order_for_page(pk)
    if order is None:
        return None
    order.open_items = selectors.open_items(order)
    if order.status == Status.PENDING:
        validation.load_facts([order])
    desk.load_facts(order)
    return order


def context(request, order: Order) -> dict[str, Any]:
    user = request.user
    sayings = desk.sayings_of(order)
    buttons = desk.buttons_of(order, user)
    people_only = request.GET.get("people") == "1"
    before = _number(request, "before")
    return {
        "order": order,
        "seen": order.newest_event,
        "answer": [saying.text for saying in sayings if saying.text],
        "next_step": _next_step(buttons, sayings),
        "reply": answer.reply(order, [saying.reply for saying in sayings]),
        "buttons": buttons,
        "has_primary": any(button.look == "primary" for button in buttons),
        "cards": desk.cards_of(order, user),
        "holds": _holds(order),
        "blocks_next": [hold["text"] for hold in order.active_holds],
        "items": [(i, desk.without_name(order, i.title)) for i in order.open_items],
        "is_live": order.status in Order.LIVE,
        "money": _money(order, user),
        "risk": risk(order) if order.risk_assessments.all() else None,
        "panels": panels.panels_of(order),
        "address": _address(order),
        "facts": _facts(order, user),
        "tools": _tools(order, user, buttons),
        "may_annotate": user.has_perm(ANNOTATE),
        "form": AnnotationForm(order=order),
        "history": history(order, user, people_only=people_only, before=before),
        "people_only": people_only,
        "before": before,
        **_lines(request, order),
    }


def _number(request, name: str) -> int | None:
    text = request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def _next_step(buttons: list[desk.Button], sayings: list[desk.Saying]) -> str:
    """What nobody can press a button for."""
    if any(button.look == "primary" for button in buttons):
        return ""
    steps = [saying.next_step for saying in sayings if saying.next_step]
    return steps[-1] if steps else ""


def _lines(request, order: Order) -> dict[str, Any]:
    lines = list(order.lines.all())
    last = max((len(lines) - 1) // MOST_LINES + 1, 1)
    number = min(max(_number(request, "lines") or 1, 1), last)
    start = (number - 1) * MOST_LINES
    return {
        "lines": lines[start : start + MOST_LINES],
        "line_count": len(lines),
        "line_pages": range(1, last + 1) if last > 1 else (),
        "line_page": number,
        "pieces": selectors.pieces(order),
        "with_discount": any(line.discount_amount for line in lines),
    }


def _holds(order: Order) -> list[dict[str, Any]]:
    """Active ones first."""
    rows = sorted(order.holds.all(), key=lambda h: (h.released_at is not None, -h.pk))
    return [
        {
            "hold": hold,
            "blocks": blocks_in_words(hold),
            "placed_by": hold.placed_by.removeprefix("user:"),
            "released_by": hold.released_by.removeprefix("user:"),
            "url": f"{reverse('admin:orders_hold_release', args=[hold.pk])}"
            f"?seen={steps.seen(order)}",
        }
        for hold in rows
    ]


def _money(order: Order, user) -> dict[str, Any]:
    def words(amount):
        return panels.money(amount, order.currency)

    lines = order.lines.all()
    tax = sum(line.tax_amount for line in lines) + order.shipping_tax_amount
    tax_label = _("Tax within it") if order.prices_include_tax else _("Tax")
    sums = [
        (_("Lines"), words(sum(line.total_amount for line in lines))),
        (_("Shipping"), words(order.shipping_amount)),
        (tax_label, words(tax)),
    ]
    if order.fee_amount:
        sums.append((_("Fee"), words(order.fee_amount)))
    claimed = order.claimed_total_amount
    if claimed is not None and claimed != order.total_amount:
        sums.append((_("The channel says"), words(claimed)))
    payments = sorted(order.payments.all(), key=lambda payment: payment.pk)
    return {
        "sums": sums,
        "total": words(order.total_amount),
        "payments": [_payment(payment, user) for payment in payments],
    }


def _payment(payment, user) -> dict[str, Any]:
    """What of it is anything."""
    amounts = [
        (_("Authorized"), payment.authorized_amount),
        (_("Being captured"), payment.capturing_amount),
        (_("Captured"), payment.captured_amount),
        (_("Given up"), payment.voided_amount),
        (_("Refunded"), payment.refunded_amount),
        (_("Can be refunded"), asking.open_amount(Kind.REFUND, payment)),
    ]
    return {
        "link": panels.link_for(user, type(payment), payment.pk, payment.gateway),
        "expires": payment.expires_at,
        "amounts": [
            (label, panels.money(amount, payment.currency))
            for label, amount in amounts
            if amount
        ],
    }


def _address(order: Order) -> list[str]:
    place = f"{order.ship_to_postal_code} {order.ship_to_city}".strip()
    parts = [order.ship_to_name, order.ship_to_company, order.ship_to_street]
    parts += [order.ship_to_street2, place, order.ship_to_region]
    return [*filter(None, [*parts, order.ship_to_country])]


def _facts(order: Order, user) -> list[tuple[str, Any]]:
    """What is seldom asked."""
    facts = [
        (_("Status"), order.get_status_display()),
        (_("Payment"), order.get_payment_status_display()),
        (_("Fulfillment"), order.get_fulfillment_status_display()),
        (_("Placed"), panels.moment(order.placed_at)),
        (_("Confirmed"), panels.moment(order.confirmed_at)),
        (_("Ship by"), panels.moment(order.ship_by)),
        (_("Service"), order.service),
        (_("Terms"), order.get_payment_terms_display()),
        (_("Message"), _message(order, user)),
    ]
    return [(label, value) for label, value in facts if value not in ("", "–")]


def _tools(order: Order, user, buttons: list[desk.Button]) -> list[tuple[str, str]]:
    """Those that are no next action already."""
    known = {button.url.partition("?")[0] for button in buttons}
    links = tools.links_of(order, user)
    return [
        (f"{label}…", f"{url}?seen={steps.seen(order)}")
        for label, url in links
        if url not in known
    ]


def _message(order: Order, user) -> str:
    pk = order.inbound_message_id
    return panels.link_for(user, "inboundmessage", pk) if pk else ""
