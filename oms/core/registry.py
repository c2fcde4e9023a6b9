"""Strategies by code: a setting lists dotted paths, rows store the code."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string


class Registry:
    """Loads the classes of a setting on first use. `code` is unique within it."""

    def __init__(self, setting: str):
        self.setting = setting
        self._classes: dict[str, Any] = {}

    def __iter__(self) -> Iterator[Any]:
        return iter(self._load().values())

    def get(self, code: str) -> Any:
        """The class of that code. Raises LookupError that names the codes there are."""
        classes = self._load()
        if code not in classes:
            known = ", ".join(classes)
            raise LookupError(f"{self.setting} has no {code!r}; it has: {known}")
        return classes[code]

    def _load(self) -> dict[str, Any]:
        if not self._classes:
            for path in getattr(settings, self.setting):
                cls = import_string(path)
                if cls.code in self._classes:
                    raise ValueError(f"{self.setting} has the code {cls.code!r} twice.")
                self._classes[cls.code] = cls
        return self._classes
