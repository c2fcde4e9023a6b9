"""Pages: whole views that an app adds to the admin of a model that stands to its left,
with a button on the list of that model. Like panels, so that the list needs no import
of what stands to its right."""

from collections import defaultdict
from collections.abc import Callable
from typing import Any, NamedTuple

from django.contrib.admin import AdminSite
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse


class Page(NamedTuple):
    """`path` is below the address of the list. `label` "": no button leads to it;
    the view itself asks for the permission."""

    name: str
    path: str
    view: Callable[..., HttpResponse]
    permission: str
    label: Any = ""


_pages: dict[type[models.Model], dict[str, Page]] = defaultdict(dict)


def register_page(model: type[models.Model], page: Page) -> None:
    _pages[model][page.name] = page


def urls_of(model: type[models.Model], site: AdminSite) -> list:
    return [
        path(page.path, site.admin_view(page.view), name=page.name)
        for page in _pages[model].values()
    ]


def buttons_of(model: type[models.Model], request: HttpRequest) -> list[dict[str, str]]:
    """{label, url} of the pages that this person may use."""
    return [
        {"label": str(page.label), "url": reverse(f"admin:{page.name}")}
        for page in _pages[model].values()
        if page.label and request.user.has_perm(page.permission)
    ]
