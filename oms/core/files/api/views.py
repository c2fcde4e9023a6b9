"""/api/v1/imports/: files come in, are read by a worker, looked at, applied, undone."""

from django.db.models import prefetch_related_objects
from django.http import StreamingHttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_view
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response

from oms.core.api import uploads
from oms.core.api.actions import ApiAction, offers_of, register_actions
from oms.core.api.models import ApiKey, Scope
from oms.core.api.problems import Problem, Refusal, invalid
from oms.core.api.viewsets import ApiViewSet, Readable
from oms.core.exceptions import BusinessRuleError
from oms.core.files import deciding, runs, showing
from oms.core.files.api import bodies, rows, shapes
from oms.core.files.api.describing import IMPORTS
from oms.core.files.asking import NotForKeyError, QuestionError
from oms.core.files.models import ImportRun
from oms.core.files.shapes import shape_named
from oms.core.files.sheet import MOST_BYTES, FileRefusedError
from oms.core.files.writing import FORMATS

KINDS = {
    "text/csv": "import.csv",
    "text/tab-separated-values": "import.tsv",
    FORMATS["xlsx"].content_type: "import.xlsx",
    "application/octet-stream": "import",
}


def _reasons(why_not):
    return lambda run: [text] if (text := why_not(run)) else []


def why_not_rows(run: ImportRun, key: ApiKey) -> str:
    """What its rows would need."""
    shape = shape_named(run.shape)
    return shape.why_not(key) if shape else ""


register_actions(
    ImportRun,
    ApiAction("apply", _reasons(deciding.why_no_apply), Scope.JOBS, why_not_rows),
    ApiAction("undo", _reasons(deciding.why_no_undo), Scope.JOBS, why_not_rows),
    ApiAction("discard", _reasons(deciding.why_no_discard), Scope.JOBS),
)


@extend_schema_view(**IMPORTS)
class ImportViewSet(Readable, ApiViewSet):
    """A key sees the files that it, or a key before it, has sent. Beside this scope it
    needs the one that the rows of the file would need."""

    model = ImportRun
    read_scope = write_scope = Scope.JOBS
    serializer_class = shapes.ImportSerializer
    filterset_class = rows.ImportFilters
    lookup_value_regex = r"[0-9]{1,18}"
    http_method_names = ["get", "head", "post"]
    file_actions = frozenset({"errors"})
    upload: uploads.Upload | None = None

    def dispatch(self, request, *args, **kwargs):
        try:
            return super().dispatch(request, *args, **kwargs)
        finally:
            if self.upload is not None:
                self.upload.file.close()

    def known_parameters(self) -> set[str]:
        if self.action == "rows":
            return rows.PARAMETERS
        kind = self.request.content_type or ""
        if self.action == "create" and not kind.startswith(uploads.FORM):
            return {"name", *bodies.SaidBody().fields}
        return super().known_parameters()

    def read(self, request) -> str:
        if self.action != "create":
            return super().read(request)
        self.upload = uploads.read(request, KINDS, MOST_BYTES)
        return self.upload.digest

    def load(self, rows):
        prefetch_related_objects(rows, "job", "undo_job")

    def create(self, request, *args, **kwargs):
        """The worker reads it: nothing long is done here, and nothing is written."""
        said, where = self._said(), self.upload.where
        to_apply = None
        if "apply" in said:
            to_apply = bodies.choices_of(said["apply"], said["conflicts"])
        try:
            run = runs.receive(
                self.upload.pieces(),
                self.upload.name,
                key=request.auth,
                profile=said.get("profile", ""),
                options=bodies.options_of(said),
                to_apply=to_apply,
            )
        except FileRefusedError as error:
            raise invalid("/file", "unreadable", str(error)) from error
        except QuestionError as error:
            raise invalid(f"/{error.about}", "invalid", str(error), where) from error
        except NotForKeyError as error:
            raise Problem("scope_missing", str(error)) from error
        response = self.shown(run, 202)
        response["Location"] = request.build_absolute_uri(f"{run.pk}/")
        return response

    @action(methods=["post"], detail=True)
    def apply(self, request, *args, **kwargs):
        said = self.values(bodies.ApplyBody)
        return self._done(deciding.apply_run, bodies.choices_of(**said))

    @action(methods=["post"], detail=True)
    def undo(self, request, *args, **kwargs):
        self.values(bodies.NothingBody)
        return self._done(deciding.undo_run, {})

    @action(methods=["post"], detail=True)
    def discard(self, request, *args, **kwargs):
        self.values(bodies.NothingBody)
        run = self.versioned()
        try:
            deciding.discard_run(run)
        except BusinessRuleError as error:
            raise Refusal([str(error)], **offers_of(run, self.request.auth)) from error
        return Response(status=204)

    @action(methods=["get"], detail=True, pagination_class=rows.RowPages)
    def rows(self, request, *args, **kwargs):
        found = rows.narrow(self.get_object().rows.all(), request)
        data = shapes.RowSerializer(self.paginate_queryset(found), many=True).data
        return self.get_paginated_response(data)

    @action(methods=["get"], detail=True)
    def errors(self, request, *args, **kwargs):
        """The rows that were not written, with the file's own columns."""
        run = self.get_object()
        if run.forgotten_at or run.status not in shapes.READ:
            raise Refusal([_("There is no such file: see the status of the import.")])
        pieces = showing.error_file(run)
        return StreamingHttpResponse(pieces, content_type="text/csv; charset=utf-8")

    def _said(self) -> dict:
        serializer = bodies.SaidBody(data=self.upload.said)
        try:
            serializer.is_valid(raise_exception=True)
        except ValidationError as error:
            error.where = self.upload.where
            raise
        return serializer.validated_data

    def _done(self, do, choices: dict):
        """By the worker, however little it is: this request is one transaction."""
        run, key = self.versioned(), self.request.auth
        if why := why_not_rows(run, key):
            raise Problem("scope_missing", why)
        try:
            do(run, actor=key.actor, now=False, **choices)
        except BusinessRuleError as error:
            self.load([run])
            raise Refusal([str(error)], **offers_of(run, self.request.auth)) from error
        return self.shown(self.get_object(), 202)
