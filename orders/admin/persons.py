"""What is done with a person: merged, exported, erased. Each has a page that says
before what it is going to do."""

from django.contrib import admin, messages
from django.db.models import Count
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from oms.core import panels, seen
from oms.core.outcome import Outcome
from oms.core.tools import actor_of
from orders.admin.asking import require
from orders.customer_search import find
from orders.models import Customer
from orders.services import customers, erasing, exporting

MERGE, EXPORT = "orders.merge_customer", "orders.export_customer"
ERASE = "orders.erase_customer"
MOST = 20
FORMATS = {
    "json": ("application/json", exporting.as_json),
    "txt": ("text/plain", exporting.as_text),
}


def _page(request, name: str, customer: Customer, title: str, **more) -> HttpResponse:
    context = admin.site.each_context(request) | {
        "title": title,
        "opts": Customer._meta,
        "customer": customer,
        "back": panels.page_url(Customer, customer.pk),
        "seen": seen.token_for(request, customer),
        **more,
    }
    return TemplateResponse(request, f"admin/orders/customer/{name}.html", context)


def _reasons(out: Outcome) -> list[str]:
    return [reason for reasons in out.refused.values() for reason in reasons]


# --- Merge ----------------------------------------------------------------------------


def merge(request, pk: int):
    """Choose the other one, see what moves, then say who keeps everything."""
    require(request, MERGE)
    customer = get_object_or_404(Customer, pk=pk)
    title = _("Merge %(customer)s with another") % {"customer": customer}
    other = _other(request, pk)
    if other is None:
        return _page(request, "merge", customer, title, **_found(request, customer))
    errors: list[str] = []
    if request.method == "POST":
        try:
            out, keep = _merge(request, customer, other)
        except seen.Stale as stale:
            return seen.conflict(request, customer, stale)
        if not out.refused:
            text = _("Merged: %(customer)s has all orders now.") % {"customer": keep}
            messages.success(request, text)
            return redirect(panels.page_url(Customer, keep.pk))
        errors = _reasons(out)
    pair = [_facts(customer), _facts(other)]
    facts = {"other": other, "pair": pair, "errors": errors}
    facts["other_seen"] = request.POST.get("other_seen") or seen.token_of(other)
    return _page(request, "merge", customer, title, **facts)


def _other(request, pk: int) -> Customer | None:
    said = request.POST.get("other") or request.GET.get("other", "")
    if not said:
        return None
    if not (said.isascii() and said.isdigit() and len(said) < 19) or int(said) == pk:
        raise Http404
    return get_object_or_404(Customer, pk=int(said))


def _merge(request, customer: Customer, other: Customer) -> tuple[Outcome, Customer]:
    keep = other if request.POST.get("keep") == str(other.pk) else customer
    gone = customer if keep is other else other
    token = request.POST.get("other_seen", "")
    with seen.unchanged(request, customer, required=True):
        token = int(token) if token.isascii() and token.isdigit() else 0
        seen.check(seen.root_of(other), token)
        pairs = {gone.pk: keep.pk}
        return customers.merge_customers(pairs, actor=actor_of(request)), keep


def _found(request, customer: Customer) -> dict:
    """Who it may be the same as, by what was typed."""
    text = request.GET.get("q", customer.name)
    rows = Customer.objects.filter(erased_at=None, merged_into=None)
    rows = find(rows, text).exclude(pk=customer.pk)
    found = rows.annotate(number=Count("orders")).order_by("-pk")[:MOST]
    return {"text": text, "found": found}


def _facts(customer: Customer) -> dict:
    orders = customers.orders_of([customer])
    newest = orders.order_by("-placed_at").first()
    return {"customer": customer, "number": orders.count(), "newest": newest}


# --- Export ---------------------------------------------------------------------------


@require_POST
def export(request, pk: int):
    """One file with everything; the timeline says who took it."""
    require(request, EXPORT)
    customer = get_object_or_404(Customer, pk=pk)
    name = request.POST.get("format", "json")
    if name not in FORMATS:
        raise Http404
    kind, written = FORMATS[name]
    found = exporting.export_customer(customer, actor=actor_of(request))
    response = HttpResponse(written(found), content_type=f"{kind}; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="customer-{pk}.{name}"'
    response["Cache-Control"] = "no-store"
    return response


# --- Erase ----------------------------------------------------------------------------


def erase(request, pk: int):
    require(request, ERASE)
    customer = get_object_or_404(Customer, pk=pk)
    owners = erasing.owners_of([customer])
    blocked = errors = erasing.why_not([customer], owners).get(pk, [])
    if request.method == "POST" and request.POST.get("sure") != "yes":
        errors = [_("Tick the box that says that nobody can take it back."), *errors]
    elif request.method == "POST":
        try:
            with seen.unchanged(request, customer, required=True):
                out = erasing.erase_customers([customer], actor=actor_of(request))
        except seen.Stale as stale:
            return seen.conflict(request, customer, stale)
        if not out.refused:
            messages.success(request, _("The person is erased."))
            return redirect(panels.page_url(Customer, pk))
        errors = _reasons(out)
    number = len(owners)
    said = ngettext("%(n)d order", "%(n)d orders", number) % {"n": number}
    title = _("Erase %(customer)s") % {"customer": customer}
    facts = {"errors": errors, "blocked": blocked, "said": said}
    facts["merged"] = customer.merged.order_by("pk")
    return _page(request, "erase", customer, title, **facts)
