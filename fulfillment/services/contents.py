"""What is in the parcels of one call: each piece in one of them, and none that is not
there to be sent."""

from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple

from django.utils.translation import gettext as _

from fulfillment.models import FulfillmentOrder
from fulfillment.services.shipping import Label


class Parcel(NamedTuple):
    """`work`: its key. `lines`: {line pk: pieces} in this parcel, which were picked and
    packed with it; None: all that no other parcel of the call has."""

    work: int
    label: Label
    lines: Mapping[int, int] | None = None


class Claims:
    """Parcels that name their lines are taken before the one that has the rest."""

    def __init__(self):
        self.free: dict[int, Counter] = {}
        self.rest: set[int] = set()

    def why_not(self, work: FulfillmentOrder, parcel: Parcel) -> str:
        free = self._free(work)
        if parcel.lines is None:
            if work.pk in self.rest:
                text = _("%(number)s comes twice in this call; name the lines of each.")
                return text % {"number": work.number}
            if not +free:
                text = _("%(work)s: nothing is left for this parcel.")
                return text % {"work": work}
            return ""
        for pk, pieces in parcel.lines.items():
            if pk not in free:
                text = _("%(work)s has no line with the id %(id)s.")
                return text % {"work": work, "id": pk}
            if type(pieces) is not int or not 1 <= pieces <= free[pk]:
                text = _(
                    "%(work)s: %(pieces)r pieces of line %(id)d, %(free)d are left to "
                    "be sent."
                )
                facts = {"pieces": pieces, "id": pk, "free": free[pk]}
                return text % {"work": work, **facts}
        return "" if parcel.lines else _("%(work)s: name a line.") % {"work": work}

    def take(self, work: FulfillmentOrder, parcel: Parcel) -> dict[int, int]:
        free = self._free(work)
        if parcel.lines is None:
            self.rest.add(work.pk)
        taken = dict(+free if parcel.lines is None else parcel.lines)
        free.subtract(taken)
        return taken

    def _free(self, work: FulfillmentOrder) -> Counter:
        if work.pk not in self.free:
            held = {line.pk: line.held_quantity for line in work.lines.all()}
            self.free[work.pk] = Counter(held)
        return self.free[work.pk]
