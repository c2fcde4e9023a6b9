"""Locations in files: by code, with what stands on their page."""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext_lazy as _

from inventory.models import Location
from inventory.services.premises import drop_locations, save_locations
from oms.core.files import keyed
from oms.core.files.columns import Column
from oms.core.files.keyed import Fact, Facts, KeyedShape
from oms.core.outcome import Outcome


class Locations(KeyedShape):
    name = "locations"
    label = _("Locations")
    permission = "inventory.change_location"
    noun = _("locations")
    keys = (Column("code", ("Location code",), is_required=True),)
    facts = (
        Fact("name", keyed.text(100), is_needed=True),
        Fact("kind", keyed.one_of(Location.Kind.values)),
        Fact("is_active", keyed.flag, ("active",)),
        Fact("priority", keyed.number()),
        Fact("country", keyed.text(2), empty=""),
        Fact("lat", keyed.degrees, ("latitude",), empty=None),
        Fact("lon", keyed.degrees, ("longitude",), empty=None),
        Fact("time_zone", keyed.text(64)),
        Fact("cut_off", keyed.clock, empty=None),
        Fact("handling_days", keyed.number()),
        Fact("daily_capacity", keyed.number(), empty=None),
        Fact("closed_weekdays", keyed.numbers, empty=[]),
        Fact("closed_on", keyed.days, empty=[]),
        Fact("ships_to", keyed.several, empty=[]),
        Fact("region", keyed.several, empty=[]),
        Fact("order_cost", keyed.decimal),
        Fact("piece_cost", keyed.decimal),
    )

    def rows(self, keys: Sequence[str]):
        return Location.objects.filter(code__in=keys).order_by("pk")

    def save(self, wanted: Mapping[str, Facts], actor: str) -> Outcome:
        return save_locations(wanted)

    def drop(self, keys: Sequence[str]) -> Outcome:
        return drop_locations(keys)
