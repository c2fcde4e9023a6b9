"""What lists export: a resource is the place of its columns and of its permission.

It reads by `values_list`, never by instances. Names of columns are those by which files
are imported again, the same in every language.
"""

from typing import Any, ClassVar, NamedTuple

from django.conf import settings
from django.contrib.auth import get_permission_codename
from django.db.models import Model, QuerySet
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy
from import_export.fields import Field
from import_export.resources import Resource

from oms.core.files.cells import Cell


class Reading(NamedTuple):
    """What is asked of the database, and the cells that come of it."""

    attributes: list[str]
    names: list[str]
    cells: list[Cell]


class ExportResource(Resource):
    """Nothing of a model is in a file but the columns that are declared. `listed`: the
    model of the list, where these are parts of its rows. `has_persons`:
    they say who somebody is. `api_list`: the list of the API of which a partner's key
    exports what it may see; "": no key exports them."""

    name: ClassVar[str]
    label: ClassVar[Any]  # what its rows are
    listed: ClassVar[type[Model] | None] = None
    has_persons: ClassVar[bool] = False
    api_list: ClassVar[str] = ""

    @classmethod
    def permission(cls) -> str:
        code = settings.IMPORT_EXPORT_EXPORT_PERMISSION_CODE
        meta = cls._meta.model._meta
        return f"{meta.app_label}.{get_permission_codename(code, meta)}"

    @classmethod
    def title(cls) -> Any:
        return format_lazy("{}: {}", gettext_lazy("Export"), cls.label)

    @classmethod
    def list_model(cls) -> type[Model]:
        return cls.listed or cls._meta.model

    @classmethod
    def rows(cls, listed: QuerySet) -> QuerySet:
        """From the rows of the list, in its order, to those of the file."""
        return listed

    @classmethod
    def facts(cls, rows: QuerySet) -> QuerySet:
        """With what the columns ask for beyond the fields of the model."""
        return rows

    @classmethod
    def reading(cls) -> Reading:
        fields = cls().get_export_fields()
        return Reading(
            [field.attribute for field in fields],
            [field.column_name for field in fields],
            [field.widget for field in fields],
        )


def column(cell: Cell, attribute: str, called: str | None = None) -> Field:
    """A column that is called as the name it is given to, if not otherwise."""
    return Field(attribute=attribute, column_name=called, widget=cell, readonly=True)


_resources: dict[str, type[ExportResource]] = {}


def add(resource: type[ExportResource]) -> None:
    _resources[resource.name] = resource


def named(name: str) -> type[ExportResource] | None:
    return _resources.get(name)


def all_named() -> dict[str, type[ExportResource]]:
    return dict(_resources)


def of_list(model: type[Model]) -> list[type[ExportResource]]:
    return [each for each in _resources.values() if each.list_model() is model]
