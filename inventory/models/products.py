from django.db import models
from django.utils.translation import gettext_lazy as _

from oms.core.base import TimestampedModel


class Product(TimestampedModel):
    """What can be ordered. The SKU is its key in every file and every message."""

    sku = models.CharField(_("SKU"), max_length=64, unique=True)
    name = models.CharField(_("name"), max_length=200)
    tracks_stock = models.BooleanField(
        _("tracks stock"),
        default=True,
        help_text=_("Off for services, fees and what never runs out."),
    )
    weight_grams = models.PositiveIntegerField(_("weight (g)"), default=0)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("product")
        verbose_name_plural = _("products")
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(sku=""), name="product_sku_not_empty"
            ),
        ]

    def __str__(self):
        return self.sku
