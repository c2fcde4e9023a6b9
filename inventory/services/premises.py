"""Locations as people list them: by code, many at once."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from inventory.models import Location
from oms.core import keyed
from oms.core.outcome import Outcome


@transaction.atomic
def save_locations(wanted: Mapping[str, Mapping[str, Any]]) -> Outcome:
    """{code: {field: value}}; fields that are not named stay as they are, and a code
    that is not known is a new location. done: the locations; refused by code."""
    return keyed.save_rows(Location, "code", wanted, _objections)


@transaction.atomic
def drop_locations(codes: Iterable[str]) -> Outcome:
    """Those that nothing refers to; done: their codes."""
    return keyed.drop_rows(Location, "code", codes)


def _objections(rows: Iterable[Location], before: Mapping) -> dict[str, str]:
    found = {row.code: _objection(row, before.get(row.code)) for row in rows}
    return {code: reason for code, reason in found.items() if reason}


def _objection(row: Location, before: Mapping | None) -> str:
    if (row.lat is None) != (row.lon is None):
        return _("a place has latitude and longitude, or neither.")
    if set(row.closed_weekdays) - set(range(7)):
        return _("closed weekdays are 0 for Monday to 6 for Sunday.")
    for code in (row.country, *row.ships_to, *row.region):
        if code and not (len(code) == 2 and code.isascii() and code.isupper()):
            return _("“%(code)s” is no country; write its ISO code, as in DE.") % {
                "code": code
            }
    if before and before.get("kind", row.kind) != row.kind:
        return _("what kind of place it is, is changed on its page.")
    return ""
