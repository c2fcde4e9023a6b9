"""Pages of a list, by key: ordered by (updated_at, id), so that a program that comes
back later goes on where it was, and none is slower than the first. `stamp` of the view
is the column of the time.

The last seconds are left out: a transaction that began before may still commit with an
older time than one that has been shown.
"""

import base64
import binascii
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from rest_framework.pagination import BasePagination
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from oms.core.api.etags import EPOCH, micros, moment_of
from oms.core.api.problems import invalid

LEAST, USUAL, MOST = 1, 50, 200
LATE = timedelta(seconds=5)
CURSOR = re.compile(rb"(\d{1,18}):(\d{1,19})")
PARAMETERS = {"limit", "cursor", "updated_since"}


class CursorPages(BasePagination):
    """`settles` False shows the last seconds too: for lists that a filter narrows to
    one row, and for rows that nobody follows."""

    def paginate_queryset(self, queryset, request, view=None):
        limit = limit_of(request.query_params)
        said, stamp = request.query_params, view.stamp
        if view.settles():
            queryset = queryset.filter(**{f"{stamp}__lt": timezone.now() - LATE})
        if since := said.get("updated_since"):
            queryset = queryset.filter(**{f"{stamp}__gte": moment_said(since)})
        if cursor := said.get("cursor"):
            queryset = _after(queryset, stamp, *_position(cursor))
        rows = list(queryset.order_by(stamp, "pk")[: limit + 1])
        self.next = None
        if len(rows) > limit:
            rows = rows[:limit]
            url = request.build_absolute_uri()
            self.next = replace_query_param(url, "cursor", _cursor(rows[-1]))
        return rows

    def get_paginated_response(self, data):
        return Response({"results": data, "next": self.next})

    def get_paginated_response_schema(self, schema):
        return {
            "type": "object",
            "required": ["results", "next"],
            "properties": {
                "results": schema,
                "next": {
                    "type": ["string", "null"],
                    "format": "uri",
                    "description": "The next page; null on the last.",
                },
            },
        }

    def get_schema_operation_parameters(self, view):
        whole = {"type": "integer", "minimum": LEAST, "maximum": MOST, "default": USUAL}
        text, moment = {"type": "string"}, {"type": "string", "format": "date-time"}
        return [
            _parameter("limit", "How many at most.", whole),
            _parameter("cursor", "From `next` of the page before.", text),
            _parameter("updated_since", "Changed at this time or later.", moment),
        ]


def _parameter(name: str, description: str, schema: dict) -> dict:
    known = {"name": name, "in": "query", "required": False}
    return {**known, "description": description, "schema": schema}


def _after(queryset, stamp: str, at: datetime, pk: int):
    """One comparison of both, as the index is sorted; of the time alone too, where it
    stands in another table than the key."""
    if "__" in stamp:
        queryset = queryset.filter(**{f"{stamp}__gte": at})
    return queryset.filter(TupleGreaterThan(Tuple(stamp, "pk"), (at, pk)))


def _cursor(row) -> str:
    text = f"{micros(moment_of(row))}:{row.pk}"
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _position(cursor: str) -> tuple[datetime, int]:
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        found = CURSOR.fullmatch(text)
        at, pk = EPOCH + timedelta(microseconds=int(found[1])), int(found[2])
        if pk < 2**63:
            return at, pk
    except (binascii.Error, ValueError, TypeError, OverflowError):
        pass
    raise invalid("/cursor", "invalid", no_cursor(), "query")


def no_cursor() -> str:
    return _("This cursor is not one of ours; take it from “next”, or leave it out.")


def limit_of(said: Mapping[str, str]) -> int:
    text = said.get("limit", str(USUAL))
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0
    if LEAST <= number <= MOST:
        return number
    facts = {"least": LEAST, "most": MOST}
    text = _("“limit” is a whole number from %(least)d to %(most)d.") % facts
    raise invalid("/limit", "invalid", text, "query")


def moment_said(text: str, pointer="/updated_since", where="query") -> datetime:
    try:
        moment = parse_datetime(text)
        if moment is not None and moment.tzinfo is not None:
            return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    text = _("“updated_since” is a time with its zone, such as 2026-01-31T12:00:00Z.")
    raise invalid(pointer, "invalid", text, where)
