from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from oms.core.base import TimestampedModel
from orders.models.orders import Order


class Payment(TimestampedModel):
    """One tender of an order. The amounts are the sums of its ledger."""

    order = models.ForeignKey(
        Order, models.PROTECT, related_name="payments", verbose_name=_("order")
    )
    gateway = models.CharField(_("gateway"), max_length=32)
    currency = models.CharField(_("currency"), max_length=3)
    authorized_amount = models.DecimalField(
        _("authorized"), max_digits=14, decimal_places=4, default=0
    )
    captured_amount = models.DecimalField(
        _("captured"), max_digits=14, decimal_places=4, default=0
    )
    refunded_amount = models.DecimalField(
        _("refunded"), max_digits=14, decimal_places=4, default=0
    )

    class Meta:
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        constraints = [
            models.CheckConstraint(
                condition=Q(authorized_amount__gte=0)
                & Q(captured_amount__gte=0)
                & Q(refunded_amount__gte=0)
                & Q(refunded_amount__lte=F("captured_amount")),
                name="payment_refunded_within_captured",
            ),
        ]

    def __str__(self):
        return f"{self.gateway} {self.captured_amount:.2f} {self.currency}"


class PaymentTransaction(models.Model):
    """The ledger of a payment: insert-only."""

    class Kind(models.TextChoices):
        CAPTURE = "capture", _("Capture")

    class Status(models.TextChoices):
        SUCCEEDED = "succeeded", _("Succeeded")

    payment = models.ForeignKey(
        Payment,
        models.PROTECT,
        related_name="transactions",
        verbose_name=_("payment"),
    )
    kind = models.CharField(_("kind"), max_length=16, choices=Kind)
    status = models.CharField(_("status"), max_length=16, choices=Status)
    amount = models.DecimalField(_("amount"), max_digits=14, decimal_places=4)
    currency = models.CharField(_("currency"), max_length=3)
    reference = models.CharField(  # noqa: DJ001, null: many have none, each only once
        _("reference"),
        max_length=128,
        null=True,
        blank=True,
    )
    idempotency_key = models.CharField(
        _("idempotency key"), max_length=128, unique=True
    )
    actor = models.CharField(_("actor"), max_length=64)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("payment transaction")
        verbose_name_plural = _("payment transactions")
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gte=0),
                name="paymenttransaction_amount_not_negative",
            ),
            models.UniqueConstraint(
                fields=["payment", "kind", "reference"],
                condition=Q(reference__isnull=False),
                name="paymenttransaction_reference_once",
            ),
        ]

    def __str__(self):
        return f"{self.kind} {self.amount:.2f} {self.currency}"
