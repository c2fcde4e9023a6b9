"""Imports: send a file, see what it would do, apply it, undo it. People see their own;
those who look after background tasks see all."""

from collections.abc import Iterable

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import (
    Http404,
    HttpResponse,
    HttpResponseNotAllowed,
    StreamingHttpResponse,
)
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from oms.core import panels
from oms.core.admin import import_words
from oms.core.admin.jobs import SEES_ALL
from oms.core.admin.pages import ReadOnlyAdmin
from oms.core.exceptions import BusinessRuleError
from oms.core.files import deciding, profiles, runs, showing
from oms.core.files.models import ImportRun
from oms.core.files.shapes import shape_named
from oms.core.files.sheet import MOST_BYTES
from oms.core.navigation import Entry, register_entry
from oms.core.tools import actor_of

SECONDS = 2  # between two looks at a file that is being read or applied
AROUND = 100_000  # bytes of a form around its file
ADDS = "core.add_importrun"
SHOWN = 30  # runs on the page
Status = ImportRun.Status

register_entry(
    Entry(
        gettext_lazy("Import"),
        "admin:core_importrun_changelist",
        "core.view_importrun",
        65,
    )
)


@admin.register(ImportRun)
class ImportRunAdmin(ReadOnlyAdmin):
    def get_queryset(self, request):
        rows = super().get_queryset(request).select_related("user", "job", "undo_job")
        if request.user.has_perm(SEES_ALL):
            return rows
        return rows.filter(user=request.user)

    def get_urls(self):
        own = [
            path(
                "upload/",
                csrf_exempt(self.admin_site.admin_view(csrf_exempt(self.upload))),
                name="core_importrun_upload",
            )
        ]
        for name in ("answer", "apply", "undo", "discard", "errors", "rows"):
            view = self.admin_site.admin_view(getattr(self, name))
            own.append(path(f"<int:pk>/{name}/", view, name=f"core_importrun_{name}"))
        return [*own, *super().get_urls()]

    # --- Pages ------------------------------------------------------------------------

    def changelist_view(self, request, extra_context=None):
        if not self.has_view_permission(request):
            raise PermissionDenied
        context = self.admin_site.each_context(request) | {
            "title": _("Import"),
            "opts": self.opts,
            "runs": [
                import_words.listed(run)
                for run in self.get_queryset(request).order_by("-id")[:SHOWN]
            ],
            "profiles": import_words.profiles_of(request.user),
            "may_add": request.user.has_perm(ADDS),
            "days": deciding.UNDOABLE.days,
            "megabytes": MOST_BYTES // 2**20,
        }
        return TemplateResponse(request, "admin/core/imports.html", context)

    def change_view(self, request, object_id, form_url="", extra_context=None):
        if request.method not in ("GET", "HEAD"):
            raise PermissionDenied
        run = self.get_object(request, object_id)
        if run is None:
            raise Http404
        if not self.has_view_permission(request):
            raise PermissionDenied
        context = self.admin_site.each_context(request) | {
            "title": _("Import"),
            "opts": self.opts,
            **import_words.page(run, request),
        }
        answer = TemplateResponse(request, "admin/core/import.html", context)
        if run.status in (Status.UPLOADED, Status.APPLYING, Status.UNDOING):
            answer["Refresh"] = str(SECONDS)
        answer["Cache-Control"] = "no-store"
        return answer

    def history_view(self, request, object_id, extra_context=None):
        """Whose run it is does not matter to those who may see none."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return super().history_view(request, object_id, extra_context)

    def errors(self, request, pk: int):
        """The rows that were left out, as a file of the same columns."""
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET"])
        run = self._mine(request, pk)
        if not self.has_view_permission(request):
            raise PermissionDenied
        if run.forgotten_at:
            messages.error(request, _("The file was taken away."))
            return redirect(panels.page_url(ImportRun, run.pk))
        return _download(showing.error_file(run), showing.error_name(run))

    def rows(self, request, pk: int):
        """All rows of what the page shows, as a file."""
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET"])
        run = self._mine(request, pk)
        if not self.has_view_permission(request):
            raise PermissionDenied
        effect = request.GET.get("effect", "")
        return _download(showing.rows_file(run, effect), showing.rows_name(run))

    # --- What is done -----------------------------------------------------------------

    def upload(self, request):
        """POST. One that is too large is refused before it is read."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if not request.user.has_perm(ADDS):
            raise PermissionDenied
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not length.isdigit() or int(length) > MOST_BYTES + AROUND:
            text = _("The file has more than %(most)d MB. Send it in parts.")
            return HttpResponse(
                text % {"most": MOST_BYTES // 2**20},
                status=413,
                content_type="text/plain; charset=utf-8",
            )
        return csrf_protect(self._upload)(request)

    def _upload(self, request):
        file = request.FILES.get("file")
        if file is None:
            messages.error(request, _("Choose a file first."))
            return redirect("admin:core_importrun_changelist")
        try:
            run = runs.upload(
                file.chunks(),
                file.name,
                user=request.user,
                actor=actor_of(request),
                profile=request.POST.get("profile", ""),
            )
        except BusinessRuleError as error:
            messages.error(request, str(error))
            return redirect("admin:core_importrun_changelist")
        return redirect(panels.page_url(ImportRun, run.pk))

    def answer(self, request, pk: int):
        """POST: what the file is, how its columns are called, and what is said of all
        its rows."""
        return self._do(request, pk, self._answer, needs_shape=False)

    def _answer(self, request, run):
        profile = request.POST.get("profile", "")
        known = profiles.profile_named(profile)
        if known is None:
            raise BusinessRuleError(_("Choose what the file is."))
        runs.answer(
            run,
            user=request.user,
            profile=profile,
            options=import_words.options_said(request.POST, known, run),
            columns=import_words.columns_said(request.POST, known, run),
        )

    def apply(self, request, pk: int):
        """POST."""
        return self._do(request, pk, self._apply)

    def _apply(self, request, run):
        deciding.apply_run(
            run,
            actor=actor_of(request),
            whole=request.POST.get("rows") == "all",
            conflicts=import_words.conflicts_said(request.POST),
        )

    def undo(self, request, pk: int):
        """POST."""
        return self._do(request, pk, self._undo)

    def _undo(self, request, run):
        deciding.undo_run(run, actor=actor_of(request))

    def discard(self, request, pk: int):
        """POST: throw away what was never applied."""
        return self._do(request, pk, self._discard, needs_shape=False)

    def _discard(self, request, run):
        deciding.discard_run(run)
        messages.success(request, _("Thrown away; nothing was changed."))

    def _do(self, request, pk: int, do, *, needs_shape: bool = True):
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        run = self._mine(request, pk)
        if not request.user.has_perm(ADDS):
            raise PermissionDenied
        shape = shape_named(run.shape)
        if needs_shape and shape and not request.user.has_perm(shape.permission):
            raise PermissionDenied
        try:
            do(request, run)
        except BusinessRuleError as error:
            messages.error(request, str(error))
        if not ImportRun.objects.filter(pk=pk).exists():
            return redirect(reverse("admin:core_importrun_changelist"))
        return redirect(panels.page_url(ImportRun, pk))

    def _mine(self, request, pk: int) -> ImportRun:
        run = self.get_queryset(request).filter(pk=pk).first()
        if run is None:
            raise Http404
        return run


def _download(pieces: Iterable[str], name: str) -> StreamingHttpResponse:
    answer = StreamingHttpResponse(pieces, content_type="text/csv; charset=utf-8")
    name = name.encode("ascii", "replace").decode()
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
