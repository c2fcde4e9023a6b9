"""Classes that settings name by dotted path, found by their `code`."""

from functools import cache

from django.conf import settings
from django.utils.module_loading import import_string


@cache
def registered(setting: str) -> dict[str, type]:
    """{code: class} of the dotted paths in this setting."""
    return {each.code: each for each in map(import_string, getattr(settings, setting))}
