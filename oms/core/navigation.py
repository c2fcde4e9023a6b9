"""The way about the back office: the tasks in the rail, and where the search box goes.
Each app registers its own entries from its admin; a person sees what they may use."""

from typing import Any, NamedTuple

from django.urls import reverse


class Entry(NamedTuple):
    """A task. `permission` "" is for all staff; `key` is pressed after G;
    `in_bar`: at hand in the bar of a phone, which has room for four."""

    label: Any
    url_name: str
    permission: str
    position: int
    key: str = ""
    in_bar: bool = False


class Search(NamedTuple):
    """A list whose search (`q`) the search box asks; `hint` says what it knows."""

    url_name: str
    permission: str
    hint: Any


class Link(NamedTuple):
    """An entry as a page shows it."""

    label: str
    url: str
    current: bool
    key: str
    in_bar: bool


_entries: dict[str, Entry] = {}
_searches: list[Search] = []


def register_entry(entry: Entry) -> None:
    _entries[entry.url_name] = entry


def register_search(search: Search) -> None:
    if search not in _searches:
        _searches.append(search)


def may(user, permission: str) -> bool:
    return not permission or user.has_perm(permission)


def links_for(user, path: str) -> list[Link]:
    """What this person may open; the entry that the page at `path` belongs to is the
    current one: the longest address that it starts with."""
    shown = [
        (entry, reverse(entry.url_name))
        for entry in sorted(_entries.values(), key=lambda entry: entry.position)
        if may(user, entry.permission)
    ]
    home = reverse("admin:index")
    fitting = [url for _entry, url in shown if path.startswith(url) and url != home]
    current = max(fitting, key=len, default=home if path == home else "")
    return [
        Link(str(entry.label), url, url == current, entry.key, entry.in_bar)
        for entry, url in shown
    ]


def search_for(user) -> dict[str, str] | None:
    """{url, hint} of the first search that this person may use."""
    for search in _searches:
        if may(user, search.permission):
            return {"url": reverse(search.url_name), "hint": str(search.hint)}
    return None
