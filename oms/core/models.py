"""The kernel's tables: people, what happened, what needs a person."""

import zoneinfo

from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from oms.core.base import TimestampedModel


def validate_time_zone(name: str) -> None:
    if name not in zoneinfo.available_timezones():
        raise ValidationError(
            _("%(name)s is not a time zone; write one like Europe/Berlin."),
            params={"name": name},
        )


class User(AbstractUser):
    """A member of staff."""

    time_zone = models.CharField(
        _("time zone"), max_length=64, default="UTC", validators=[validate_time_zone]
    )

    class Meta(AbstractUser.Meta):
        pass


class Event(models.Model):
    """Timeline and outbox in one: a row for everything that happened to a document.

    Insert-only: a trigger refuses DELETE, and UPDATE of anything but `dispatched_at`
    and
    `data` (which the erasure of a person blanks). The order of events is by id.
    """

    subject_type = models.CharField(_("subject"), max_length=24)
    subject_id = models.BigIntegerField(_("subject id"))
    root_type = models.CharField(_("document"), max_length=24)
    root_id = models.BigIntegerField(_("document id"))
    action = models.CharField(_("action"), max_length=48)
    from_status = models.CharField(_("from"), max_length=16, blank=True)
    to_status = models.CharField(_("to"), max_length=16, blank=True)
    actor = models.CharField(_("actor"), max_length=64)
    data = models.JSONField(_("data"), default=dict, blank=True)
    at = models.DateTimeField(_("at"))
    dispatched_at = models.DateTimeField(_("dispatched at"), null=True, blank=True)

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        indexes = [
            # the timeline of one document, oldest first
            models.Index(fields=["root_type", "root_id", "id"], name="event_timeline"),
            # the outbox: what has not gone out yet
            models.Index(
                fields=["id"],
                name="event_outbox",
                condition=models.Q(dispatched_at__isnull=True),
            ),
        ]

    def __str__(self):
        return f"{self.action} {self.subject_type} {self.subject_id}"


class WorkItem(TimestampedModel):
    """Something that waits for a person: one open item per kind and subject."""

    class Status(models.TextChoices):
        OPEN = "open", _("Open")
        SNOOZED = "snoozed", _("Snoozed")
        RESOLVED = "resolved", _("Resolved")

    kind = models.CharField(_("kind"), max_length=48)
    subject_type = models.CharField(_("subject"), max_length=24)
    subject_id = models.BigIntegerField(_("subject id"))
    title = models.CharField(_("title"), max_length=300)
    data = models.JSONField(
        _("data"),
        default=dict,
        blank=True,
        help_text=_("What a fix may start from, such as a suggestion."),
    )
    status = models.CharField(
        _("status"), max_length=16, choices=Status, default=Status.OPEN
    )
    owner = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, verbose_name=_("owner")
    )
    snoozed_until = models.DateTimeField(_("snoozed until"), null=True, blank=True)
    resolved_at = models.DateTimeField(_("resolved at"), null=True, blank=True)

    class Meta:
        verbose_name = _("work item")
        verbose_name_plural = _("work items")
        constraints = [
            models.UniqueConstraint(
                fields=["subject_type", "subject_id", "kind"],
                condition=~models.Q(status="resolved"),
                name="workitem_one_open_per_kind",
            ),
        ]

    def __str__(self):
        return self.title
