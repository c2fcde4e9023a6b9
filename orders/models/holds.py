"""Holds: what stops an order, by name; several at once, released one by one."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from oms.core.base import TimestampedModel
from orders.models.orders import Order


class HoldReason(models.TextChoices):
    AWAITING_PAYMENT = "awaiting_payment", _("Awaiting payment")
    HIGH_RISK_OF_FRAUD = "high_risk_of_fraud", _("High risk of fraud")
    INCORRECT_ADDRESS = "incorrect_address", _("Incorrect address")
    OUT_OF_STOCK = "out_of_stock", _("Out of stock")
    UNKNOWN_DELIVERY_DATE = "unknown_delivery_date", _("Unknown delivery date")
    CUSTOMER_REQUEST = "customer_request", _("Customer request")
    PREORDER = "preorder", _("Pre-order")
    COMPLIANCE = "compliance", _("Compliance")
    DUPLICATE_SUSPECTED = "duplicate_suspected", _("Duplicate suspected")
    MANUAL_REVIEW = "manual_review", _("Manual review")
    OTHER = "other", _("Other")


class Blocks(models.TextChoices):
    """What a hold forbids. `ship` stops the parcel wherever it stands: picking,
    packing, the label and the door."""

    CONFIRM = "confirm", _("Confirm")
    RELEASE = "release", _("Release")
    SHIP = "ship", _("Ship")


class Hold(TimestampedModel):
    """Active until `released_at`. `handle` names it within its source, so that the same
    rule or program holds an order once. Written by `orders/services/holds.py` only,
    which also keeps `Order.active_holds` as guards read it."""

    order = models.ForeignKey(
        Order, models.PROTECT, related_name="holds", verbose_name=_("order")
    )
    reason = models.CharField(_("reason"), max_length=32, choices=HoldReason)
    blocks = ArrayField(
        models.CharField(max_length=16, choices=Blocks), verbose_name=_("blocks")
    )
    note = models.CharField(_("note"), max_length=200, blank=True)
    source = models.CharField(_("source"), max_length=64)
    handle = models.CharField(_("handle"), max_length=64)
    until = models.DateTimeField(
        _("until"), null=True, blank=True, help_text=_("Released by itself then.")
    )
    until_paid = models.BooleanField(
        _("until paid"),
        default=False,
        help_text=_("Released by itself when the payment is secured."),
    )
    placed_by = models.CharField(_("placed by"), max_length=64)
    placed_at = models.DateTimeField(_("placed at"))
    released_by = models.CharField(_("released by"), max_length=64, blank=True)
    released_at = models.DateTimeField(_("released at"), null=True, blank=True)
    release_note = models.CharField(_("release note"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("hold")
        verbose_name_plural = _("holds")
        permissions = [
            ("place_hold", "Can place holds"),
            ("release_hold", "Can release holds"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["order", "source", "handle"],
                condition=Q(released_at__isnull=True),
                name="hold_active_once",
            ),
            models.CheckConstraint(
                condition=Q(blocks__len__gt=0), name="hold_blocks_something"
            ),
            models.CheckConstraint(
                condition=Q(released_at__isnull=True) | ~Q(released_by=""),
                name="hold_released_by_somebody",
            ),
        ]
        indexes = [
            # what is due for release by itself
            models.Index(
                fields=["until"],
                name="hold_due",
                condition=Q(released_at__isnull=True, until__isnull=False),
            ),
        ]

    def __str__(self):
        reason = self.get_reason_display()
        return (
            f"{reason} ({self.handle})" if self.handle != self.reason else f"{reason}"
        )
