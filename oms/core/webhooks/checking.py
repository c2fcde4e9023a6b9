"""What an endpoint may be: why a field may not have a value."""

import difflib
from collections.abc import Sequence
from functools import partial

from django.utils.translation import gettext as _

from oms.core import panels
from oms.core.api.codes import unknown_codes
from oms.core.sound import is_text
from oms.core.webhooks import subjects, targets

MOST_TYPES = 50


def why_not(name: str, value) -> str:
    """Why a field may not have this value; "" where it may."""
    return _CHECKS[name](value)


def _bad_url(url: str) -> str:
    try:
        targets.check(url)
    except targets.TargetError as error:
        return str(error)
    return ""


def _bad_description(text: str) -> str:
    if is_text(text, 200):
        return ""
    return _("Write at most 200 characters.")


def event_types() -> list[str]:
    """Names of what partners can hear of."""
    known = tuple(f"{name}." for name in subjects.subject_types())
    return [action for action in panels.known_actions() if action.startswith(known)]


def _bad_types(types: Sequence[str]) -> str:
    if not types or len(types) > MOST_TYPES:
        return _("Name from 1 to %(n)d events; * stands for all.") % {"n": MOST_TYPES}
    known = event_types()
    names = [subjects.ANYTHING, *sorted(map(subjects.family, known)), *known]
    for each in types:
        if each not in names:
            near = difflib.get_close_matches(str(each), names, 1)
            text = _("There is no event %(name)s.") % {"name": str(each)[:64]}
            hint = _("Did you mean %(near)s?") % {"near": near[0]} if near else ""
            return f"{text} {hint}".strip()
    return ""


def _bad_codes(name: str, codes: Sequence[str]) -> str:
    if unknown := sorted(unknown_codes(name, codes)):
        return _("There is no “%(code)s”.") % {"code": unknown[0][:32]}
    return ""


_CHECKS = {
    "url": _bad_url,
    "description": _bad_description,
    "event_types": _bad_types,
    "channels": partial(_bad_codes, "channels"),
    "locations": partial(_bad_codes, "locations"),
}
