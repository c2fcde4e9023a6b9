"""What counts of the shelf say, and which of them no shelf can be like."""

from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple

from django.utils.translation import gettext as _

from inventory.services import stock_refusals as why
from inventory.services.levels import SELLABLE, Key
from oms.core.outcome import Outcome
from oms.core.sound import is_text


class Count(NamedTuple):
    """Sellable pieces that were counted at a place."""

    product_id: int
    location_id: int
    counted: int
    reason: str
    expected: int | None = None  # on hand, as the one who counts was shown it
    ref_type: str = ""
    ref_id: int | None = None
    version: int | None = None  # of the level, as a program has read it

    @property
    def key(self) -> Key:
        return self.product_id, self.location_id, SELLABLE


class Counted(NamedTuple):
    """A count that is booked. `lost`: {order: pieces that it lost}."""

    count: Count
    on_hand_delta: int
    lost: Mapping[int, int]


def refuse_twice(sound: dict[int, Count], out: Outcome) -> None:
    times = Counter(count.key for count in sound.values())
    for position, count in list(sound.items()):
        if times[count.key] > 1:
            text = _(
                "This product and place are counted %(times)d times in one list. Leave "
                "one count of it."
            )
            out.refuse(position, text % {"times": times[count.key]})
            del sound[position]


def bad_count(count: Count) -> str:
    if type(count.counted) is not int or not 0 <= count.counted <= why.MOST:
        return _(
            "Count %(counted)r: a count is a whole number from 0 to 2147483647. Count "
            "again."
        ) % {"counted": count.counted}
    if not is_text(count.reason, 200) or not count.reason.strip():
        return _(
            "A count needs a reason of at most 200 characters. Write what was counted, "
            "and why."
        )
    return ""
