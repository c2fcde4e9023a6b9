"""The kernel's tables: people, what happened, what needs a person."""

import zoneinfo

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.indexes import BrinIndex
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from oms.core.api.models import ApiKey, ApiUse, IdempotencyKey
from oms.core.api.requestlog import ApiRequest
from oms.core.base import LoadedModel, TimestampedModel
from oms.core.exports.models import DailyExport, ExportFile, ExportPart
from oms.core.files.models import ImportMapping, ImportRow, ImportRun
from oms.core.webhooks.models import WebhookDelivery, WebhookEndpoint

__all__ = [
    "ApiKey",
    "ApiRequest",
    "ApiUse",
    "DailyExport",
    "Event",
    "ExportFile",
    "ExportPart",
    "IdempotencyKey",
    "ImportMapping",
    "ImportRow",
    "ImportRun",
    "Job",
    "JobRow",
    "SavedView",
    "User",
    "WebhookDelivery",
    "WebhookEndpoint",
    "WorkItem",
]


def validate_time_zone(name: str) -> None:
    if name not in zoneinfo.available_timezones():
        raise ValidationError(
            _("%(name)s is not a time zone; write one like Europe/Berlin."),
            params={"name": name},
        )


class User(AbstractUser):
    """A member of staff."""

    time_zone = models.CharField(
        _("time zone"),
        max_length=64,
        blank=True,
        validators=[validate_time_zone],
        help_text=_("Empty: the shop's."),
    )
    language = models.CharField(
        _("language"),
        max_length=8,
        choices=settings.LANGUAGES,
        blank=True,
        help_text=_("Empty: the one that the browser asks for."),
    )
    has_keys = models.BooleanField(
        _("keys"), default=True, help_text=_("Single keys such as J, K and 1 to 9.")
    )

    class Meta(AbstractUser.Meta):
        pass


class Event(LoadedModel):
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
            # what happened between two times; small, for rows come in their order
            BrinIndex(fields=["at"], name="event_by_time"),
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
    opened_at = models.DateTimeField(_("opened at"))
    snoozed_until = models.DateTimeField(_("snoozed until"), null=True, blank=True)
    resolved_at = models.DateTimeField(_("resolved at"), null=True, blank=True)

    class Meta:
        verbose_name = _("work item")
        verbose_name_plural = _("work items")
        permissions = [
            ("export_workitem", "Can export work items"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["subject_type", "subject_id", "kind"],
                condition=~models.Q(status="resolved"),
                name="workitem_one_open_per_kind",
            ),
        ]

    def __str__(self):
        return self.title

    @property
    def timeline_root(self) -> tuple[str, int]:
        return "workitem", self.pk


class Job(TimestampedModel):
    """One thing done to many rows in the background, with a result for each row."""

    class Status(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")

    kind = models.CharField(_("kind"), max_length=48)
    params = models.JSONField(_("values"), default=dict, blank=True)
    actor = models.CharField(_("actor"), max_length=64)
    status = models.CharField(
        _("status"), max_length=16, choices=Status, default=Status.WAITING
    )
    total = models.PositiveIntegerField(_("rows"), default=0)
    done_count = models.PositiveIntegerField(_("done"), default=0)
    refused_count = models.PositiveIntegerField(_("refused"), default=0)
    started_at = models.DateTimeField(_("started at"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)
    error = models.TextField(_("error"), blank=True)
    token = models.CharField(
        _("token"),
        max_length=40,
        unique=True,
        null=True,
        blank=True,
        editable=False,
        help_text=_("Of the form that asked for it: sent twice, it is one job."),
    )

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        permissions = [
            ("run_background", "Can look after background tasks"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    total__gte=models.F("done_count") + models.F("refused_count")
                ),
                name="job_counts_within_total",
            ),
        ]

    def __str__(self):
        return f"{self.kind} {self.pk}"


class JobRow(LoadedModel):
    """What became of one row of a job. It is written with the change itself."""

    class Status(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        DONE = "done", _("Done")
        REFUSED = "refused", _("Refused")

    job = models.ForeignKey(
        Job, models.CASCADE, related_name="rows", verbose_name=_("job")
    )
    position = models.PositiveIntegerField(_("position"))
    subject_id = models.BigIntegerField(_("subject id"))
    label = models.CharField(_("what"), max_length=200)
    status = models.CharField(
        _("status"), max_length=16, choices=Status, default=Status.WAITING
    )
    text = models.TextField(_("result"), blank=True)

    class Meta:
        verbose_name = _("row of a job")
        verbose_name_plural = _("rows of jobs")
        constraints = [
            models.UniqueConstraint(
                fields=["job", "position"], name="jobrow_one_per_position"
            ),
            models.UniqueConstraint(
                fields=["job", "subject_id"], name="jobrow_one_per_subject"
            ),
        ]
        indexes = [
            # what a job has still to do
            models.Index(
                fields=["job", "position"],
                name="jobrow_waiting",
                condition=models.Q(status="waiting"),
            ),
        ]

    def __str__(self):
        return self.label


class SavedView(TimestampedModel):
    """A list as somebody wants it: search and filters, and the columns that are shown.
    Without an owner it is everybody's."""

    owner = models.ForeignKey(
        User,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="saved_views",
        verbose_name=_("owner"),
        help_text=_("Empty: for everybody."),
    )
    list_name = models.CharField(_("list"), max_length=48)
    name = models.CharField(_("name"), max_length=40)
    query = models.CharField(_("search and filters"), max_length=1000, blank=True)
    hidden_columns = models.JSONField(_("hidden columns"), default=list, blank=True)

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        permissions = [
            ("share_savedview", "Can make views for everybody"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["list_name", "owner", "name"],
                name="savedview_one_per_name",
                nulls_distinct=False,
            ),
        ]

    def __str__(self):
        return self.name
