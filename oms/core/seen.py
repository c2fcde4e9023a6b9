"""Two people at one document: every form carries the newest event that its page has
shown. Who sends an older one is told what happened since, and nothing is written."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from django import forms
from django.contrib import admin
from django.db import models, transaction
from django.db.models import Max, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from oms.core import history, panels, sent, transitions
from oms.core.base import StatusModel
from oms.core.models import Event

FIELD = "seen"
MOST = 20  # that are told; the page itself has them all


class Stale(Exception):  # noqa: N818, an answer, no error
    """The document has changed since the page was made: the events since, newest
    first."""

    def __init__(self, events: list[Event]):
        self.events = events


class Root(NamedTuple):
    model: str
    pk: int

    def page(self) -> str:
        return panels.page_url(self.model, self.pk)


def root_of(row: models.Model) -> Root:
    """The document that the row belongs to: the one with the timeline."""
    return Root(*getattr(row, "timeline_root", (row._meta.model_name, row.pk)))


def newest_of(model_name: str) -> Coalesce:
    """To annotate rows of a model with their token."""
    events = Event.objects.filter(root_type=model_name, root_id=OuterRef("pk"))
    newest = events.order_by("-id").values("id")[:1]
    return Coalesce(Subquery(newest), 0)


def token_of(row: models.Model) -> int:
    """The newest event of the document, as its page shows it now."""
    root = root_of(row)
    events = Event.objects.filter(root_type=root.model, root_id=root.pk)
    return events.aggregate(newest=Max("id"))["newest"] or 0


def token_for(request: HttpRequest, row: models.Model) -> int:
    """What the form of a page carries: what its visitor saw before, or sees now."""
    said = request.POST.get(FIELD) or request.GET.get(FIELD)
    return token_of(row) if said is None else _number(said)


def _number(text: str) -> int:
    """No number at all has seen nothing."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


def page_before(request: HttpRequest, row: models.Model) -> str:
    """Where a form goes when it is done: links on the page of a document carry its
    token, and lead back there."""
    own = panels.page_url(type(row), row.pk)
    return root_of(row).page() or own if FIELD in request.GET else own


@contextmanager
def unchanged(
    request: HttpRequest, row: models.Model, *, required: bool = False
) -> Iterator[None]:
    """What is done within stands on what the person saw: Stale is raised if anything
    has happened to the document since. A document is locked meanwhile; of what belongs
    to one, the services lock what they need. A form without a token is let through
    unless it is `required`: services refuse what cannot be."""
    root = root_of(row)
    said = request.POST.get(FIELD)
    with transaction.atomic():
        if isinstance(row, StatusModel) and root == (row._meta.model_name, row.pk):
            transitions.lock(type(row), [row.pk])
        if said is not None or required:
            check(root, _number(said or ""))
        yield


def check(root: Root, token: int) -> None:
    events = Event.objects.filter(root_type=root.model, root_id=root.pk)
    if found := list(events.filter(id__gt=token).order_by("-id")[:MOST]):
        raise Stale(found)


def conflict(
    request: HttpRequest,
    row: models.Model,
    stale: Stale,
    form: forms.Form | None = None,
) -> HttpResponse:
    """Who changed what; nothing was written. What stands in a `form` that is sound is
    shown to be copied: nobody has to think of it again."""
    newest = stale.events[0]
    context = admin.site.each_context(request) | {
        "title": _("%(row)s has changed meanwhile") % {"row": row},
        "who": history.person(newest.actor) or newest.actor,
        "is_own": history.person(newest.actor) == request.user.get_username(),
        "entries": [history.entry(event, request.user) for event in stale.events],
        "typed": sent.in_words(form) if form else [],
        "fresh": root_of(row).page(),
    }
    page = "admin/core/conflict.html"
    return TemplateResponse(request, page, context, status=409)
