"""Tools: small forms on the page of a document or a level, each of which calls one
service. An app adds its own to the pages of models to its left by `register_tool`."""

from collections import defaultdict
from collections.abc import Callable
from typing import Any, NamedTuple

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import Http404
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from oms.core import seen
from oms.core.outcome import Outcome
from oms.core.panels import Table


class Tool(NamedTuple):
    """`run(row, cleaned data, actor)` answers an Outcome, or a Table to look at."""

    name: str
    label: Any
    form: type[forms.Form]
    run: Callable[[models.Model, dict, str], Outcome | Table]
    permission: str
    shown: Callable[[models.Model], bool] = lambda row: True


def actor_of(request) -> str:
    """How services call the person who asks."""
    return f"user:{request.user.get_username()}"


_tools: dict[type[models.Model], dict[str, Tool]] = defaultdict(dict)


def register_tool(model: type[models.Model], tool: Tool) -> None:
    _tools[model][tool.name] = tool


def links_of(row: models.Model, user) -> list[tuple[str, str]]:
    """(label, URL) of the tools that this person may use on the row."""
    meta = row._meta
    return [
        (
            str(tool.label),
            reverse(
                f"admin:{meta.app_label}_{meta.model_name}_tool",
                args=[row.pk, tool.name],
            ),
        )
        for tool in _tools[type(row)].values()
        if user.has_perm(tool.permission) and tool.shown(row)
    ]


def use_tool(request, page, pk: int, name: str):
    """The view: asks for the tool's values, runs it, and shows what was refused."""
    tool = _tools[page.model].get(name)
    row = page.get_object(request, str(pk))
    if tool is None or row is None or not tool.shown(row):
        raise Http404
    if not request.user.has_perm(tool.permission):
        raise PermissionDenied
    form, tables = tool.form(request.POST or None, label_suffix=""), []
    back = seen.page_before(request, row)
    if request.method == "POST" and form.is_valid():
        try:
            with seen.unchanged(request, row):
                result = tool.run(row, form.cleaned_data, actor_of(request))
        except seen.Stale as stale:
            return seen.conflict(request, row, stale, form)
        if isinstance(result, Table):
            tables = [result]
        elif not result.refused:
            messages.success(request, _("%(tool)s: done.") % {"tool": tool.label})
            return redirect(back)
        else:
            for reasons in result.refused.values():
                form.add_error(None, reasons)
    context = page.admin_site.each_context(request) | {
        "title": f"{tool.label}: {row}",
        "submit": tool.label,
        "form": form,
        "media": page.media + form.media,
        "panels": tables,
        "opts": page.opts,
        "row": row,
        "back": back,
        "seen": seen.token_for(request, row),
    }
    return TemplateResponse(request, "admin/core/tool.html", context)
