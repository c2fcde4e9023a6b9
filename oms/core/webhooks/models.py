"""Who is told of events, and what became of each telling."""

from datetime import timedelta

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from oms.core.base import TimestampedModel

LONGEST_URL = 500
FIRST_KILOBYTE = 1024  # of an answer is kept


class EndpointSet(models.QuerySet):
    def for_key(self, key) -> "EndpointSet":
        """What a partner's key may see: what it, or a key before it, has made."""
        return self.filter(client=key.client)


class DeliverySet(models.QuerySet):
    def for_key(self, key) -> "DeliverySet":
        return self.filter(endpoint__client=key.client)


class WebhookEndpoint(TimestampedModel):
    """An address of a partner's program that hears of events.

    Limits are codes, as in a key; an empty list is no limit. `failing_since` is the
    first failure after the last success; the whole endpoint rests between tries then.
    """

    class Status(models.TextChoices):
        ACTIVE = "active", _("Active")
        PAUSED = "paused", _("Paused")
        DISABLED = "disabled", _("Switched off")

    url = models.CharField(_("address"), max_length=LONGEST_URL)
    description = models.CharField(_("description"), max_length=200, blank=True)
    event_types = ArrayField(
        models.CharField(max_length=64),
        verbose_name=_("events"),
        help_text=_("Names such as order.confirmed, order.* or *."),
    )
    channels = ArrayField(
        models.CharField(max_length=32),
        default=list,
        blank=True,
        verbose_name=_("channels"),
        help_text=_("Codes; empty for all."),
    )
    locations = ArrayField(
        models.CharField(max_length=32),
        default=list,
        blank=True,
        verbose_name=_("locations"),
        help_text=_("Codes; empty for all. With some, orders themselves are not told."),
    )
    is_sandbox = models.BooleanField(
        _("sandbox"),
        default=False,
        help_text=_("Hears of channels marked sandbox, and of no other."),
    )
    sealed = models.TextField(_("secret"), editable=False)
    old_sealed = models.TextField(_("old secret"), blank=True, editable=False)
    old_until = models.DateTimeField(
        _("old secret signs until"), null=True, blank=True, editable=False
    )
    status = models.CharField(
        _("status"), max_length=16, choices=Status, default=Status.ACTIVE
    )
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    owner = models.CharField(
        _("owner"), max_length=64, help_text=_("Who made it: user:… or key:….")
    )
    client = models.BigIntegerField(
        _("client"),
        null=True,
        blank=True,
        db_index=True,
        help_text=_("Of the API keys that see it; empty: made by staff."),
    )
    failures = models.PositiveIntegerField(_("failures in a row"), default=0)
    failing_since = models.DateTimeField(_("failing since"), null=True, blank=True)
    resting_until = models.DateTimeField(_("rests until"), null=True, blank=True)

    objects = EndpointSet.as_manager()

    class Meta:
        verbose_name = _("webhook endpoint")
        verbose_name_plural = _("webhook endpoints")
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=["active", "paused", "disabled"]),
                name="webhookendpoint_status_known",
            ),
            models.CheckConstraint(
                condition=~Q(event_types=[]), name="webhookendpoint_hears_something"
            ),
        ]

    def __str__(self):
        return self.description or self.url

    @property
    def timeline_root(self) -> tuple[str, int]:
        return "webhookendpoint", self.pk


class WebhookDelivery(TimestampedModel):
    """One event for one endpoint, with the very bytes that are sent each time."""

    class Status(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        DELIVERED = "delivered", _("Delivered")
        FAILED = "failed", _("Given up")

    endpoint = models.ForeignKey(
        WebhookEndpoint,
        models.CASCADE,
        related_name="deliveries",
        verbose_name=_("endpoint"),
        db_index=False,  # the unique pair begins with it
    )
    event = models.ForeignKey(
        "core.Event",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("event"),
        help_text=_("None: a test."),
        db_index=False,  # events are never deleted
    )
    message_id = models.CharField(_("id of the message"), max_length=48)
    type = models.CharField(_("event"), max_length=64)
    body = models.TextField(_("body"))
    status = models.CharField(
        _("status"), max_length=16, choices=Status, default=Status.WAITING
    )
    attempts = models.PositiveSmallIntegerField(_("tries"), default=0)
    next_attempt_at = models.DateTimeField(_("next try at"))
    answer_status = models.PositiveSmallIntegerField(_("answer"), null=True, blank=True)
    answer_text = models.CharField(
        _("what it said"), max_length=FIRST_KILOBYTE, blank=True
    )
    answer_ms = models.PositiveIntegerField(_("took (ms)"), null=True, blank=True)
    error = models.CharField(_("error"), max_length=200, blank=True)
    log = models.JSONField(_("all tries"), default=list, blank=True)

    objects = DeliverySet.as_manager()

    class Meta:
        verbose_name = _("webhook delivery")
        verbose_name_plural = _("webhook deliveries")
        constraints = [
            models.UniqueConstraint(
                fields=["endpoint", "event"], name="webhookdelivery_once_per_event"
            ),
            models.CheckConstraint(
                condition=Q(status__in=["waiting", "delivered", "failed"]),
                name="webhookdelivery_status_known",
            ),
        ]
        indexes = [
            # what is due for an endpoint
            models.Index(
                fields=["endpoint", "next_attempt_at", "id"],
                name="webhookdelivery_due",
                condition=Q(status="waiting"),
            ),
        ]

    def __str__(self):
        return f"{self.message_id} {self.type}"


KEPT_FOR = timedelta(days=30)  # deliveries
