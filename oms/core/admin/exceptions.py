"""The exceptions page: what waits for a person, and its ways out as buttons."""

from datetime import timedelta

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.http import Http404
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST

from oms.core import attention, fixes, workitems
from oms.core.admin import reading
from oms.core.attention import Asked
from oms.core.clearing import Cleared, clear, who_did
from oms.core.models import User, WorkItem
from oms.core.tools import actor_of

VIEW, CHANGE = "core.view_workitem", "core.change_workitem"
UNTIL = {
    "hour": gettext_lazy("1 hour"),
    "tomorrow": gettext_lazy("Tomorrow"),
    "week": gettext_lazy("Next week"),
}
MOST_SHOWN = 50


def urls() -> list:
    def view(function):
        return admin.site.admin_view(function)

    name = attention.PAGE.removeprefix("admin:")
    return [
        path("exceptions/", view(page), name=name),
        path("exceptions/act/", view(act), name=f"{name}_act"),
    ]


@require_GET
def page(request):
    _need(request, VIEW)
    asked = reading.asked(request.GET)
    context = _context(request, asked)
    board = attention.board(request.user, asked, context["now"])
    context |= {
        "title": _("Exceptions"),
        "board": board,
        "tabs": [
            (asked.url(view=name, item=None), label, board.tabs[name], name)
            for name, label in reading.TABS.items()
        ],
        "staff": attention.staff() if request.user.has_perm(CHANGE) else [],
        "until": UNTIL,
        "few": attention.FEW,
        "may_change": request.user.has_perm(CHANGE),
    }
    return TemplateResponse(request, "admin/core/exceptions.html", context)


@require_POST
def act(request):
    """One button of the page: `one` item, a `fix` for a group after its preview, or
    who looks after items and when."""
    _need(request, VIEW)
    sent = request.POST
    try:
        if "one" in sent:
            return _one(request)
        if "group" in sent or "confirm" in sent:
            return _group(request)
        return _care(request)
    except OperationalError:  # somebody holds a lock for longer than we wait
        text = _("Somebody else is at work on them. Nothing was changed; try again.")
        messages.error(request, text)
        return redirect(reading.asked(sent).url())


# --- Fixing --------------------------------------------------------------------------


def _one(request):
    """A fix for a single item: done at once, then the next one opens."""
    name, _mark, pk = request.POST["one"].partition(":")
    rows = WorkItem.objects.filter(attention.scope(request.user))
    item = rows.filter(pk=reading.number(pk)).first()
    if item is None:
        raise Http404
    asked = reading.asked(request.POST)._replace(kind=item.kind, item=None)
    if item.status == WorkItem.Status.RESOLVED:
        messages.warning(request, who_did([item])[item.pk])
        return redirect(asked.url())
    fix = _fix(request, item.kind, name)
    form = fix.form(request.POST, prefix=fix.name) if fix.form else None
    if form is not None and not form.is_valid():
        for errors in form.errors.values():
            messages.error(request, " ".join(errors))
        return redirect(asked.url(item=item.pk))
    values = form.cleaned_data if form else {}
    cleared = clear(
        fix, [item], values, actor=actor_of(request), seen=reading.seen(request.POST)
    )
    _say(request, fix, cleared)
    return redirect(asked.url(item=item.pk if cleared.refused else None))


def _group(request):
    """A fix for the ticked items of a kind, or for all of it: first what would become
    of them, then for good."""
    sent = request.POST
    name, _mark, kind = sent.get("confirm", sent.get("group", "")).partition(":")
    asked = reading.asked(sent)
    fix = _fix(request, kind, name)
    items = attention.chosen(request.user, asked, kind, reading.picks(sent))
    if not items:
        messages.warning(request, _("Tick rows of this group, or none for all of it."))
        return redirect(asked.url(item=None))
    form = fix.form(sent if "confirm" in sent else None) if fix.form else None
    if "confirm" in sent and (form is None or form.is_valid()):
        values = form.cleaned_data if form else {}
        seen = reading.seen(sent)
        cleared = clear(fix, items, values, actor=actor_of(request), seen=seen)
        _say(request, fix, cleared)
        stays = kind if cleared.refused else ""
        return redirect(asked.url(kind=stays, item=None))
    return _preview(request, asked, kind, fix, form, items)


def _preview(request, asked: Asked, kind: str, fix, form, items):
    fields = form.fields if form else {}
    values = {n: str(form.get_initial_for_field(f, n)) for n, f in fields.items()}
    now = timezone.now()
    actor = actor_of(request)
    cleared = clear(fix, items, values, actor=actor, seen=now, dry=True)
    able = [*cleared.closed, *cleared.under_way]
    context = _context(request, asked) | {
        "title": f"{fixes.label_of(kind)}: {fix.label}",
        "kind": kind,
        "fix": fix,
        "form": form,
        "able": able,
        "shown": able[:MOST_SHOWN],
        "more": max(0, len(able) - MOST_SHOWN),
        "refused": list(cleared.refused.items())[:MOST_SHOWN],
        "refused_number": len(cleared.refused),
        "most": attention.MOST if len(items) == attention.MOST else 0,
        "seen": now.isoformat(),
        "back": asked.url(),
    }
    return TemplateResponse(request, "admin/core/exceptions_preview.html", context)


def _fix(request, kind: str, name: str) -> fixes.Fix:
    for fix in fixes.kind_of(kind).fixes:
        if fix.name == name:
            _need(request, fix.permission)
            return fix
    raise Http404


def _say(request, fix, cleared: Cleared) -> None:
    if number := len(cleared.closed):
        text = ngettext("%(fix)s: %(n)d done.", "%(fix)s: %(n)d done.", number)
        messages.success(request, text % {"fix": fix.label, "n": number})
    if number := len(cleared.under_way):
        text = ngettext(
            "%(fix)s: %(n)d is on its way; it closes by itself when it is known.",
            "%(fix)s: %(n)d are on their way; they close by themselves when it is"
            " known.",
            number,
        )
        messages.success(request, text % {"fix": fix.label, "n": number})
    for reasons in list(cleared.refused.values())[:MOST_SHOWN]:
        messages.warning(request, " ".join(reasons))
    if (more := len(cleared.refused) - MOST_SHOWN) > 0:
        text = _("%(n)d more could not be done; they stand below.")
        messages.warning(request, text % {"n": more})


# --- Who and when --------------------------------------------------------------------


def _care(request):
    """Take, give, let rest, wake: the ticked items, or all of a kind."""
    _need(request, CHANGE)
    sent, asked = request.POST, reading.asked(request.POST)
    do = next((name for name in CARE if name in sent), "")
    what, _mark, kind = sent.get(do, "").partition(":")
    items = attention.chosen(request.user, asked, kind, reading.picks(sent))
    if not items or not do:
        messages.warning(request, _("Tick rows first; nothing was changed."))
        return redirect(asked.url())
    seen = reading.seen(sent)
    closed = WorkItem.Status.RESOLVED
    changed = [i for i in items if i.updated_at > seen or i.status == closed]
    told = who_did(changed) if changed else {}
    for item in changed:
        messages.warning(request, told[item.pk])
    pks = [item.pk for item in items if item not in changed]
    if pks:
        out, text = CARE[do](request, pks, what)
        if out.done:
            messages.success(request, text % {"n": len(out.done)})
        for reasons in out.refused.values():
            messages.warning(request, " ".join(reasons))
    return redirect(asked.url(item=None))


def _take(request, pks, what):
    out = workitems.assign_items(pks, request.user, actor=actor_of(request))
    return out, _("%(n)d taken: they are yours.")


def _assign(request, pks, what):
    """To whom the field says; empty: to nobody."""
    chosen = request.POST.get("owner", "")
    owner = User.objects.filter(pk=reading.number(chosen)).first() if chosen else None
    if chosen and owner is None:
        raise Http404
    out = workitems.assign_items(pks, owner, actor=actor_of(request))
    if owner is None:
        return out, _("%(n)d given back: they are nobody’s.")
    name = owner.get_username().replace("%", "%%")
    return out, _("%(n)d given to {name}.").format(name=name)


def _snooze(request, pks, what):
    until = {
        "hour": timezone.now() + timedelta(hours=1),
        "tomorrow": workitems.in_days(1),
        "week": workitems.in_days(7),
    }.get(what)
    if until is None:
        raise Http404
    out = workitems.snooze_items(pks, until, actor=actor_of(request))
    return out, _("%(n)d snoozed; they come back by themselves.")


def _wake(request, pks, what):
    out = workitems.wake_items(pks, actor=actor_of(request))
    return out, _("%(n)d woken: they wait again.")


CARE = {"take": _take, "assign": _assign, "snooze": _snooze, "wake": _wake}


# --- What was sent -------------------------------------------------------------------


def _need(request, permission: str) -> None:
    if not request.user.has_perm(permission):
        raise PermissionDenied


def _context(request, asked: Asked) -> dict:
    return admin.site.each_context(request) | {
        "opts": WorkItem._meta,
        "asked": asked,
        "now": timezone.now(),
        "seen": timezone.now().isoformat(),
    }
