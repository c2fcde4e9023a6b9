"""Listings: what a channel calls a product, and how many pieces of it it shows."""

from django import forms
from django.contrib import admin
from django.utils.translation import gettext as _

from channels.models import Channel, Listing
from channels.selectors import ListingQuantity, listing_quantities
from channels.services.listings import Limit, limit_listings, map_skus, refusals
from oms.core import panels
from oms.core.admin import ExportingAdmin, KeptAdmin
from oms.core.tools import actor_of

MOST_ROWS = 200


def shown_by(channel: Channel) -> panels.Table:
    """What the channel shows of its first listings."""
    first = channel.listings.order_by("sku").values_list("product", flat=True)
    found = listing_quantities(channel, first[: MOST_ROWS + 1])
    note = ""
    if len(found) > MOST_ROWS:
        note = _("The first %(n)d; each listing's own page tells its numbers.") % {
            "n": MOST_ROWS
        }
    return _table(dict(list(found.items())[:MOST_ROWS]), note)


def explained(listing: Listing) -> panels.Table:
    found = listing_quantities(listing.channel, [listing.product_id])
    return _table({listing: found[listing]})


def _table(rows: dict[Listing, ListingQuantity], note: str = "") -> panels.Table:
    return panels.Table(
        _("What is shown"),
        [
            _("Channel's SKU"),
            _("Product"),
            _("Shown"),
            _("= (to promise"),
            _("− buffer)"),
            _("× share, rounded down"),
            _("at most"),
        ],
        [
            [
                panels.link(Listing, listing.pk, listing.sku),
                panels.link("product", listing.product_id, listing.product),
                *_cells(numbers),
            ]
            for listing, numbers in rows.items()
        ],
        note=note,
        empty=_("No listings yet."),
    )


def _cells(numbers: ListingQuantity) -> list:
    most = panels.NOTHING if numbers.most is None else numbers.most
    rest = [numbers.buffer, f"{numbers.percent} %", most]
    if numbers.shown is None:
        return [_("no number"), _("keeps no stock"), *rest]
    return [numbers.shown, numbers.atp, *rest]


class ListingForm(forms.ModelForm):
    def clean(self):
        said = super().clean()
        sku = said.get("sku") or self.instance.sku
        if sku and "product" in said:
            for reason in refusals({sku: said["product"]}).values():
                self.add_error(None, reason)
        return said


@admin.register(Listing)
class ListingAdmin(ExportingAdmin, KeptAdmin):
    """Orders that waited for the SKU go on when it is saved."""

    form = ListingForm
    own_panels = (explained,)
    list_display = ["sku", "channel", "product", "buffer", "percent", "most"]
    list_filter = ["channel"]
    search_fields = ["sku", "product__sku"]
    list_select_related = ["channel", "product"]
    ordering = ["channel", "sku"]
    fields = ["channel", "sku", "product", ("buffer", "percent", "most")]
    autocomplete_fields = ["product"]

    def get_readonly_fields(self, request, obj=None):
        return ["channel", "sku"] if obj else []

    def save_model(self, request, obj, form, change):
        actor = actor_of(request)
        obj.pk = map_skus(obj.channel, {obj.sku: obj.product}, actor=actor).one().pk
        limit_listings({obj.pk: Limit(obj.buffer, obj.percent, obj.most)}).one()
