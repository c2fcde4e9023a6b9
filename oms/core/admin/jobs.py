"""Jobs: how far each is, and what became of each row. People see their own; those who
look after background tasks see all."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Case, Value, When
from django.http import Http404, HttpResponseNotAllowed, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from oms.core import jobs, panels
from oms.core.admin.pages import ReadOnlyAdmin
from oms.core.exceptions import BusinessRuleError
from oms.core.lists import additions
from oms.core.models import Job, JobRow
from oms.core.navigation import Entry, register_entry
from oms.core.today import rows_url
from oms.core.tools import actor_of
from oms.core.words import whole

SEES_ALL = "core.run_background"
SECONDS = 2  # between two looks at a running job
ROWS = 100  # on a page
IN_TURN = Case(  # what somebody has to look at comes first
    When(status=JobRow.Status.REFUSED, then=Value(0)),
    When(status=JobRow.Status.WAITING, then=Value(1)),
    default=Value(2),
)
LOOK = {"done": "ok", "refused": "bad", "waiting": ""}

register_entry(
    Entry(gettext_lazy("Jobs"), "admin:core_job_changelist", "core.view_job", 80)
)


@admin.register(Job)
class JobAdmin(ReadOnlyAdmin):
    list_display = ["what", "badge", "done_of_all", "refused_count", "started_by"]
    list_display += ["created_at", "finished_at"]
    list_filter = ["status"]
    show_facets = admin.ShowFacets.NEVER
    ordering = ["-id"]

    def get_queryset(self, request):
        rows = super().get_queryset(request)
        if request.user.has_perm(SEES_ALL):
            return rows
        return rows.filter(actor=actor_of(request))

    def get_urls(self):
        views = [("again", self.again), ("go-on", self.go_on), ("file", self.file)]
        own = [
            path(
                f"<int:pk>/{name}/",
                self.admin_site.admin_view(view),
                name=f"core_job_{name.replace('-', '_')}",
            )
            for name, view in views
        ]
        return [*own, *super().get_urls()]

    @admin.display(description=gettext_lazy("job"))
    def what(self, job):
        kind = jobs.kind_named(job.kind)
        return kind.title(job.total) if kind else job.kind

    @admin.display(description=gettext_lazy("status"))
    def badge(self, job):
        return panels.status_badge(job)

    @admin.display(description=gettext_lazy("done"))
    def done_of_all(self, job):
        done = whole(job.done_count)
        text = _("%(done)s of %(all)s") % {"done": done, "all": whole(job.total)}
        return text.replace(" ", "\N{NO-BREAK SPACE}")

    @admin.display(description=gettext_lazy("by"))
    def started_by(self, job):
        return job.actor.removeprefix("user:")

    def change_view(self, request, object_id, form_url="", extra_context=None):
        if request.method not in ("GET", "HEAD"):
            raise PermissionDenied
        job = self.get_object(request, object_id)
        if job is None:
            raise Http404
        if not self.has_view_permission(request, job):
            raise PermissionDenied
        kind = jobs.kind_named(job.kind)
        if kind is not None and kind.page is not None:
            return redirect(kind.page(job))
        rows = job.rows.order_by(IN_TURN, "position")
        pages = Paginator(rows, ROWS)
        pages.count = job.total  # known without counting
        page = pages.get_page(request.GET.get("p"))
        context = self.admin_site.each_context(request) | self._facts(job, request.user)
        context |= {"title": self.what(job), "opts": self.opts, "page": page}
        context["rows"] = [self._row(job, row) for row in page]
        answer = TemplateResponse(request, "admin/core/job.html", context)
        if job.status in jobs.OPEN:
            answer["Refresh"] = str(SECONDS)
        answer["Cache-Control"] = "no-store"
        return answer

    def _row(self, job, row):
        kind = jobs.kind_named(job.kind)
        subject = kind.subject if kind else None
        return {
            "subject": panels.link(subject, row.subject_id, row.label)
            if subject
            else row.label,
            "status": row.get_status_display(),
            "look": LOOK[row.status],
            "text": row.text,
        }

    def _facts(self, job, user) -> dict:
        """What the page says above the rows, and what may be done next."""
        kind = jobs.kind_named(job.kind)
        may = kind is not None and user.has_perm(kind.permission)
        subject = kind.subject if kind else None
        refused_url = ""
        if job.refused_count and subject and "refused" in additions(subject).words:
            meta = subject._meta
            listed = f"admin:{meta.app_label}_{meta.model_name}_changelist"
            refused_url = rows_url(listed, {"q": f"refused:{job.pk}"})
        over = job.status == Job.Status.DONE
        shown = {k: v for k, v in job.params.items() if not k.startswith("_") and v}
        waiting = job.total - job.done_count - job.refused_count
        return {
            "job": job,
            "who": self.started_by(job),
            "ended": job.done_count + job.refused_count,
            "done": whole(job.done_count),
            "total": whole(job.total),
            "refused": job.refused_count and whole(job.refused_count),
            "waiting": waiting and whole(waiting),
            "is_open": job.status in jobs.OPEN,
            "values": kind.words(shown) if kind else "",
            "refused_url": refused_url,
            "again_url": reverse("admin:core_job_again", args=[job.pk])
            if may and over and job.refused_count
            else "",
            "file": self._file(job, user),
            "go_on_url": reverse("admin:core_job_go_on", args=[job.pk])
            if may and job.status == Job.Status.FAILED
            else "",
        }

    @staticmethod
    def _file(job, user) -> jobs.Attachment | None:
        """Of its owner alone: whoever looks after jobs does not see what is in it."""
        kind = jobs.kind_named(job.kind)
        if kind is None or job.actor != f"user:{user.get_username()}":
            return None
        return kind.file(job) if user.has_perm(kind.permission) else None

    def file(self, request, pk: int):
        """GET: what the job has made."""
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        job = get_object_or_404(self.get_queryset(request), pk=pk)
        found = self._file(job, request.user)
        if found is None:
            raise Http404
        answer = StreamingHttpResponse(found.pieces, content_type=found.content_type)
        disposition = content_disposition_header(True, found.name)
        answer["Content-Disposition"] = disposition
        answer["Cache-Control"] = "no-store"
        return answer

    def again(self, request, pk: int):
        """POST: what was refused, once more."""
        return self._do(request, pk, self._again)

    def _again(self, request, job):
        if job.status != Job.Status.DONE:
            raise BusinessRuleError(_("It is not over yet; wait for its end."))
        again = jobs.try_again(job, actor=actor_of(request))
        return redirect(panels.page_url(Job, again.pk))

    def go_on(self, request, pk: int):
        """POST: what was stopped."""
        return self._do(request, pk, self._go_on)

    def _go_on(self, request, job):
        jobs.go_on(job)
        return redirect(panels.page_url(Job, job.pk))

    def _do(self, request, pk: int, do):
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        job = get_object_or_404(self.get_queryset(request), pk=pk)
        kind = jobs.kind_named(job.kind)
        if kind is None or not request.user.has_perm(kind.permission):
            raise PermissionDenied
        try:
            return do(request, job)
        except BusinessRuleError as error:
            messages.error(request, str(error))
            return redirect(panels.page_url(Job, job.pk))
