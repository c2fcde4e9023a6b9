"""Causes: what a row of a ledger names as its document, as something to open.

A ledger knows a document by the name of its model and its key; the app that has the
model says which page tells more about it.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping

from oms.core import panels

Ref = tuple[str, int | None]
Finder = Callable[[Collection[int]], Mapping[int, str]]

_finders: dict[str, Finder] = {}


def register_cause(name: str, find: Finder) -> None:
    """`find(keys)`: {key: link}, in one statement for all of them."""
    _finders[name] = find


def causes(refs: Iterable[Ref]) -> dict[Ref, str]:
    """{(name, key): link}; a document without a page is named in words."""
    keys: dict[str, set[int]] = defaultdict(set)
    shown: dict[Ref, str] = {}
    for name, key in refs:
        shown[name, key] = panels.link(name, key) if name else panels.NOTHING
        if name in _finders and key is not None:
            keys[name].add(key)
    for name, wanted in keys.items():
        found = _finders[name](wanted)
        shown |= {(name, key): link for key, link in found.items()}
    return shown
