"""Every endpoint of the API, found by the URL resolver."""

import re
from typing import NamedTuple

from oms.api import urlpatterns

PARAMETER = re.compile(r"\(\?P<\w+>[^)]*\)")
OPEN = {"api-schema", "api-docs", "api-nothing"}  # no resource, no key


class Endpoint(NamedTuple):
    resource: str
    action: str
    method: str
    path: str

    @property
    def is_detail(self) -> bool:
        return "{}" in self.path

    def __str__(self) -> str:
        return f"{self.resource} {self.action}"


def endpoints() -> list[Endpoint]:
    found = []
    for pattern in urlpatterns:
        for route in getattr(pattern, "url_patterns", []):
            path = PARAMETER.sub("{}", str(route.pattern)).strip("^$")
            for method, action in route.callback.actions.items():
                if method != "head":
                    resource = path.partition("/{}")[0].split("/")[0]
                    found.append(Endpoint(resource, action, method, path))
    return found


def strays() -> set[str]:
    """Addresses under /api/ that are no endpoints of a resource."""
    return {p.name for p in urlpatterns if not hasattr(p, "url_patterns")}
