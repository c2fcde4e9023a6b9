"""Doing what a page offers: one POST, one call of a service, and what became of it."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext as _

from oms.core import desk, seen
from oms.core.outcome import Outcome
from oms.core.tools import actor_of


class ActingAdmin:
    """Goes before a ModelAdmin: the addresses of the actions of `desk`."""

    def get_urls(self):
        meta = self.opts
        view = self.admin_site.admin_view(self.do_view)
        name = f"{meta.app_label}_{meta.model_name}_do"
        return [path("<int:pk>/do/<slug:name>/", view, name=name), *super().get_urls()]

    def row_to_act_on(self, request, pk: int) -> models.Model | None:
        """As it is now, with what its actions read."""
        row = self.get_object(request, str(pk))
        if row is not None:
            desk.load_facts(row)
        return row

    def do_view(self, request, pk: int, name: str):
        action = desk.action_of(self.model, name)
        if action is None or action.run is None:
            raise Http404
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if not request.user.has_perm(action.permission):
            raise PermissionDenied
        row = self.get_object(request, str(pk))
        if row is None:
            raise Http404
        try:
            with seen.unchanged(request, row, required=True):
                row = self.row_to_act_on(request, pk)
                out = _run(action, row, request)
        except seen.Stale as stale:
            return seen.conflict(request, row, stale)
        return told(request, row, out, str(action.done or action.label))


def _run(action: desk.Action, row: models.Model, request: HttpRequest) -> Outcome:
    offer = action.offer(row, request.user)
    if offer is not None and not offer.why_not:
        return action.run(row, request.user, actor_of(request))
    out = Outcome()
    text = _("%(row)s: “%(action)s” makes no sense now; nothing was changed.")
    why_not = offer.why_not if offer else ""
    out.refuse(row.pk, why_not or text % {"row": row, "action": action.label})
    return out


def told(
    request: HttpRequest, row: models.Model, out: Outcome, done: str
) -> HttpResponse:
    """Back to the document, with what was done and what was refused."""
    if out.done:
        messages.success(request, done)
    for reasons in out.refused.values():
        messages.error(request, " ".join(reasons))
    return redirect(seen.root_of(row).page())
