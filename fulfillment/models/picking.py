"""What was taken from the shelves for a wave."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from fulfillment.models.allocations import FulfillmentOrderLine
from fulfillment.models.waves import Wave


class PickScan(models.Model):
    """Pieces that one person put into one slot. Written under the lock of the wave.

    `number` counts the scans of a person in a wave: a page that shows an older number
    is out of date. `code` is empty where a count was typed after a scan.
    """

    wave = models.ForeignKey(
        Wave,
        models.PROTECT,
        related_name="pick_scans",
        verbose_name=_("wave"),
        db_index=False,  # pickscan_counted_once serves it
    )
    fulfillment_line = models.ForeignKey(
        FulfillmentOrderLine,
        models.PROTECT,
        related_name="pick_scans",
        verbose_name=_("fulfillment order line"),
    )
    slot = models.CharField(_("slot"), max_length=4)
    number = models.PositiveIntegerField(_("scan"))
    pieces = models.PositiveIntegerField(_("pieces"))
    code = models.CharField(_("code"), max_length=64, blank=True)
    actor = models.CharField(_("by"), max_length=64)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("picking scan")
        verbose_name_plural = _("picking scans")
        constraints = [
            models.UniqueConstraint(
                fields=["wave", "actor", "number"], name="pickscan_counted_once"
            ),
            models.CheckConstraint(
                condition=Q(number__gt=0) & Q(pieces__gt=0),
                name="pickscan_counts_pieces",
            ),
        ]

    def __str__(self):
        return f"{self.wave_id}: {self.number}, {self.pieces} × {self.slot}"
