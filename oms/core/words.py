"""Numbers, labels and verbs as they stand in a sentence of the reader's language."""

from typing import Any

from django.utils.formats import number_format
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

# What transitions are called where they are refused: "cannot start picking".
VERBS = {
    "activate": _("activate"),
    "approve": _("approve"),
    "assign": _("assign"),
    "cancel": _("cancel"),
    "close": _("close"),
    "complete": _("complete"),
    "confirm": _("confirm"),
    "decline": _("decline"),
    "deliver": _("deliver"),
    "deny": _("deny"),
    "expire": _("expire"),
    "fail": _("fail"),
    "finish": _("finish"),
    "fulfill": _("fulfill"),
    "inspect": _("inspect"),
    "move": _("move"),
    "pack": _("pack"),
    "pack_part": _("pack"),
    "receive": _("receive"),
    "reject": _("reject"),
    "release": _("release"),
    "schedule": _("schedule"),
    "ship": _("ship"),
    "ship_part": _("ship in part"),
    "start": _("start"),
    "start_picking": _("start picking"),
    "submit": _("submit"),
    "succeed": _("succeed"),
    "try_again": _("try again"),
    "unpack": _("unpack"),
    "void": pgettext_lazy("verb", "void"),
}


def whole(number: int) -> str:
    """1,234 or 1.234."""
    return number_format(number, use_l10n=True, force_grouping=True)


def inside(label: Any) -> str:
    """A label in the middle of a sentence; German keeps the capitals of its nouns."""
    text = str(label)
    return text if (get_language() or "").startswith("de") else text.lower()
