"""Lists of imports, and of the rows of one of them, by their place in the file."""

import django_filters as filters
from rest_framework.exceptions import ValidationError
from rest_framework.utils.urls import replace_query_param

from oms.core.api import pages
from oms.core.api.problems import invalid
from oms.core.api.strictness import narrowed
from oms.core.files.api import bodies
from oms.core.files.api.shapes import STATUSES
from oms.core.files.models import ImportRow, ImportRun


class ImportFilters(filters.FilterSet):
    status = filters.ChoiceFilter(choices=STATUSES)
    profile = filters.ChoiceFilter(choices=bodies.PROFILES)

    class Meta:
        model = ImportRun
        fields: list[str] = []


class RowFilters(filters.FilterSet):
    effect = filters.ChoiceFilter(choices=ImportRow.Effect.choices)
    status = filters.ChoiceFilter(choices=ImportRow.Status.choices)

    class Meta:
        model = ImportRow
        fields: list[str] = []


PARAMETERS = {*RowFilters.base_filters, "limit", "cursor"}


def narrow(rows, request):
    try:
        return narrowed(RowFilters, request.query_params, rows)
    except ValidationError as error:
        error.where = "query"
        raise


class RowPages(pages.CursorPages):
    """The rows of a file that is read do not come and go: the cursor is their place."""

    def paginate_queryset(self, queryset, request, view=None):
        said = request.query_params
        limit = pages.limit_of(said)
        cursor = said.get("cursor", "0")
        if not (cursor.isascii() and cursor.isdigit() and len(cursor) < 10):
            raise invalid("/cursor", "invalid", pages.no_cursor(), "query")
        rows = queryset.filter(position__gt=int(cursor)).order_by("position")
        rows = list(rows[: limit + 1])
        self.next = None
        if len(rows) > limit:
            rows = rows[:limit]
            url = request.build_absolute_uri()
            self.next = replace_query_param(url, "cursor", str(rows[-1].position))
        return rows

    def get_schema_operation_parameters(self, view):
        found = super().get_schema_operation_parameters(view)
        return [each for each in found if each["name"] != "updated_since"]
