"""The resources of the API: each app registers its own, `oms/api.py` makes the router
of them."""

from typing import NamedTuple

from oms.core.api.viewsets import ApiViewSet


class Resource(NamedTuple):
    """`path` under /api/v1/."""

    path: str
    viewset: type[ApiViewSet]


_resources: dict[str, Resource] = {}


def register_resource(path: str, viewset: type[ApiViewSet]) -> None:
    _resources[path] = Resource(path, viewset)


def viewset_of(path: str) -> type[ApiViewSet]:
    return _resources[path].viewset


def resources() -> list[Resource]:
    return [_resources[path] for path in sorted(_resources)]
