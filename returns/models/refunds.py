"""Money that goes back: asked for, approved, sent, and shown by evidence."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django_fsm import transition

from channels.models import Channel
from oms.core.api.models import ApiKey
from oms.core.base import StatusField, StatusModel, TimestampedModel
from orders.models import Order, Payment, PaymentRequest
from returns import guards
from returns.models.lines import ReturnLine
from returns.models.returns import Return


class Status(models.TextChoices):
    REQUESTED = "requested", _("Waits for approval")
    SUBMITTED = "submitted", _("Sent to the gateway")
    SUCCEEDED = "succeeded", _("Refunded")
    FAILED = "failed", _("Failed")
    DENIED = "denied", _("Denied")


class RefundSet(models.QuerySet):
    def for_key(self, key: ApiKey) -> "RefundSet":
        """Those of the orders that it sees: a warehouse sees none."""
        channels = Channel.objects.for_key(key).values_list("pk", flat=True)
        return self.filter(order__channel__in=list(channels))


class Refund(StatusModel):
    """One decision to give money back, paid from one or more tenders.

    amount + uncovered = goods + shipping − fee, unless somebody has said another sum;
    `tax_amount` is the tax within goods and shipping. Goodwill has none of them: it is
    `amount` alone. Locked through its order.
    """

    Status = Status

    class Kind(models.TextChoices):
        RETURN = "return", _("Return")
        GOODWILL = "goodwill", _("Goodwill")
        OVERPAID = "overpaid", _("Overpaid")

    number = models.CharField(_("number"), max_length=32, unique=True)
    status = StatusField(_("status"), choices=Status, default=Status.REQUESTED)
    order = models.ForeignKey(
        Order, models.PROTECT, related_name="refunds", verbose_name=_("order")
    )
    ret = models.ForeignKey(
        Return,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="refunds",
        verbose_name=_("return"),
    )
    kind = models.CharField(_("kind"), max_length=16, choices=Kind)
    currency = models.CharField(_("currency"), max_length=3)
    amount = models.DecimalField(_("amount"), max_digits=14, decimal_places=4)
    goods_amount = models.DecimalField(
        _("goods"), max_digits=14, decimal_places=4, default=0
    )
    shipping_amount = models.DecimalField(
        _("shipping"), max_digits=14, decimal_places=4, default=0
    )
    fee_amount = models.DecimalField(
        _("fee kept"), max_digits=14, decimal_places=4, default=0
    )
    tax_amount = models.DecimalField(
        _("tax within it"), max_digits=14, decimal_places=4, default=0
    )
    uncovered_amount = models.DecimalField(
        _("not covered"),
        max_digits=14,
        decimal_places=4,
        default=0,
        help_text=_("Due, but more than the order has paid."),
    )
    reason = models.CharField(_("reason"), max_length=200)
    requested_by = models.CharField(_("asked for by"), max_length=64)
    approved_by = models.CharField(_("approved by"), max_length=64, blank=True)
    requested_at = models.DateTimeField(_("requested at"))
    submitted_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)

    objects = RefundSet.as_manager()

    class Meta:
        verbose_name = _("refund")
        verbose_name_plural = _("refunds")
        permissions = [
            ("request_refund", "Can refund"),
            ("approve_refund", "Can approve or deny refunds of others"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gt=0), name="refund_amount_positive"
            ),
            models.CheckConstraint(
                condition=Q(status__in=Status.values), name="refund_status_known"
            ),
            models.CheckConstraint(
                condition=Q(approved_by="") | ~Q(approved_by=F("requested_by")),
                name="refund_approved_by_another",
            ),
        ]
        indexes = [
            # what has changed since somebody asked
            models.Index(fields=["updated_at", "id"], name="refund_changes"),
            models.Index(
                fields=["status"],
                name="refund_open",
                condition=Q(status__in=["requested", "submitted"]),
            ),
        ]

    def __str__(self):
        return _("Refund %(number)s") % {"number": self.number}

    @property
    def timeline_root(self) -> tuple[str, int]:
        return "order", self.order_id

    @transition(
        field="status",
        source=Status.REQUESTED,
        target=Status.SUBMITTED,
        custom={"action": "refund.submitted"},
    )
    def submit(self, *, at):
        self.submitted_at = at

    @transition(
        field="status",
        source=Status.REQUESTED,
        target=Status.DENIED,
        custom={"action": "refund.denied"},
    )
    def deny(self, *, at, reason):
        self.finished_at = at

    @transition(
        field="status",
        source=Status.SUBMITTED,
        target=Status.SUCCEEDED,
        conditions=[guards.all_parts_succeeded],
        custom={"action": "refund.succeeded"},
    )
    def succeed(self, *, at):
        self.finished_at = at

    @transition(
        field="status",
        source=Status.SUBMITTED,
        target=Status.FAILED,
        conditions=[guards.no_part_is_open],
        custom={"action": "refund.failed"},
    )
    def fail(self, *, at):
        self.finished_at = at

    @transition(
        field="status",
        source=Status.FAILED,
        target=Status.SUBMITTED,
        custom={"action": "refund.tried_again"},
    )
    def try_again(self, *, at):
        """Somebody has asked the gateways of its payments once more."""
        self.finished_at = None


class RefundPart(TimestampedModel):
    """What one tender pays of a refund; `request` is what was asked of its gateway."""

    refund = models.ForeignKey(
        Refund, models.PROTECT, related_name="parts", verbose_name=_("refund")
    )
    payment = models.ForeignKey(
        Payment,
        models.PROTECT,
        related_name="refund_parts",
        verbose_name=_("payment"),
    )
    request = models.OneToOneField(
        PaymentRequest,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="refund_part",
        verbose_name=_("request"),
    )
    amount = models.DecimalField(_("amount"), max_digits=14, decimal_places=4)

    class Meta:
        verbose_name = _("refund part")
        verbose_name_plural = _("refund parts")
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gt=0), name="refundpart_amount_positive"
            ),
        ]

    def __str__(self):
        return f"{self.amount:.2f} {self.payment}"


class RefundLine(models.Model):
    """The pieces that a refund is for, and what they are worth before fees."""

    refund = models.ForeignKey(
        Refund, models.PROTECT, related_name="lines", verbose_name=_("refund")
    )
    return_line = models.ForeignKey(
        ReturnLine,
        models.PROTECT,
        related_name="refund_lines",
        verbose_name=_("return line"),
    )
    quantity = models.IntegerField(_("quantity"))
    amount = models.DecimalField(
        _("amount"), max_digits=14, decimal_places=4, default=0
    )
    tax_amount = models.DecimalField(
        _("tax within it"), max_digits=14, decimal_places=4, default=0
    )

    class Meta:
        verbose_name = _("refund line")
        verbose_name_plural = _("refund lines")
        constraints = [
            models.CheckConstraint(
                condition=Q(quantity__gt=0), name="refundline_quantity_positive"
            ),
        ]

    def __str__(self):
        return f"{self.quantity} × {self.return_line_id}"
