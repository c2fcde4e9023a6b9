"""The way about the back office: the tasks in the rail, and where the search box goes.
Each app registers its own entries from its admin; a person sees what they may use."""

from collections.abc import Callable
from typing import Any, NamedTuple

from django.urls import reverse


class Entry(NamedTuple):
    """A task. `permission` "" is for all staff, several have a space between
    them; `key` is pressed after G; `in_bar`: at hand in the bar of a phone, which has
    room for four."""

    label: Any
    url_name: str
    permission: str
    position: int
    key: str = ""
    in_bar: bool = False


class Hit(NamedTuple):
    """A row that the search box names while somebody types."""

    label: str
    note: str
    url: str


class Search(NamedTuple):
    """A list whose search (`q`) the search box asks; `hint` says what it knows. Who may
    use several asks the one with the smallest position. `find(user, text, most)` is for
    hits on the way: quick, exact ones first, and only what this person may see."""

    url_name: str
    permission: str
    hint: Any
    position: int
    find: Callable[[Any, str, int], list[Hit]]


class Link(NamedTuple):
    """An entry as a page shows it."""

    label: str
    url: str
    current: bool
    key: str
    in_bar: bool


_entries: dict[str, Entry] = {}
_searches: dict[str, Search] = {}
MOST_HITS = 8


def register_entry(entry: Entry) -> None:
    _entries[entry.url_name] = entry


def register_search(search: Search) -> None:
    _searches[search.url_name] = search


def may(user, permission: str) -> bool:
    return user.has_perms(permission.split())


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


def searches_of(user) -> list[Search]:
    known = sorted(_searches.values(), key=lambda search: search.position)
    return [search for search in known if may(user, search.permission)]


def search_for(user) -> dict[str, str] | None:
    """{url, hint} of the first search that this person may use."""
    for search in searches_of(user):
        return {"url": reverse(search.url_name), "hint": str(search.hint)}
    return None


def hits_for(user, text: str) -> list[Hit]:
    """What all searches of this person find first."""
    hits: list[Hit] = []
    for search in searches_of(user):
        if text and len(hits) < MOST_HITS:
            hits += search.find(user, text, MOST_HITS - len(hits))
    return hits
