from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from channels.models import Channel
from inventory.models import Product
from oms.core.base import TimestampedModel


class ReturnPolicy(TimestampedModel):
    """What customers may send back, for one channel or for all: binding for customers,
    advice for staff."""

    channel = models.OneToOneField(
        Channel,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="return_policy",
        verbose_name=_("channel"),
        help_text=_("Empty for all channels without a policy of their own."),
    )
    window_days = models.PositiveSmallIntegerField(
        _("window (days)"), default=30, help_text=_("Counted from the delivery.")
    )
    expires_days = models.PositiveSmallIntegerField(
        _("expires after (days)"),
        default=30,
        help_text=_("Counted from the approval, if nothing has come by then."),
    )
    fee_percent = models.PositiveSmallIntegerField(
        _("restocking fee (%)"),
        default=0,
        validators=[MaxValueValidator(100)],
        help_text=_("Kept back unless the goods were at fault."),
    )
    refunds_shipping = models.BooleanField(
        _("refunds shipping"),
        default=True,
        help_text=_("When everything of the order comes back."),
    )
    approval_above = models.DecimalField(
        _("approval above"),
        max_digits=14,
        decimal_places=4,
        null=True,
        blank=True,
        help_text=_("Refunds of more need a second person; empty for none."),
    )
    final_sale = models.ManyToManyField(
        Product,
        blank=True,
        related_name="final_sale_policies",
        verbose_name=_("final sale"),
        help_text=_("Products that do not come back."),
    )

    class Meta:
        verbose_name = _("return policy")
        verbose_name_plural = _("return policies")
        constraints = [
            models.UniqueConstraint(
                fields=["channel"],
                nulls_distinct=False,
                name="returnpolicy_one_per_channel",
            ),
            models.CheckConstraint(
                condition=Q(fee_percent__lte=100), name="returnpolicy_fee_in_percent"
            ),
        ]

    def __str__(self):
        return str(self.channel) if self.channel_id else str(_("all channels"))
