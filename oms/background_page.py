"""The page of what goes on in the background, for those who look after it."""

import logging
from datetime import datetime

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe
from django_q.models import Failure

from oms import background
from oms.core.navigation import Entry, register_entry
from oms.core.today import Counter, Part, register_area
from oms.core.tools import actor_of
from oms.worker import heartbeat_age

PAGE, RUN = "admin:background", "core.run_background"
MOST_DIGITS = 18  # of a key of the database
log = logging.getLogger("oms.background")

register_entry(Entry(gettext_lazy("Background"), PAGE, RUN, 85))


@require_safe
def page(request):
    _need(request, RUN)
    now = timezone.now()
    number, failed = background.failed()
    silent = background.silent()
    user = request.user
    context = admin.site.each_context(request) | {
        "title": _("Background"),
        "now": now,
        "silent": silent,
        "heartbeat": heartbeat_age(),
        "queue": background.queue(now),
        "failed": failed,
        "failed_number": number,
        "wrong": number + silent,
        "runs": background.runs(now),
        "standing": [
            (each, each.name in background.RETRY and user.has_perm(each.permission))
            for each in background.standing(now)
            if each.rows
        ],
    }
    return TemplateResponse(request, "admin/background.html", context)


@require_POST
def act(request):
    """`retry` or `forget` a failed task, or `all`; `again` a row that stands still."""
    _need(request, RUN)
    sent = request.POST
    if "again" in sent:
        _again(request, sent["again"])
    elif "retry" in sent:
        out = background.retry_tasks(_tasks(sent["retry"]), actor=actor_of(request))
        _say(request, out, _("Queued again: %(n)d."))
    elif "forget" in sent:
        out = background.forget_tasks(_tasks(sent["forget"]), actor=actor_of(request))
        _say(request, out, _("Forgotten: %(n)d."))
    else:
        raise Http404
    return redirect(PAGE)


def _again(request, said: str) -> None:
    name, _mark, key = said.partition(":")
    now = timezone.now()
    found = [each for each in background.standing(now) if each.name == name]
    if name not in background.RETRY or not found:
        raise Http404
    _need(request, found[0].permission)
    pks = {pk for pk, *_facts in found[0].rows} if key == "all" else {_number(key)}
    out = background.RETRY[name](pks - {None}, actor=actor_of(request))
    _say(request, out, _("On their way again: %(n)d."))


def _say(request, out, text: str) -> None:
    if out.done:
        log.info("%s: %s", actor_of(request), text % {"n": len(out.done)})
        messages.success(request, text % {"n": len(out.done)})
    elif not out.refused:
        messages.warning(request, _("Nothing is left to do."))
    for reasons in list(out.refused.values())[: background.MOST]:
        messages.warning(request, " ".join(reasons))


def _tasks(said: str) -> list[str] | None:
    return None if said == "all" else [said.replace("\x00", "")]


def _number(text: str) -> int | None:
    fits = text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS
    return int(text) if fits else None


def _need(request, permission: str) -> None:
    if not request.user.has_perm(permission):
        raise PermissionDenied


def trouble(user, now: datetime) -> Part:
    """Failed tasks, and one more if no worker shows life."""
    silent = background.silent()
    number = Failure.objects.count() + silent
    said = _("silent") if silent else ""
    counter = Counter(_("Background"), number, reverse(PAGE), 900, said, alarm=True)
    return Part((counter,))


register_area(RUN, trouble)
