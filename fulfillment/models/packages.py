"""The boxes that goods are packed into."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from oms.core.base import TimestampedModel


class Package(TimestampedModel):
    """A kind of box. Those with the lowest positions have a key at the station."""

    code = models.SlugField(_("code"), max_length=32, unique=True)
    name = models.CharField(_("name"), max_length=64)
    weight_grams = models.PositiveIntegerField(
        _("own weight (g)"), default=0, help_text=_("Of the empty box.")
    )
    length_mm = models.PositiveIntegerField(_("length (mm)"), null=True, blank=True)
    width_mm = models.PositiveIntegerField(_("width (mm)"), null=True, blank=True)
    height_mm = models.PositiveIntegerField(_("height (mm)"), null=True, blank=True)
    position = models.PositiveSmallIntegerField(
        _("position"),
        default=100,
        help_text=_("The lowest four have the keys 1 to 4 at the packing station."),
    )
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("box")
        verbose_name_plural = _("boxes")

    def __str__(self):
        return self.name

    @property
    def size(self) -> str:
        """In centimetres, where it is known."""
        sides = self.length_mm, self.width_mm, self.height_mm
        return "×".join(f"{side / 10:g}" for side in sides) if all(sides) else ""
