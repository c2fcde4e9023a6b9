from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from oms.core.base import LoadedModel, TimestampedModel
from orders.models.orders import Order


class Payment(TimestampedModel):
    """One tender of an order. The amounts are the sums of its ledger, and
    `capturing_amount` and `refunding_amount` what is asked for and not decided yet."""

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
    voided_amount = models.DecimalField(
        _("voided"), max_digits=14, decimal_places=4, default=0
    )
    capturing_amount = models.DecimalField(
        _("being captured"), max_digits=14, decimal_places=4, default=0
    )
    refunding_amount = models.DecimalField(
        _("being refunded"), max_digits=14, decimal_places=4, default=0
    )
    voiding_amount = models.DecimalField(
        _("being voided"), max_digits=14, decimal_places=4, default=0
    )
    reference = models.CharField(
        _("reference"),
        max_length=128,
        blank=True,
        help_text=_("What the gateway calls the authorization."),
    )
    expires_at = models.DateTimeField(
        _("authorization expires at"), null=True, blank=True
    )

    class Meta:
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        permissions = [
            ("record_payment", "Can record payments"),
            ("capture_payment", "Can capture and void payments"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(authorized_amount__gte=0)
                & Q(captured_amount__gte=0)
                & Q(refunded_amount__gte=0)
                & Q(refunding_amount__gte=0)
                & Q(refunded_amount__lte=F("captured_amount") - F("refunding_amount")),
                name="payment_refunded_within_captured",
            ),
            models.CheckConstraint(
                condition=Q(capturing_amount__gte=0)
                & Q(voiding_amount__gte=0)
                & Q(voided_amount__gte=0)
                & Q(
                    captured_amount__lte=F("authorized_amount")
                    - F("capturing_amount")
                    - F("voided_amount")
                    - F("voiding_amount")
                ),
                name="payment_captured_within_authorized",
            ),
        ]
        indexes = [
            # authorizations that are about to expire
            models.Index(
                fields=["expires_at"],
                name="payment_expiring",
                condition=Q(expires_at__isnull=False),
            ),
        ]

    def __str__(self):
        return f"{self.gateway} {self.captured_amount:.2f} {self.currency}"


class PaymentTransaction(LoadedModel):
    """The ledger of a payment: insert-only."""

    class Kind(models.TextChoices):
        AUTHORIZE = "authorize", _("Authorize")
        CAPTURE = "capture", _("Capture")
        VOID = "void", _("Void")
        REFUND = "refund", _("Refund")

    class Status(models.TextChoices):
        SUCCEEDED = "succeeded", _("Succeeded")
        FAILED = "failed", _("Failed")

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
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    actor = models.CharField(_("actor"), max_length=64)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("payment transaction")
        verbose_name_plural = _("payment transactions")
        permissions = [
            ("export_paymenttransaction", "Can export payment transactions"),
        ]
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


class PaymentRequest(TimestampedModel):
    """Something asked of a gateway: the intent, kept before the call. What became of it
    is a row of the ledger.

    `unknown`: a call went out and no answer came back. Nothing is asked again before
    the gateway has been looked up by the idempotency key.
    """

    class Status(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        UNKNOWN = "unknown", _("Unknown")
        SUCCEEDED = "succeeded", _("Succeeded")
        FAILED = "failed", _("Failed")

    OPEN = (Status.WAITING, Status.UNKNOWN)

    payment = models.ForeignKey(
        Payment, models.PROTECT, related_name="requests", verbose_name=_("payment")
    )
    kind = models.CharField(_("kind"), max_length=16, choices=PaymentTransaction.Kind)
    status = models.CharField(
        _("status"), max_length=16, choices=Status, default=Status.WAITING
    )
    amount = models.DecimalField(_("amount"), max_digits=14, decimal_places=4)
    idempotency_key = models.CharField(
        _("idempotency key"), max_length=128, unique=True
    )
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_attempt_at = models.DateTimeField(_("next attempt at"))
    error = models.CharField(_("error"), max_length=300, blank=True)
    actor = models.CharField(_("actor"), max_length=64)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)

    class Meta:
        verbose_name = _("payment request")
        verbose_name_plural = _("payment requests")
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gt=0), name="paymentrequest_amount_positive"
            ),
            models.CheckConstraint(
                condition=Q(status__in=["waiting", "unknown"], finished_at__isnull=True)
                | Q(status__in=["succeeded", "failed"], finished_at__isnull=False),
                name="paymentrequest_finished_has_time",
            ),
        ]
        indexes = [
            # what is due to be asked
            models.Index(
                fields=["next_attempt_at"],
                name="paymentrequest_due",
                condition=Q(status__in=["waiting", "unknown"]),
            ),
        ]

    def __str__(self):
        return f"{self.kind} {self.amount:.2f} {self.payment.currency}"
