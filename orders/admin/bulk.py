"""Doing something to many orders: what will change and what cannot is shown before, and
the result of each order after. The selection is ticked rows, or all that the list
shows at an address."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID, uuid4

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponseNotAllowed, QueryDict
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from oms.core import jobs, panels
from oms.core.exceptions import BusinessRuleError
from oms.core.lists import BulkAction, BulkForm, additions
from oms.core.models import Job
from oms.core.tools import actor_of
from oms.core.words import whole
from orders.admin.selecting import keys_ticked, rows_at
from orders.models import Order

log = logging.getLogger(__name__)

LIST = "admin:orders_order_changelist"
TICKED = "_selected_action"
TRIED = 200  # orders at most: a preview of more is one of a part
SHOWN_REFUSED = 50
SHOWN = 20


@dataclass
class Selection:
    """`subjects`: {key: number}. `newest`: what came in after the preview was not
    meant."""

    subjects: dict[int, str]
    is_all: bool
    query: str
    newest: int


def actions_for(user) -> list[BulkAction]:
    """What this person may do, as it stands in the bar."""
    actions = additions(Order).bulk_actions.values()
    may = [each for each in actions if user.has_perm(each.kind.permission)]
    return sorted(may, key=lambda each: each.place)


def bulk_view(page, request):
    """POST: the preview; with `step` "do" the deed itself."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    if not page.has_view_permission(request):
        raise PermissionDenied
    back = _back(request.POST.get("query", ""))
    action = additions(Order).bulk_actions.get(request.POST.get("action", ""))
    if action is not None and not request.user.has_perm(action.kind.permission):
        raise PermissionDenied
    try:
        if action is None:
            raise BusinessRuleError(_("Choose what to do with the orders."))
        chosen = _chosen(page, request)
    except BusinessRuleError as error:
        messages.error(request, str(error))
        return redirect(back)
    step, keys = request.POST.get("step"), list(chosen.subjects)
    form = action.form(request.POST if step else None, keys=keys)
    if step == "do" and form.is_valid():
        return _do(request, action, chosen, form.cleaned_data)
    return _preview(page, request, action, chosen, form)


def _back(query: str) -> str:
    url = reverse(LIST)
    return f"{url}?{QueryDict(query).urlencode()}" if query else url


def _chosen(page, request) -> Selection:
    said = request.POST
    is_all, query = "all" in said, said.get("query", "")
    rows = page.get_queryset(request).filter(keys_ticked(said.getlist(TICKED)))
    newest = said.get("newest", "")
    if is_all:
        rows = rows_at(page, request, QueryDict(query))
        if newest.isascii() and newest.isdigit() and int(newest) < 2**63:
            rows = rows.filter(pk__lte=int(newest))
    found = rows.order_by("pk").values_list("pk", "number")[: jobs.MOST + 1]
    subjects = dict(found)
    if not subjects:
        text = _("No order is there any more; nothing was changed.")
        if not is_all and not said.getlist(TICKED):
            text = _("Tick orders first, then choose what to do with them.")
        raise BusinessRuleError(text)
    if len(subjects) > jobs.MOST:
        raise BusinessRuleError(
            _("More than %(most)s orders at once are too many; filter the list first.")
            % {"most": whole(jobs.MOST)}
        )
    return Selection(subjects, is_all, query, max(subjects))


def _do(request, action: BulkAction, chosen: Selection, said: dict):
    params = said | action.limits(request.user)
    job = jobs.start_job(
        action.kind,
        chosen.subjects.items(),
        params,
        actor=actor_of(request),
        token=_token(request),
    )
    job_url = panels.page_url(Job, job.pk)
    if job.status != Job.Status.DONE or job.refused_count:
        return redirect(job_url)
    text = _("%(what)s: done.") % {"what": action.kind.title(job.total)}
    link = format_html('<a href="{}">{}</a>', job_url, _("Result for each"))
    messages.success(request, format_html("{} {}", text, link))
    return redirect(_back(chosen.query))


def _token(request) -> str:
    """Of this preview: sent twice, it has one effect."""
    try:
        return UUID(request.POST.get("token", "")).hex
    except ValueError:
        return uuid4().hex


def _preview(page, request, action: BulkAction, chosen: Selection, form: BulkForm):
    values = form.cleaned_data if form.is_bound and form.is_valid() else form.tried()
    keys = list(chosen.subjects)[:: -(-len(chosen.subjects) // TRIED)]  # some of all
    params = values | action.limits(request.user)
    refused = try_out(action, keys, params, actor_of(request))
    fine = [] if refused is None else [key for key in keys if key not in refused]
    refused = refused or {}
    shown = [*list(refused)[:SHOWN_REFUSED], *fine[:SHOWN]]
    orders = Order.objects.select_related("customer").in_bulk(shown)
    context = page.admin_site.each_context(request) | {
        "title": action.kind.title(len(chosen.subjects)),
        "opts": page.opts,
        "action": action,
        "button": action.kind.title(len(chosen.subjects)),
        "form": form,
        "chosen": chosen,
        "token": _token(request),
        "back": _back(chosen.query),
        "tried": whole(len(keys)),
        "total": whole(len(chosen.subjects)),
        "in_background": len(chosen.subjects) > jobs.AT_ONCE,
        "is_part": len(keys) < len(chosen.subjects),
        "refused": [
            (orders[key], " ".join(reasons))
            for key, reasons in list(refused.items())[:SHOWN_REFUSED]
            if key in orders
        ],
        "refused_number": len(refused),
        "refused_more": max(0, len(refused) - SHOWN_REFUSED),
        "fine": [orders[key] for key in fine[:SHOWN] if key in orders],
        "fine_number": len(fine),
        "fine_more": max(0, len(fine) - SHOWN),
        "is_useless": len(refused) == len(chosen.subjects),
    }
    return TemplateResponse(request, "admin/orders/bulk.html", context)


def try_out(
    action: BulkAction, keys: Sequence[int], params: dict, actor: str
) -> dict | None:
    """Do it and take it back: {key: reasons} of what is refused. None: nobody can say,
    because others are at work on these orders, or something is wrong."""
    try:
        with transaction.atomic():
            out = action.kind.run(keys, params, actor)
            transaction.set_rollback(True)
    except Exception:
        log.exception("%s could not be tried", action.kind.name)
        return None
    return out.refused
