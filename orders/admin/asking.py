"""Pages that ask staff for something, call a service and say what became of it."""

from collections.abc import Callable
from typing import NamedTuple

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse

from oms.core import panels, seen
from oms.core.outcome import Outcome
from orders.models import Order


def require(request: HttpRequest, permission: str) -> None:
    if not request.user.has_perm(permission):
        raise PermissionDenied


class Words(NamedTuple):
    """What the page is called, what its button says, and what is said when it is
    done, also by `done(outcome)`. `then(outcome)`: the page that opens, if not that of
    the order."""

    title: str
    submit: str
    done: str | Callable[[Outcome], str]
    then: Callable[[Outcome], str] | None = None


def ask(
    request: HttpRequest,
    order: Order,
    form: forms.Form,
    do: Callable[[dict], Outcome],
    words: Words,
    table: panels.Table | None = None,
) -> HttpResponse:
    """Show the form; when it is sent and sound, `do(its values)`. Refusals stay on the
    page, with what was typed. Who saw an older order is told what changed."""
    back = panels.page_url(Order, order.pk)
    form.label_suffix = ""
    if request.method == "POST" and form.is_valid():
        try:
            with seen.unchanged(request, order):
                out = do(form.cleaned_data)
        except seen.Stale as stale:
            return seen.conflict(request, order, stale, form)
        if not out.refused:
            done = words.done(out) if callable(words.done) else words.done
            messages.success(request, done)
            return redirect(words.then(out) if words.then else back)
        for reasons in out.refused.values():
            for reason in reasons:
                form.add_error(None, reason)
    context = {
        **admin.site.each_context(request),
        "opts": Order._meta,
        "order": order,
        "back": back,
        "form": form,
        "title": words.title,
        "submit": words.submit,
        "table": table,
        "seen": seen.token_for(request, order),
    }
    return TemplateResponse(request, "admin/orders/ask.html", context)
