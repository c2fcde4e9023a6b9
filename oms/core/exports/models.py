"""Files that were made, who has asked for them, and those that are made every day."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from oms.core.api.models import ApiKey
from oms.core.base import TimestampedModel


class FileFormat(models.TextChoices):
    XLSX = "xlsx", _("XLSX (spreadsheet)")
    CSV = "csv", _("CSV")


class DailyExport(TimestampedModel):
    """A list that goes out once a day, into a folder or by mail."""

    name = models.SlugField(
        _("name"),
        max_length=40,
        unique=True,
        help_text=_("Its files begin with it, as in unpaid-orders-2026-02-28.csv."),
    )
    what = models.CharField(_("list"), max_length=32)
    query = models.CharField(
        _("search and filters"),
        max_length=1000,
        blank=True,
        help_text=_("As in the address of the list, behind the “?”."),
    )
    format = models.CharField(
        _("format"), max_length=8, choices=FileFormat, default=FileFormat.CSV
    )
    at = models.TimeField(_("time of day"), help_text=_("In the shop's time zone."))
    folder = models.CharField(
        _("folder"),
        max_length=100,
        blank=True,
        help_text=_("Below the folder of exports, as in accounting/daily."),
    )
    email = models.EmailField(_("e-mail"), blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="daily_exports",
        verbose_name=_("owner"),
        help_text=_("Whose permissions and locations count."),
    )
    is_active = models.BooleanField(_("active"), default=True)
    next_at = models.DateTimeField(_("next"), editable=False)

    class Meta:
        verbose_name = _("daily export")
        verbose_name_plural = _("daily exports")
        constraints = [
            models.CheckConstraint(
                condition=Q(folder="") ^ Q(email=""), name="dailyexport_goes_somewhere"
            ),
        ]
        indexes = [
            # what is due
            models.Index(
                fields=["next_at"], name="dailyexport_due", condition=Q(is_active=True)
            ),
        ]

    def __str__(self):
        return self.name


class ExportFileSet(models.QuerySet):
    def for_key(self, key: ApiKey) -> "ExportFileSet":
        """What a partner's key may see: what it, or a key before it, has asked for."""
        return self.filter(Q(key=key.client) | Q(key__origin=key.client))


class ExportFile(TimestampedModel):
    """One export. It keeps who had what, when and how much of it, and for some days, of
    a large one, the file in its parts."""

    what = models.CharField(_("list"), max_length=32)
    format = models.CharField(_("format"), max_length=8, choices=FileFormat)
    name = models.CharField(_("file"), max_length=100)
    actor = models.CharField(_("by"), max_length=64)
    key = models.ForeignKey(
        ApiKey,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="exports",
        verbose_name=_("API key"),
    )
    row_count = models.PositiveIntegerField(_("rows"), default=0)
    job = models.OneToOneField(
        "core.Job",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="export",
        verbose_name=_("job"),
    )
    daily = models.ForeignKey(
        DailyExport,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="files",
        verbose_name=_("daily export"),
    )
    claimed_at = models.DateTimeField(_("being sent since"), null=True, blank=True)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    error = models.CharField(_("error"), max_length=300, blank=True)
    is_gone = models.BooleanField(
        _("taken away"), default=False, help_text=_("Its parts are deleted.")
    )

    objects = ExportFileSet.as_manager()

    class Meta:
        verbose_name = _("exported file")
        verbose_name_plural = _("exported files")
        indexes = [
            # what still has parts: to be sent, to be swept
            models.Index(
                fields=["created_at"],
                name="exportfile_kept",
                condition=Q(job__isnull=False, is_gone=False),
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def timeline_root(self) -> tuple[str, int]:
        return "exportfile", self.pk


class ExportPart(models.Model):
    """The rows of a part, chosen when the export was asked for, and its bytes once they
    are written."""

    file = models.ForeignKey(
        ExportFile, models.CASCADE, related_name="parts", verbose_name=_("file")
    )
    keys = ArrayField(models.BigIntegerField(), verbose_name=_("keys"))
    content = models.BinaryField(_("content"), null=True)

    class Meta:
        verbose_name = _("part of an exported file")
        verbose_name_plural = _("parts of exported files")

    def __str__(self):
        return f"{self.file_id}/{self.pk}"
