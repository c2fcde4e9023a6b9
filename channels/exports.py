"""Listings as a file."""

from django.utils.translation import gettext_lazy as _

from channels.models import Listing
from oms.core.exports.making import register_export
from oms.core.exports.resources import ExportResource, column
from oms.core.files.cells import Number, Text


@register_export
class Listings(ExportResource):
    name, label = "listings", _("Listings")
    api_list = "listings"

    channel = column(Text(), "channel__code")
    channel_sku = column(Text(), "sku")
    sku = column(Text(), "product__sku")
    buffer = column(Number(), "buffer")
    percent = column(Number(), "percent")
    most = column(Number(), "most")

    class Meta:
        model = Listing
