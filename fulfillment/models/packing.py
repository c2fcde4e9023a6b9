"""What was scanned into the boxes at a packing station."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from fulfillment.models.allocations import FulfillmentOrderLine
from fulfillment.models.work import FulfillmentOrder


class PackScan(models.Model):
    """One piece in its box. Written under the lock of its order.

    `number` counts the scans of a fulfillment order, those taken out again too: a page
    that shows an older number is out of date.
    """

    fulfillment_order = models.ForeignKey(
        FulfillmentOrder,
        models.PROTECT,
        related_name="pack_scans",
        verbose_name=_("fulfillment order"),
        db_index=False,  # packscan_counted_once serves it
    )
    fulfillment_line = models.ForeignKey(
        FulfillmentOrderLine,
        models.PROTECT,
        related_name="pack_scans",
        verbose_name=_("fulfillment order line"),
        db_index=False,  # the scans of one fulfillment order are read together
    )
    number = models.PositiveIntegerField(_("scan"))
    code = models.CharField(_("code"), max_length=64)
    actor = models.CharField(_("by"), max_length=64)
    at = models.DateTimeField(_("at"))
    taken_out_at = models.DateTimeField(_("taken out at"), null=True, blank=True)

    class Meta:
        verbose_name = _("packing scan")
        verbose_name_plural = _("packing scans")
        constraints = [
            models.UniqueConstraint(
                fields=["fulfillment_order", "number"], name="packscan_counted_once"
            ),
            models.CheckConstraint(
                condition=Q(number__gt=0), name="packscan_number_positive"
            ),
        ]

    def __str__(self):
        return f"{self.fulfillment_order_id}: {self.number}, {self.code}"
