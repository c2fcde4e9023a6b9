"""Nothing is ignored: a field or a parameter that nobody knows is refused by its name,
with the name that was probably meant."""

import difflib
from collections.abc import Collection, Mapping

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django_filters import BooleanFilter
from django_filters.rest_framework import DjangoFilterBackend, FilterSet
from django_filters.utils import translate_validation
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError

from oms.core.api.problems import Problem, Wrong
from oms.core.sound import is_text

LONGEST = 1000  # characters of a parameter


class StrictSerializer(serializers.Serializer):
    """The only kind in the API. Fields that are not there to be written are refused
    too: silence would look like success."""

    def to_internal_value(self, data):
        errors = {}
        if isinstance(data, Mapping):
            writable = {field.field_name for field in self._writable_fields}
            for name in data.keys() - writable:
                errors[name] = [self._unknown(name, writable)]
        try:
            values = super().to_internal_value(data)
        except ValidationError as error:
            if not errors:
                raise
            raise ValidationError({**errors, **error.detail}) from error
        if errors:
            raise ValidationError(errors)
        return values

    def _unknown(self, name: str, writable: Collection[str]) -> ErrorDetail:
        if name in self.fields:
            return ErrorDetail(_("This field is read-only; leave it out."), "read_only")
        return ErrorDetail(unknown(name, writable), "unknown_field")


def unknown(name: str, known: Collection[str]) -> str:
    """Names the nearest, and all there are."""
    nearest = difflib.get_close_matches(name, known, 1, 0.5)
    facts = {"name": name[:60], "all": ", ".join(sorted(known)) or _("none")}
    if nearest:
        text = _("“%(name)s” is unknown; did you mean “%(nearest)s”? Known: %(all)s.")
        return text % {**facts, "nearest": nearest[0]}
    return _("“%(name)s” is unknown. Known: %(all)s.") % facts


def check_query(request, known: Collection[str]) -> None:
    """Refuse unknown, repeated and empty parameters, and texts that no table can
    hold."""
    wrongs = []
    for name, values in request.query_params.lists():
        pointer = f"/{name}"
        if name not in known:
            text = unknown(name, known)
            wrongs.append(Wrong(pointer, "unknown_parameter", text, "query"))
        elif len(values) > 1:
            text = _("“%(name)s” comes twice; give it once.") % {"name": name}
            wrongs.append(Wrong(pointer, "repeated", text, "query"))
        elif not values[0].strip():  # a program's empty variable is no wish for all
            text = _("“%(name)s” is empty; give it a value, or leave it out.")
            wrongs.append(Wrong(pointer, "empty", text % {"name": name}, "query"))
        elif not is_text(values[0], LONGEST):
            text = _("“%(name)s”: at most %(most)d characters, none of them NUL.")
            text %= {"name": name, "most": LONGEST}
            wrongs.append(Wrong(pointer, "invalid", text, "query"))
    if wrongs:
        raise Problem("invalid", " ".join(w.message for w in wrongs[:3]), wrongs)


class _FlagField(forms.Field):
    def to_python(self, value):
        if value in self.empty_values:
            return None
        if value not in ("true", "false"):
            raise forms.ValidationError(_("Write true or false."), "invalid")
        return value == "true"


class FlagFilter(BooleanFilter):
    """Where the library's takes whatever is no flag for no wish at all."""

    field_class = _FlagField


class StrictFilters(DjangoFilterBackend):
    """The filters of `filterset_class`; a value that is none is refused."""

    def filter_queryset(self, request, queryset, view):
        try:
            return super().filter_queryset(request, queryset, view)
        except ValidationError as error:
            error.where = "query"
            raise


def narrowed(
    filterset: type[FilterSet], said: Mapping[str, str], rows: QuerySet
) -> QuerySet:
    """The same beside a list. Raises ValidationError."""
    found = filterset(data=said, queryset=rows)
    if not found.is_valid():
        raise translate_validation(found.errors)
    return found.qs


def filter_names(filterset: type[FilterSet] | None) -> set[str]:
    return set() if filterset is None else set(filterset.base_filters)
