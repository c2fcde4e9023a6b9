"""How likely an order is a fraud: rules, lists and stored assessments."""

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from oms.core.base import TimestampedModel
from orders.models.orders import Order


class RiskRule(TimestampedModel):
    """One signal and its points. What `threshold` counts depends on the signal: orders
    (velocity), an amount (high value); the others have none."""

    class Signal(models.TextChoices):
        VELOCITY = "velocity", _("Many orders of one customer or address")
        ADDRESS_MISMATCH = "address_mismatch", _("Address and customer do not match")
        HIGH_VALUE = "high_value", _("High value")
        BLOCKLIST = "blocklist", _("On the blocklist")
        DUPLICATE = "duplicate", _("Duplicate suspected")
        FIRST_ORDER = "first_order", _("First order of the customer")

    signal = models.CharField(_("signal"), max_length=24, choices=Signal, unique=True)
    points = models.PositiveSmallIntegerField(_("points"))
    threshold = models.DecimalField(
        _("threshold"),
        max_digits=14,
        decimal_places=4,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    window_hours = models.PositiveIntegerField(_("window (h)"), default=24)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("risk rule")
        verbose_name_plural = _("risk rules")
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(signal__in=["velocity", "high_value"])
                | models.Q(threshold__isnull=False),
                name="riskrule_counts_to_a_threshold",
                violation_error_message=_("This signal needs a threshold; give one."),
            ),
        ]

    def __str__(self):
        return self.get_signal_display()


class BlocklistEntry(TimestampedModel):
    """Somebody or somewhere we do not send to without a look. `value` is normalised:
    lower case, no spaces around."""

    class Kind(models.TextChoices):
        EMAIL = "email", _("E-mail")
        EMAIL_DOMAIN = "email_domain", _("E-mail domain")
        PHONE = "phone", _("Phone")
        ADDRESS = "address", _("Street and postal code")

    kind = models.CharField(_("kind"), max_length=16, choices=Kind)
    value = models.CharField(_("value"), max_length=300)
    note = models.CharField(_("note"), max_length=200, blank=True)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("blocklist entry")
        verbose_name_plural = _("blocklist")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "value"], name="blocklistentry_once"
            ),
        ]

    def __str__(self):
        return f"{self.kind} {self.value}"


class RiskAssessment(models.Model):
    """One look at an order: insert-only. `signals`: [{"signal": …, "points": …,
    "text": …}] in the order of their points."""

    order = models.ForeignKey(
        Order,
        models.PROTECT,
        related_name="risk_assessments",
        verbose_name=_("order"),
    )
    score = models.PositiveIntegerField(_("score"))
    limit = models.PositiveIntegerField(_("limit"))
    signals = models.JSONField(_("signals"))
    provider = models.CharField(_("provider"), max_length=32, default="rules")
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("risk assessment")
        verbose_name_plural = _("risk assessments")

    def __str__(self):
        return _("Risk %(score)d of %(limit)d") % {
            "score": self.score,
            "limit": self.limit,
        }
