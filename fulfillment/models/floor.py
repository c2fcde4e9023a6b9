"""Work at our own stations: its wave, its place on the trolley, its box."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from fulfillment.models.packages import Package
from fulfillment.models.waves import Wave


class OnTheFloor(models.Model):
    wave = models.ForeignKey(
        Wave,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="fulfillment_orders",
        verbose_name=_("wave"),
        db_index=False,  # fulfillmentorder_one_per_slot serves it
    )
    slot = models.CharField(
        _("slot"), max_length=4, blank=True, help_text=_("Of the trolley, in its wave.")
    )
    package = models.ForeignKey(  # nobody asks what lies in boxes of a kind
        Package, models.PROTECT, null=True, db_index=False, verbose_name=_("box")
    )
    weighed_grams = models.PositiveIntegerField(_("weighed (g)"), null=True)

    class Meta:
        abstract = True


CONSTRAINTS = [
    models.UniqueConstraint(
        fields=["wave", "slot"], name="fulfillmentorder_one_per_slot"
    ),
    models.CheckConstraint(
        condition=Q(wave__isnull=True, slot="") | Q(wave__isnull=False) & ~Q(slot=""),
        name="fulfillmentorder_slot_in_wave",
    ),
]
