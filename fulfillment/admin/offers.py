"""What a parcel may be sent by, side by side."""

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from fulfillment.carriers.base import name_of
from fulfillment.rates.choosing import Quote
from oms.core import panels


def offers_table(quotes: list[Quote]) -> panels.Table:
    """Every service side by side, and why one of them."""
    headings = [_("Service"), _("Carrier"), _("Price"), _("Arrives on"), _("Promise")]
    return panels.Table(
        _("Services"),
        [*headings, _("Chosen")],
        [
            [
                quote.offer.name or quote.offer.service,
                name_of(quote.offer.carrier),
                panels.money(quote.offer.price, quote.offer.currency),
                date_format(quote.arrives_on, "SHORT_DATE_FORMAT"),
                _("late") if quote.late else _("kept"),
                quote.reason or panels.NOTHING,
            ]
            for quote in quotes
        ],
        empty=_("NO_RATE: no rate table reaches this address with this weight."),
    )
