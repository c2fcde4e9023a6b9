"""The documents of channels, read strictly."""

from typing import Any

from django.utils.translation import gettext as _

from channels.reading import MessageError
from oms.core import strict_json


def parse_json(body: bytes) -> dict[str, Any]:
    """A JSON object in UTF-8. Raises MessageError for anything else, however odd."""
    try:
        value = strict_json.parse(body)
    except ValueError as error:
        raise MessageError(str(error)) from error
    if not isinstance(value, dict):
        raise MessageError(_("The body must be a JSON object."))
    return value
