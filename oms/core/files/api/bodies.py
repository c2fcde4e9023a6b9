"""What is said with a file, and of what is to be done with it."""

import json

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from oms.core.api.fields import Text, Word
from oms.core.api.strictness import StrictSerializer
from oms.core.files import profiles
from oms.core.files.shapes import DIFFERENCE, FILE
from oms.core.sound import is_text

GOOD, ALL = "good", "all"
ROWS = [(GOOD, GOOD), (ALL, ALL)]
LEAVE = "leave"
PROFILES = [(each.code, each.label) for each in profiles.all_profiles()]
OPTIONS = "channel", "location", "currency", "date_order"
MOST_COLUMNS = 100


@extend_schema_field({"type": "string", "maxLength": 10_000})
class Names(serializers.Field):
    """An object of texts, as JSON in a text: so it stands in a query and in a form."""

    default_error_messages = {
        "kind": _("Write a JSON object of texts, such as {{“sku”: “Article”}}.")
    }

    def to_internal_value(self, data):
        try:
            said = json.loads(data)
        except (ValueError, RecursionError):
            self.fail("kind")
        if not isinstance(said, dict) or not 1 <= len(said) <= MOST_COLUMNS:
            self.fail("kind")
        for text in (*said.keys(), *said.values()):
            if not isinstance(text, str) or not is_text(text, 200):
                self.fail("kind")
        return said


def _rows(**kwargs) -> Word:
    return Word(
        ROWS,
        help_text="`good`: rows that are wrong or in conflict are left out. `all`: "
        "nothing is written while there is one.",
        **kwargs,
    )


def _conflicts() -> Word:
    return Word(
        [LEAVE, FILE, DIFFERENCE],
        default=LEAVE,
        help_text="Rows that changed here since the file was made are written too, as "
        "the file has them (`file`), or by what the file has changed (`difference`: it "
        "is added to what is there now). Counts of stock only.",
    )


class SaidBody(StrictSerializer):
    """Beside the file, all of it text."""

    profile = Word(
        PROFILES,
        required=False,
        help_text="What the file is; else it is recognised by its header.",
    )
    channel = Text(32, required=False, help_text="Of all rows, by code.")
    location = Text(16, required=False, help_text="Of all rows, by code.")
    currency = Text(3, required=False, help_text="Of all rows.")
    date_order = Word(
        ["dmy", "mdy"], required=False, help_text="What comes first in 03/04/26."
    )
    columns = Names(
        required=False,
        help_text="Our columns and what the file calls them, as a JSON object.",
    )
    unknown_columns = Word(
        ["refuse", "ignore"], default="refuse", help_text="Columns that nobody knows."
    )
    apply = _rows(required=False)
    conflicts = _conflicts()


class FileBody(SaidBody):
    """The form, for the description."""

    file = serializers.FileField()
    name = Text(200, required=False, help_text="In the place of the file's own.")


class ApplyBody(StrictSerializer):
    rows = _rows(default=GOOD)
    conflicts = _conflicts()


class NothingBody(StrictSerializer):
    """An action that takes no body, or an empty one."""


def options_of(values: dict) -> dict:
    """As the services take them."""
    options = {name: values[name] for name in OPTIONS if name in values}
    if "columns" in values:
        options["columns"] = values["columns"]
    if values["unknown_columns"] == "ignore":
        options["ignored"] = ["*"]
    return options


def choices_of(rows: str, conflicts: str) -> dict:
    return {"whole": rows == ALL, "conflicts": "" if conflicts == LEAVE else conflicts}
