"""How work items of orders and payments are mended: what the fixes call, the pages, and
the orders that they are about."""

from collections.abc import Callable, Mapping, Sequence
from urllib.parse import urlencode

from django import forms
from django.db.models import Value
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from oms.core import panels
from oms.core.fixes import Comparison, Document, by_subject, nothing_to_do
from oms.core.lists import additions
from oms.core.models import WorkItem
from oms.core.outcome import Outcome
from orders.admin.findings import TYPED
from orders.models import Hold, Order, Payment, PaymentRequest
from orders.services import asking, holds, paymentitems, risk, settling
from orders.services.acceptance import accept_findings
from orders.services.addresses import apply_suggestions
from orders.services.confirmation import confirm_orders

Items = Sequence[WorkItem]


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=200,
        initial=gettext_lazy("Looked at: it is right as it is."),
        help_text=gettext_lazy("Why it is right. It stands on the timeline."),
    )


# --- What fixes do -------------------------------------------------------------------


def _orders(items: Items):
    return Order.objects.filter(pk__in=[item.subject_id for item in items])


def suggestion(items: Items, actor: str, values: dict) -> Outcome:
    return by_subject(items, apply_suggestions(_orders(items), actor=actor))


def accept(items: Items, actor: str, values: dict) -> Outcome:
    kinds = {item.subject_id: [item.kind] for item in items}
    return by_subject(items, accept_findings(kinds, actor=actor, **values))


def try_again(items: Items, actor: str, values: dict) -> Outcome:
    return by_subject(items, confirm_orders(_orders(items), actor=actor))


def release(items: Items, actor: str, values: dict) -> Outcome:
    """The hold that the risk has placed."""
    rows = Hold.objects.filter(
        order__in=[item.subject_id for item in items],
        source=risk.SOURCE,
        released_at=None,
    )
    owners = dict(rows.values_list("pk", "order"))
    out = holds.release_holds(owners, actor=actor, note=values["reason"])
    refused = {owners[pk]: reasons for pk, reasons in out.refused.items()}
    for item in items:
        if item.subject_id not in owners.values():
            refused[item.subject_id] = [nothing_to_do(item)]
    return by_subject(items, Outcome(refused=refused))


def capture(items: Items, actor: str, values: dict) -> Outcome:
    """All that is authorized and open of their orders."""
    rows = Payment.objects.filter(pk__in=[item.subject_id for item in items])
    owners = dict(rows.values_list("pk", "order"))
    orders = sorted(set(owners.values()))
    out = asking.request_captures(map(asking.Wanted, orders), actor=actor)
    refused = {
        pk: out.refused[orders.index(order)]
        for pk, order in owners.items()
        if orders.index(order) in out.refused
    }
    return by_subject(items, Outcome(refused=refused))


def ask_again(items: Items, actor: str, values: dict) -> Outcome:
    """What is open, or has failed last, of what these items are about."""
    rows = PaymentRequest.objects.filter(
        payment__in=[item.subject_id for item in items],
        status__in=[*PaymentRequest.OPEN, PaymentRequest.Status.FAILED],
    )
    last = {}
    for pk, payment, kind in rows.order_by("pk").values_list("pk", "payment", "kind"):
        last[payment, paymentitems.failed(kind)] = pk
        last[payment, ""] = pk
    asked = {
        item: last.get((item.subject_id, item.kind), last.get((item.subject_id, "")))
        for item in items
    }
    wanted = {pk for pk in asked.values() if pk is not None}
    out, answer = settling.retry_requests(wanted, actor=actor), Outcome()
    for item, pk in asked.items():
        if pk is None or pk in out.refused:
            answer.refused[item.pk] = out.refused.get(pk) or [nothing_to_do(item)]
        else:
            answer.done.append(item)
    return answer


# --- Ways and comparisons ------------------------------------------------------------


def order_page(item: WorkItem) -> str:
    return panels.page_url(Order, item.subject_id)


def payment_page(item: WorkItem) -> str:
    return panels.page_url(Payment, item.subject_id)


def at_order(name: str) -> Callable[[WorkItem], str]:
    return lambda item: reverse(f"admin:orders_order_{name}", args=[item.subject_id])


def at_order_of_payment(name: str) -> Callable[[WorkItem], str]:
    def url(item: WorkItem) -> str:
        rows = Payment.objects.filter(pk=item.subject_id)
        pk = rows.values_list("order", flat=True).first()
        return reverse(f"admin:orders_order_{name}", args=[pk]) if pk else ""

    return url


def listing(item: WorkItem) -> str:
    rows = Order.objects.filter(pk=item.subject_id)
    channel = rows.values_list("channel", flat=True).first()
    if not channel or not item.data.get("skus"):
        return ""
    query = urlencode({"channel": channel, "sku": item.data["skus"][0]})
    return f"{reverse('admin:channels_listing_add')}?{query}"


def address(item: WorkItem) -> Comparison | None:
    found = item.data.get("suggestion")
    order = Order.objects.filter(pk=item.subject_id).first() if found else None
    if order is None:
        return None
    rows = [
        (
            Order._meta.get_field(name).verbose_name,
            getattr(order, name),
            str(found.get(name, getattr(order, name))),
        )
        for name in TYPED
    ]
    shown = [row for row in rows if row[1] or row[2]]
    return Comparison(_("As it is"), _("Suggested"), shown)


def documents(items: Items) -> Mapping[int, Document]:
    """The orders of the items, and of those about a part of an order."""
    parts = additions(Order).parts
    keys: dict[str, list[int]] = {}
    for item in items:
        keys.setdefault(item.subject_type, []).append(item.subject_id)
    arms = []
    for name, model in {"order": Order, **parts}.items():
        if name not in keys:
            continue
        path = "" if model is Order else "order__"
        rows = model.objects.filter(pk__in=keys[name])
        if path:
            rows = rows.filter(order__isnull=False)
        names = (f"{path}pk", f"{path}number", f"{path}ship_to_name")
        arms.append(rows.order_by().values_list(Value(name), "pk", *names))
    found = list(arms[0].union(*arms[1:], all=True)) if arms else []
    owners = {(name, pk): order for name, pk, *order in found}
    shown = {}
    for item in items:
        if owner := owners.get((item.subject_type, item.subject_id)):
            pk, number, who = owner
            shown[item.pk] = Document(
                panels.link(Order, pk, number),
                who,
                ("order", pk),
                str(Order(number=number)),
            )
    return shown
