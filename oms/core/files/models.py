"""A file that somebody sent, its rows as they were understood, and what became of each.

The rows are staged once and are what preview, apply, undo and the error file read: they
are also the rows of the jobs that apply and undo.
"""

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from oms.core.api.models import ApiKey
from oms.core.base import TimestampedModel

EFFECTS = "new", "changed", "unchanged", "conflict", "error"


class ImportRunSet(models.QuerySet):
    def for_key(self, key: ApiKey) -> "ImportRunSet":
        """What a partner's key may see: what it, or a key before it, has sent."""
        return self.filter(Q(key=key.client) | Q(key__origin=key.client))


class ImportRun(TimestampedModel):
    """One file on its way: sent, previewed, applied, perhaps undone. `key`: a partner's
    program has sent it, which sees no more of the shop here than anywhere. `to_apply`:
    how it is applied as soon as it is previewed, if it is so by itself."""

    class Status(models.TextChoices):
        ASKING = "asking", _("Has a question")
        UPLOADED = "uploaded", _("Being read")
        PREVIEWED = "previewed", _("Previewed")
        APPLYING = "applying", _("Applying")
        APPLIED = "applied", _("Applied")
        UNDOING = "undoing", _("Being undone")
        UNDONE = "undone", _("Undone")
        PARTIALLY_UNDONE = "partially_undone", _("Partly undone")
        STALE = "stale", _("Expired")
        FAILED = "failed", _("Cannot be read")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="import_runs",
        verbose_name=_("sent by"),
    )
    key = models.ForeignKey(
        ApiKey,
        models.PROTECT,
        null=True,
        related_name="import_runs",
        verbose_name=_("API key"),
    )
    actor = models.CharField(_("by"), max_length=64)
    name = models.CharField(_("file"), max_length=200)
    stored_as = models.CharField(_("stored as"), max_length=40, unique=True)
    sha256 = models.CharField("SHA-256", max_length=64)
    size = models.PositiveIntegerField(_("bytes"))
    status = models.CharField(
        _("status"), max_length=16, choices=Status, default=Status.UPLOADED
    )
    profile = models.CharField(_("profile"), max_length=48, blank=True)
    shape = models.CharField(_("kind"), max_length=32, blank=True)
    scope = models.CharField(_("for"), max_length=80, blank=True)
    options = models.JSONField(_("options"), default=dict, blank=True)
    to_apply = models.JSONField(_("to be applied"), null=True)
    header = models.JSONField(_("header"), default=list, blank=True)
    format = models.CharField(_("format"), max_length=60, blank=True)
    row_count = models.PositiveIntegerField(_("rows"), default=0)
    new_count = models.PositiveIntegerField(_("new"), default=0)
    changed_count = models.PositiveIntegerField(_("changed"), default=0)
    unchanged_count = models.PositiveIntegerField(_("unchanged"), default=0)
    conflict_count = models.PositiveIntegerField(_("conflict"), default=0)
    error_count = models.PositiveIntegerField(_("error"), default=0)
    consequences = models.JSONField(_("consequences"), default=list, blank=True)
    error = models.TextField(_("error"), blank=True)
    job = models.OneToOneField(
        "core.Job",
        models.PROTECT,
        null=True,
        related_name="applied_import",
        verbose_name=_("job"),
    )
    undo_job = models.OneToOneField(
        "core.Job",
        models.PROTECT,
        null=True,
        related_name="undone_import",
        verbose_name=_("job of the undo"),
    )
    previewed_at = models.DateTimeField(_("previewed at"), null=True)
    applied_at = models.DateTimeField(_("applied at"), null=True)
    forgotten_at = models.DateTimeField(_("file taken away at"), null=True)

    objects = ImportRunSet.as_manager()

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    row_count=F("new_count")
                    + F("changed_count")
                    + F("unchanged_count")
                    + F("conflict_count")
                    + F("error_count")
                )
                | Q(status__in=["asking", "uploaded", "failed"]),
                name="importrun_counts_add_up",
            ),
            models.UniqueConstraint(
                fields=["sha256", "shape", "scope"],
                condition=Q(
                    status__in=["applying", "applied", "undoing", "partially_undone"]
                ),
                name="importrun_applied_once",
            ),
            models.CheckConstraint(
                condition=Q(job__isnull=False)
                | Q(status__in=["asking", "uploaded", "previewed", "stale", "failed"]),
                name="importrun_applied_by_a_job",
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def good_count(self) -> int:
        """Rows that applying would write."""
        return self.new_count + self.changed_count

    def counts(self) -> dict[str, int]:
        return {effect: getattr(self, f"{effect}_count") for effect in EFFECTS}


class ImportRow(models.Model):
    """A row of the file in our columns. Rows of one `key` belong together or are in
    each other's way; `unit` is the position of the first of them."""

    class Effect(models.TextChoices):
        NEW = "new", _("New")
        CHANGED = "changed", _("Changed")
        UNCHANGED = "unchanged", _("Unchanged")
        CONFLICT = "conflict", _("Conflict")
        ERROR = "error", _("Error")

    class Status(models.TextChoices):
        STAGED = "staged", _("Not applied")
        WAITING = "waiting", _("Waiting")
        DONE = "done", _("Done")
        REFUSED = "refused", _("Refused")
        UNDONE = "undone", _("Undone")
        KEPT = "kept", _("Could not be undone")

    run = models.ForeignKey(
        ImportRun,
        models.CASCADE,
        related_name="rows",
        verbose_name=_("import"),
        db_index=False,
    )
    position = models.PositiveIntegerField(_("position"))
    number = models.PositiveIntegerField(_("row"))
    key = models.CharField(_("key"), max_length=200)
    unit = models.PositiveIntegerField(_("unit"), default=0)
    cells = models.JSONField(_("cells"), default=dict)
    values = models.JSONField(_("values"), default=dict, encoder=DjangoJSONEncoder)
    effect = models.CharField(
        _("effect"), max_length=16, choices=Effect, default=Effect.UNCHANGED
    )
    difference = models.JSONField(
        _("difference"), default=dict, encoder=DjangoJSONEncoder
    )
    errors = models.JSONField(_("errors"), default=list)
    note = models.CharField(_("note"), max_length=300, blank=True)
    status = models.CharField(
        _("status"), max_length=16, choices=Status, default=Status.STAGED
    )
    result = models.TextField(_("result"), blank=True)
    undo = models.JSONField(_("for the undo"), default=dict, encoder=DjangoJSONEncoder)

    class Meta:
        verbose_name = _("row of an import")
        verbose_name_plural = _("rows of imports")
        constraints = [
            models.UniqueConstraint(
                fields=["run", "position"], name="importrow_one_per_position"
            ),
            models.CheckConstraint(
                condition=Q(status="staged")
                | Q(effect__in=["new", "changed"])
                # a person may have chosen to write what is in conflict
                | Q(effect="conflict"),
                name="importrow_wrong_is_never_applied",
            ),
        ]
        indexes = [
            # what is to do next
            models.Index(fields=["run", "status", "unit"], name="importrow_turn"),
            # a sample of each effect
            models.Index(fields=["run", "effect", "position"], name="importrow_sample"),
        ]

    def __str__(self):
        return str(self.number)

    def wrong(self, column: str, text: str, kind: str = "") -> None:
        """Say what is wrong. Rows of one `kind` need the same repair."""
        self.errors.append({"column": column, "text": text, "kind": kind or column})


class ImportMapping(TimestampedModel):
    """What people have said about files with this header: remembered for the next."""

    fingerprint = models.CharField(_("header"), max_length=64, unique=True)
    header = models.JSONField(_("columns of the file"), default=list)
    profile = models.CharField(_("profile"), max_length=48)
    columns = models.JSONField(
        _("columns"),
        default=dict,
        blank=True,
        help_text=_("Our column: what the file calls it."),
    )
    options = models.JSONField(_("options"), default=dict, blank=True)

    class Meta:
        verbose_name = _("remembered header")
        verbose_name_plural = _("remembered headers")

    def __str__(self):
        return ", ".join(self.header)[:100]
