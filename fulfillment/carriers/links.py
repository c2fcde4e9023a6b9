"""Where carriers show people how far a parcel is."""

from urllib.parse import quote

PAGES = {
    "dhl": "https://www.dhl.com/global-en/home/tracking.html?tracking-id={}",
    "dpd": "https://tracking.dpd.de/status/en_US/parcel/{}",
    "fedex": "https://www.fedex.com/fedextrack/?trknbr={}",
    "gls": "https://gls-group.com/GROUP/en/parcel-tracking?match={}",
    "ups": "https://www.ups.com/track?tracknum={}",
    "usps": "https://tools.usps.com/go/TrackConfirmAction?tLabels={}",
}


def tracking_page(carrier: str, number: str) -> str:
    """The carrier's page of this parcel; "" where we do not know it."""
    words = carrier.lower().split()
    page = PAGES.get(words[0]) if words else None
    return page.format(quote(number, safe="")) if page and number else ""
