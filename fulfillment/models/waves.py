"""Waves: work of one location that is picked in one walk."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from inventory.models import Location
from oms.core.base import TimestampedModel


class Wave(TimestampedModel):
    """Fulfillment orders of one location, each with a slot of the trolley."""

    number = models.CharField(_("number"), max_length=32, unique=True)
    location = models.ForeignKey(
        Location, models.PROTECT, related_name="waves", verbose_name=_("location")
    )
    actor = models.CharField(_("by"), max_length=64)
    cut_off = models.DateTimeField(
        _("cut-off"), null=True, blank=True, help_text=_("What ships by then is in.")
    )
    made_at = models.DateTimeField(_("made at"))
    finished_at = models.DateTimeField(_("picked at"), null=True, blank=True)
    cancelled_at = models.DateTimeField(_("cancelled at"), null=True, blank=True)

    class Meta:
        verbose_name = _("wave")
        verbose_name_plural = _("waves")
        indexes = [
            # the walks that are not finished
            models.Index(
                fields=["location", "made_at"],
                name="wave_open",
                condition=models.Q(finished_at__isnull=True, cancelled_at__isnull=True),
            ),
        ]

    def __str__(self):
        return _("Wave %(number)s") % {"number": self.number}
