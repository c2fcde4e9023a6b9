"""/api/v1/exports/: what a list of the API has, as a file that a job writes."""

from django.db.models import QuerySet, prefetch_related_objects
from django.http import StreamingHttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_view
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError

from oms.core.api.models import Scope
from oms.core.api.pages import moment_said
from oms.core.api.problems import Problem, Refusal, Wrong
from oms.core.api.registry import viewset_of
from oms.core.api.strictness import filter_names, narrowed, unknown
from oms.core.api.viewsets import ApiViewSet, Readable
from oms.core.exceptions import BusinessRuleError
from oms.core.exports import making, resources
from oms.core.exports.api import shapes
from oms.core.exports.api.describing import EXPORTS
from oms.core.exports.models import ExportFile
from oms.core.files.writing import FORMATS

SINCE = "updated_since"


@extend_schema_view(**EXPORTS)
class ExportViewSet(Readable, ApiViewSet):
    """A key sees the files that it, or a key before it, has asked for. Beside this
    scope it needs the one that reads the list."""

    model = ExportFile
    read_scope = write_scope = Scope.JOBS
    serializer_class = shapes.ExportSerializer
    filterset_class = shapes.ExportFilters
    lookup_value_regex = r"[0-9]{1,18}"
    http_method_names = ["get", "head", "post"]
    file_actions = frozenset({"file"})

    def load(self, rows):
        prefetch_related_objects(rows, "job")

    def create(self, request, *args, **kwargs):
        said = self.values(shapes.ExportBody)
        what, key = resources.named(said["kind"]), request.auth
        listed = _rows(viewset_of(what.api_list), key, said.get("filter", {}))
        rows = what.rows(listed.order_by("pk"))
        wanted = making.Wanted(what, FORMATS[said["format"]], rows, key.actor, key)
        try:
            job = making.start_file(wanted)
        except BusinessRuleError as error:
            raise Refusal([str(error)]) from error
        file = self.get_queryset().get(job=job)
        response = self.shown(file, 202)
        response["Location"] = request.build_absolute_uri(f"{file.pk}/")
        return response

    @action(methods=["get"], detail=True)
    def file(self, request, *args, **kwargs):
        file = self.get_object()
        made = None if file.is_gone else making.file_of(file.job)
        if made is None:
            text = _("There is no file now: the export is “%(status)s”.")
            raise Refusal([text % {"status": shapes.status_of(file)}])
        answer = StreamingHttpResponse(made.pieces, content_type=made.content_type)
        answer["Content-Disposition"] = f'attachment; filename="{made.name}"'
        answer["Cache-Control"] = "no-store"
        return answer


def _rows(viewset: type[ApiViewSet], key, said: dict[str, str]) -> QuerySet:
    """What the list shows to this key with such parameters."""
    if viewset.read_scope not in key.scopes:
        text = _("This needs a key with the scope “%(scope)s”.")
        raise Problem("scope_missing", text % {"scope": viewset.read_scope})
    known = filter_names(viewset.filterset_class) | {SINCE}
    wrongs = [
        Wrong(f"/filter/{name}", "unknown_parameter", unknown(name, known))
        for name in said.keys() - known
    ]
    if wrongs:
        raise Problem("invalid", wrongs[0].message, wrongs)
    rows = viewset.model.objects.for_key(key)
    if SINCE in said:
        since = moment_said(said[SINCE], f"/filter/{SINCE}", "body")
        rows = rows.filter(**{f"{viewset.stamp}__gte": since})
    try:
        return narrowed(viewset.filterset_class, said, rows)
    except ValidationError as error:
        raise ValidationError({"filter": error.detail}) from error
