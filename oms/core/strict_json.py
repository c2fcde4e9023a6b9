"""JSON from outside, read strictly: what it leaves out, some reader would misread."""

import json
import math
import re
from typing import Any

from django.utils.translation import gettext as _

DEEPEST = 60  # objects within objects; our own documents have four
NUL = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")  # a backslash before it may be one of text


def parse(body: bytes) -> Any:
    """The value that the bytes hold, in UTF-8. Raises ValueError with a sentence for
    anything else, however odd."""
    try:
        value = json.loads(
            body.decode(),
            parse_constant=_no_number,
            parse_float=_finite,
            object_pairs_hook=_without_repetition,
        )
    except (ValueError, RecursionError) as error:
        raise ValueError(
            _("The body is no JSON: %(why)s.") % {"why": str(error)[:120]}
        ) from error
    if _depth(value) > DEEPEST:
        raise ValueError(_("The body is nested too deep."))
    if not is_storable(value):
        raise ValueError(_("A text in the body holds NUL or half of a surrogate pair."))
    return value


def is_storable(value: Any) -> bool:
    """Whether the database can hold it, to the last character."""
    try:
        text = json.dumps(value, allow_nan=False, ensure_ascii=False)
        text.encode()  # half of a surrogate pair is no text
    except (TypeError, ValueError, RecursionError):
        return False
    return not NUL.search(text)


def _no_number(name: str):
    raise ValueError(_("%(name)s is no number") % {"name": name})


def _finite(text: str) -> float:
    number = float(text)
    return number if math.isfinite(number) else _no_number(text[:20])


def _without_repetition(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError(_("a name comes twice in one object"))
    return found


def _depth(value: Any) -> int:
    depth, layer = 0, [value]
    while layer:
        depth += 1
        layer = [
            child
            for each in layer
            if isinstance(each, dict | list)
            for child in (each.values() if isinstance(each, dict) else each)
        ]
    return depth
