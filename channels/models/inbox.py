"""What channels say: calls at the door as they came, and messages for the inbox."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from channels.models.channels import Channel
from oms.core.base import TimestampedModel


class ChannelSecret(models.Model):
    """The key that a channel signs its calls with, sealed. A channel may have several:
    the newest, and older ones until their end."""

    channel = models.ForeignKey(
        Channel, models.PROTECT, related_name="secrets", verbose_name=_("channel")
    )
    sealed = models.TextField(_("sealed key"))
    created_at = models.DateTimeField(_("made at"))
    ends_at = models.DateTimeField(_("ends at"), null=True, blank=True)

    class Meta:
        verbose_name = _("secret of a channel")
        verbose_name_plural = _("secrets of channels")

    def __str__(self):
        return f"{self.channel}, {self.created_at:%Y-%m-%d}"


class HookCall(TimestampedModel):
    """A signed call, kept byte by byte before it is read. `call_id` is the sender's,
    the same for every repetition."""

    class Status(models.TextChoices):
        KEPT = "kept", _("Kept, not read yet")
        ACCEPTED = "accepted", _("Accepted")
        IGNORED = "ignored", _("Ignored")
        REFUSED = "refused", _("Refused")

    channel = models.ForeignKey(
        Channel, models.PROTECT, related_name="calls", verbose_name=_("channel")
    )
    call_id = models.CharField(_("call id"), max_length=160)
    body = models.BinaryField(_("body"))
    received_at = models.DateTimeField(_("received at"))
    status = models.CharField(
        _("status"), max_length=16, choices=Status, default=Status.KEPT
    )
    note = models.CharField(_("note"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("call")
        verbose_name_plural = _("calls")
        constraints = [
            models.UniqueConstraint(
                fields=["channel", "call_id"], name="hookcall_kept_once"
            ),
            models.CheckConstraint(
                condition=models.Q(
                    status__in=["kept", "accepted", "ignored", "refused"]
                ),
                name="hookcall_status_known",
            ),
            models.CheckConstraint(
                condition=~models.Q(status="refused", note=""),
                name="hookcall_refused_with_a_reason",
            ),
        ]
        indexes = [
            # what still has to be read, oldest first
            models.Index(
                fields=["channel", "id"],
                name="hookcall_kept",
                condition=models.Q(status="kept"),
            ),
        ]

    def __str__(self):
        return self.call_id


class InboundMessage(TimestampedModel):
    """What a channel said, kept as it came and handled once."""

    class Kind(models.TextChoices):
        ORDER = "order", _("Order")
        RETURN = "return", _("Return")

    class Status(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        PROCESSED = "processed", _("Processed")
        REFUSED = "refused", _("Refused")

    channel = models.ForeignKey(
        Channel, models.PROTECT, related_name="messages", verbose_name=_("channel")
    )
    kind = models.CharField(_("kind"), max_length=16, choices=Kind)
    external_id = models.CharField(_("external id"), max_length=128)
    payload = models.JSONField(_("payload"))
    status = models.CharField(
        _("status"), max_length=16, choices=Status, default=Status.WAITING
    )
    error = models.TextField(_("error"), blank=True)
    received_at = models.DateTimeField(_("received at"))
    processed_at = models.DateTimeField(_("processed at"), null=True, blank=True)

    class Meta:
        verbose_name = _("inbound message")
        verbose_name_plural = _("inbound messages")
        constraints = [
            models.UniqueConstraint(
                fields=["channel", "kind", "external_id"],
                name="inboundmessage_stored_once",
            ),
        ]
        indexes = [
            # what still has to be handled, oldest first
            models.Index(
                fields=["id"],
                name="inboundmessage_waiting",
                condition=models.Q(status="waiting"),
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.external_id}"
