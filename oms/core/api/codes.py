"""Codes that keys and webhook endpoints are limited to: the apps that own them say
which there are."""

from collections.abc import Callable, Iterable

from django.db import models

_known: dict[str, Callable[[set[str]], set[str]]] = {}


def register_codes(name: str, known: Callable[[set[str]], set[str]]) -> None:
    """`known(codes)`: those that exist, of `channels` or `locations`."""
    _known[name] = known


def known_codes(model: type[models.Model]) -> Callable[[set[str]], set[str]]:
    def known(codes: set[str]) -> set[str]:
        rows = model.objects.filter(code__in=codes)
        return set(rows.values_list("code", flat=True))

    return known


def unknown_codes(name: str, codes: Iterable[str]) -> set[str]:
    """Those that mean nothing, of `channels` or `locations`."""
    codes = set(codes)
    return codes - _known[name](codes) if codes else set()
