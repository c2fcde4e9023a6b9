"""The rule by which the service of a parcel is chosen. Pure.

The service that the customer chose; else the cheapest that keeps the promise; else, if
none keeps it, the fastest. `offers` come sorted, the cheapest first.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from fulfillment.rates.rating import Offer


@dataclass(frozen=True, slots=True)
class Quote:
    """An offer and when it would arrive. `reason` is empty but for the chosen one."""

    offer: Offer
    arrives_on: date
    late: bool
    reason: str = ""


def choose(
    offers: Sequence[Offer],
    ready_on: date,
    *,
    promised: date | None = None,
    service: str = "",
) -> list[Quote]:
    """All offers as quotes, for a parcel that the carrier has on `ready_on`."""
    quotes = []
    for offer in offers:
        day = offer.arrives_on(ready_on)
        quotes.append(Quote(offer, day, promised is not None and day > promised))
    best, reason = _best(quotes, promised, service)
    return [
        Quote(each.offer, each.arrives_on, each.late, reason) if each is best else each
        for each in quotes
    ]


def chosen(quotes: Sequence[Quote]) -> Quote | None:
    return next((quote for quote in quotes if quote.reason), None)


def _best(
    quotes: list[Quote], promised: date | None, service: str
) -> tuple[Quote | None, str]:
    if service:
        wanted = [quote for quote in quotes if quote.offer.service == service]
        reason = _("%(service)s is the service that was asked for.")
        return (wanted[0], reason % {"service": service}) if wanted else (None, "")
    if not quotes:
        return None, ""
    kept = [quote for quote in quotes if not quote.late]
    if not kept:
        fastest = min(quotes, key=lambda quote: quote.arrives_on)
        return fastest, _("No service keeps the promise of %(day)s; the fastest.") % {
            "day": date_format(promised, "SHORT_DATE_FORMAT")
        }
    if promised is None:
        return kept[0], _("The cheapest; no day is promised.")
    return kept[0], _("The cheapest that keeps the promise of %(day)s.") % {
        "day": date_format(promised, "SHORT_DATE_FORMAT")
    }
