"""What the API shows of imports."""

from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from oms.core.api.actions import OffersSerializer
from oms.core.api.fields import Moment
from oms.core.files import profiles
from oms.core.files.models import ImportRow, ImportRun
from oms.core.files.showing import cell_text
from oms.core.models import Job

Status = ImportRun.Status
# The API has no questions: what is not known is refused with the file.
STATUSES = [each for each in Status.choices if each[0] != Status.ASKING]
READ = {*Status.values} - {Status.ASKING, Status.UPLOADED, Status.FAILED}


class CountsSerializer(serializers.Serializer):
    """Rows of the file, by what applying them would do."""

    new = serializers.IntegerField()
    changed = serializers.IntegerField()
    unchanged = serializers.IntegerField()
    conflict = serializers.IntegerField()
    error = serializers.IntegerField()


class ProgressSerializer(serializers.Serializer):
    """Rows that are `done` or `refused`, of `total`."""

    status = serializers.ChoiceField(Job.Status.choices)
    total = serializers.IntegerField()
    done = serializers.IntegerField(source="done_count")
    refused = serializers.IntegerField(source="refused_count")
    error = serializers.CharField()


class ImportSerializer(OffersSerializer):
    """`row_count` grows while the file is read; `counts` are null until it is.
    `error` says why it could not be read, or not be applied by itself."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    profile = serializers.ChoiceField(
        [(each.code, each.label) for each in profiles.all_profiles()]
    )
    format = serializers.CharField()
    status = serializers.ChoiceField(STATUSES)
    error = serializers.CharField()
    row_count = serializers.IntegerField()
    counts = serializers.SerializerMethodField()
    consequences = serializers.SerializerMethodField()
    applied = ProgressSerializer(source="job", allow_null=True)
    undone = ProgressSerializer(source="undo_job", allow_null=True)
    rows_url = serializers.SerializerMethodField()
    errors_url = serializers.SerializerMethodField()
    previewed_at = Moment(allow_null=True)
    applied_at = Moment(allow_null=True)
    created_at = Moment()
    updated_at = Moment()

    @extend_schema_field(CountsSerializer(allow_null=True))
    def get_counts(self, run: ImportRun):
        return run.counts() if run.status in READ else None

    def get_consequences(self, run: ImportRun) -> list[str]:
        """What applying would do beyond the rows."""
        return [text for text, _concerned in run.consequences]

    @extend_schema_field({"type": ["string", "null"], "format": "uri"})
    def get_rows_url(self, run: ImportRun):
        return self._url("rows", run)

    @extend_schema_field({"type": ["string", "null"], "format": "uri"})
    def get_errors_url(self, run: ImportRun):
        return self._url("errors", run)

    def _url(self, action: str, run: ImportRun) -> str | None:
        if run.forgotten_at or run.status not in READ:
            return None
        path = reverse(f"api-imports-{action}", args=[run.pk])
        return self.context["request"].build_absolute_uri(path)


class ChangeSerializer(serializers.Serializer):
    column = serializers.CharField()
    before = serializers.CharField()
    after = serializers.CharField()


class RowErrorSerializer(serializers.Serializer):
    column = serializers.CharField()
    message = serializers.CharField()


class RowSerializer(serializers.Serializer):
    """`row` counts as a spreadsheet does. `effect` is what applying it would do,
    `status` what became of it, with the reason in `result`."""

    row = serializers.IntegerField(source="number")
    key = serializers.SerializerMethodField()
    effect = serializers.ChoiceField(ImportRow.Effect.choices)
    status = serializers.ChoiceField(ImportRow.Status.choices)
    changes = serializers.SerializerMethodField()
    errors = serializers.SerializerMethodField()
    note = serializers.CharField()
    result = serializers.CharField()

    @extend_schema_field(OpenApiTypes.STR)
    def get_key(self, row: ImportRow) -> str:
        """ "" where the row could not be read."""
        return "" if row.key.startswith("\n") else row.key

    @extend_schema_field(ChangeSerializer(many=True))
    def get_changes(self, row: ImportRow):
        return [
            {"column": name, "before": cell_text(was), "after": cell_text(now)}
            for name, (was, now) in row.difference.items()
        ]

    @extend_schema_field(RowErrorSerializer(many=True))
    def get_errors(self, row: ImportRow):
        return [{"column": e["column"], "message": e["text"]} for e in row.errors]
