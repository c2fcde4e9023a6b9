"""Labels: bought once for each parcel, void or used."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from fulfillment.models.shipments import Shipment
from oms.core.base import TimestampedModel


class Label(TimestampedModel):
    """The intent to buy, kept before the carrier is asked, and what came of it.

    `unknown`: a call went out and no answer came back; the carrier is asked what it
    knows of `idempotency_key` before anything is bought again. `voiding`: it is not
    wanted any more; without a tracking number it is not known whether it was bought.
    """

    class Status(models.TextChoices):
        REQUESTED = "requested", _("Requested")
        UNKNOWN = "unknown", _("Unknown")
        PURCHASED = "purchased", _("Purchased")
        VOIDING = "voiding", _("Being voided")
        VOIDED = "voided", _("Voided")
        FAILED = "failed", _("Failed")

    OPEN = (Status.REQUESTED, Status.UNKNOWN, Status.VOIDING)
    LIVE = (Status.REQUESTED, Status.UNKNOWN, Status.PURCHASED, Status.VOIDING)

    shipment = models.ForeignKey(
        Shipment, models.PROTECT, related_name="labels", verbose_name=_("shipment")
    )
    carrier = models.CharField(_("carrier"), max_length=32)
    service = models.CharField(_("service"), max_length=32)
    status = models.CharField(
        _("status"), max_length=16, choices=Status, default=Status.REQUESTED
    )
    tracking_number = models.CharField(_("tracking number"), max_length=64, blank=True)
    price = models.DecimalField(
        _("price"), max_digits=14, decimal_places=4, null=True, blank=True
    )
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    reason = models.CharField(
        _("why this one"), max_length=200, blank=True, help_text=_("The rule's words.")
    )
    idempotency_key = models.CharField(
        _("idempotency key"), max_length=128, unique=True
    )
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_attempt_at = models.DateTimeField(_("next attempt at"))
    error = models.CharField(_("error"), max_length=300, blank=True)
    document = models.BinaryField(_("document"), null=True, editable=False)
    printed = models.PositiveSmallIntegerField(_("printed"), default=0)
    actor = models.CharField(_("actor"), max_length=64)
    purchased_at = models.DateTimeField(_("purchased at"), null=True, blank=True)
    voided_at = models.DateTimeField(_("voided at"), null=True, blank=True)

    class Meta:
        verbose_name = _("label")
        verbose_name_plural = _("labels")
        permissions = [
            ("buy_label", "Can buy labels"),
            ("print_label", "Can print labels"),
            ("void_label", "Can void labels"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["shipment"],
                condition=~Q(status__in=["voided", "failed"]),
                name="label_one_live_per_shipment",
            ),
            models.UniqueConstraint(
                fields=["tracking_number", "carrier"],
                condition=~Q(tracking_number=""),
                name="label_tracking_number_once",
            ),
            models.CheckConstraint(
                condition=~Q(status="purchased") | ~Q(tracking_number=""),
                name="label_purchased_has_tracking",
            ),
        ]
        indexes = [
            # what is due to be asked
            models.Index(
                fields=["next_attempt_at"],
                name="label_due",
                condition=Q(status__in=["requested", "unknown", "voiding"]),
            ),
        ]

    def __str__(self):
        return f"{self.carrier} {self.tracking_number or self.get_status_display()}"
