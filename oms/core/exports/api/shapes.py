"""What the API takes and shows of exports."""

import django_filters as filters
from django.urls import reverse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from oms.core.api.fields import Moment, Text, Word
from oms.core.api.strictness import LONGEST, StrictSerializer
from oms.core.exports import making, resources
from oms.core.exports.models import ExportFile, FileFormat
from oms.core.models import Job

KINDS = [
    (name, what.label) for name, what in resources.all_named().items() if what.api_list
]
FORMATS = FileFormat.choices
GONE = "gone"
MOST_FILTERS = 20


class ExportBody(StrictSerializer):
    """`kind` names the rows, `filter` those of them that are meant."""

    kind = Word(KINDS)
    format = Word(FORMATS, default=FileFormat.CSV)
    filter = serializers.DictField(
        child=Text(LONGEST, allow_blank=False),
        required=False,
        help_text="Parameters of the list of these rows, as in its address.",
    )


class WrittenSerializer(serializers.Serializer):
    """Parts of the file that are written."""

    total = serializers.IntegerField()
    done = serializers.IntegerField(source="done_count")


class ExportSerializer(serializers.Serializer):
    """`file_url` is null until the file is there, and once it is gone."""

    id = serializers.IntegerField()
    kind = serializers.ChoiceField(KINDS, source="what")
    format = serializers.ChoiceField(FORMATS)
    name = serializers.CharField()
    status = serializers.SerializerMethodField()
    row_count = serializers.IntegerField()
    progress = WrittenSerializer(source="job")
    file_url = serializers.SerializerMethodField()
    expires_at = serializers.SerializerMethodField()
    created_at = Moment()
    updated_at = Moment()

    @extend_schema_field(
        serializers.ChoiceField([*Job.Status.choices, (GONE, "Taken away")])
    )
    def get_status(self, file: ExportFile) -> str:
        return status_of(file)

    @extend_schema_field({"type": ["string", "null"], "format": "uri"})
    def get_file_url(self, file: ExportFile) -> str | None:
        if status_of(file) != Job.Status.DONE:
            return None
        path = reverse("api-exports-file", args=[file.pk])
        return self.context["request"].build_absolute_uri(path)

    @extend_schema_field(Moment())
    def get_expires_at(self, file: ExportFile) -> str:
        return Moment().to_representation(file.created_at + making.KEPT)


class ExportFilters(filters.FilterSet):
    kind = filters.ChoiceFilter(field_name="what", choices=KINDS)

    class Meta:
        model = ExportFile
        fields: list[str] = []


def status_of(file: ExportFile) -> str:
    """That of its job, by loaded facts; a part that was refused leaves no whole
    file."""
    if file.is_gone:
        return GONE
    job = file.job
    if job.status == Job.Status.DONE and job.refused_count:
        return Job.Status.FAILED
    return job.status
