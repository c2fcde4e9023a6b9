"""A channel, a place and goods to practise with."""

from collections.abc import Iterator
from itertools import islice

from django.db import transaction
from django.utils.translation import gettext as _

from channels.models import Channel
from inventory.models import Location, Product
from inventory.selectors import availability
from inventory.services import stock
from oms.core.exceptions import BusinessRuleError

CHANNEL, PLACE = "sandbox", "SANDBOX"
PIECES = 1_000
SET = 2_000  # products of one call
ACTOR = "command:open_sandbox"


@transaction.atomic
def open_sandbox() -> int:
    """Make what is missing, and fill the shelves up; how many products were filled.
    What happens there is asked for, so its orders are paid later."""
    channel, _made = Channel.objects.get_or_create(
        code=CHANNEL,
        defaults={
            "name": "Sandbox",
            "is_sandbox": True,
            "payment": Channel.Payment.LATER,
        },
    )
    place, _made = Location.objects.get_or_create(
        code=PLACE, defaults={"name": "Sandbox", "is_sandbox": True}
    )
    for row in (channel, place):
        if not row.is_sandbox:
            text = _("%(name)s is there already and is real; give it another code.")
            raise BusinessRuleError(text % {"name": row.code})
    return sum(_fill(place, some) for some in _products())


def _products() -> Iterator[list[int]]:
    rows = Product.objects.filter(is_active=True, tracks_stock=True, is_bundle=False)
    keys = rows.order_by("pk").values_list("pk", flat=True).iterator(SET)
    return iter(lambda: list(islice(keys, SET)), [])


def _fill(place: Location, products: list[int]) -> int:
    there = availability(products, [place.pk])
    missing = dict.fromkeys(products, PIECES)
    for (pk, _place), parts in there.items():
        missing[pk] = PIECES - parts.available
    changes = [
        stock.StockChange(pk, place.pk, pieces)
        for pk, pieces in missing.items()
        if pieces > PIECES / 2
    ]
    stock.receive(changes, actor=ACTOR)
    return len(changes)
