"""Export what I see: the rows of a list as it is searched and filtered, as a file."""

import tempfile
from uuid import UUID, uuid4

from django.contrib import messages
from django.contrib.admin.exceptions import DisallowedModelAdminLookup
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import FileResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.translation import gettext as _

from oms.core import panels
from oms.core.exceptions import BusinessRuleError
from oms.core.exports import making, resources
from oms.core.files.writing import FORMATS
from oms.core.models import Job
from oms.core.tools import actor_of

IN_MEMORY = 4 * 1024 * 1024  # bytes; what is more is on the disk until it is sent


class ExportingAdmin:
    """Its list has a button for each export of its model that this person may have."""

    def export_rows(self, request) -> QuerySet:
        """All rows that the list shows at this address, in its order. A
        BusinessRuleError says why there are none."""
        try:
            return self.get_changelist_instance(request).queryset
        except (IncorrectLookupParameters, DisallowedModelAdminLookup):
            raise BusinessRuleError(
                _("The list cannot be filtered like this; choose a filter of the list.")
            ) from None

    def get_urls(self):
        meta = self.opts
        name = f"{meta.app_label}_{meta.model_name}_export_list"
        view = self.admin_site.admin_view(self.export_view)
        return [path("export/", view, name=name), *super().get_urls()]

    def changelist_view(self, request, extra_context=None):
        context = export_context(self, request) | (extra_context or {})
        return super().changelist_view(request, context)

    def export_view(self, request):
        """POST: the file, or the job that makes it."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if not self.has_view_permission(request):
            raise PermissionDenied
        known = {each.name: each for each in _permitted(self, request)}
        if not known:
            raise PermissionDenied
        what, _dot, kind = request.POST.get("export", "").partition(".")
        try:
            if what not in known or kind not in FORMATS:
                raise BusinessRuleError(
                    _("Choose what to export, and in which format.")
                )
            rows = known[what].rows(self.export_rows(request))
            return _answer(request, known[what], FORMATS[kind], rows)
        except BusinessRuleError as error:
            messages.error(request, str(error))
            return redirect(f"{_list_url(self)}?{request.GET.urlencode()}")


def export_context(page, request) -> dict:
    """For the button: see admin/core/export.html."""
    found = _permitted(page, request)
    if not found:
        return {}
    return {
        "exports": [
            (each.label, [(f"{each.name}.{name}", name.upper()) for name in FORMATS])
            for each in found
        ],
        "export_url": f"{_list_url(page)}export/?{request.GET.urlencode()}",
        "export_token": uuid4().hex,
    }


def _permitted(page, request) -> list:
    found = resources.of_list(page.model)
    return [each for each in found if request.user.has_perm(each.permission())]


def _list_url(page) -> str:
    meta = page.opts
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_changelist")


def _answer(request, resource, format_, rows: QuerySet):
    wanted = making.Wanted(resource, format_, rows, actor_of(request))
    if making.is_large(rows):
        job = making.start_file(wanted, token=_token(request))
        return redirect(panels.page_url(Job, job.pk))
    out = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115, the answer closes it
    file = making.write_file(wanted, out)
    out.seek(0)
    answer = FileResponse(
        out,
        as_attachment=True,
        filename=file.name,
        content_type=format_.content_type,
    )
    answer["Cache-Control"] = "no-store"
    return answer


def _token(request) -> str:
    """Of this page: sent twice, it is one job."""
    try:
        return UUID(request.POST.get("token", "")).hex
    except ValueError:
        return uuid4().hex
