"""Exports that go out once a day, and what became of the last ones."""

from django import forms
from django.contrib import admin
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from oms.core import panels
from oms.core.admin.pages import PanelAdmin
from oms.core.exceptions import BusinessRuleError
from oms.core.exports import daily, resources
from oms.core.exports.models import DailyExport
from oms.core.fixes import Fix, Kind, Way, by_subject, register_kinds
from oms.core.models import Job
from oms.core.outcome import Outcome
from oms.core.tools import Tool, register_tool

MOST_FILES = 20
CHANGE = "core.change_dailyexport"


def _send_now(export: DailyExport, given: dict, actor: str) -> Outcome:
    out = Outcome()
    try:
        daily.start_now(export, at=timezone.now())
    except BusinessRuleError as error:
        out.refuse(export.pk, str(error))
    else:
        out.done.append(export)
    return out


def _send_them(items, actor: str, values: dict) -> Outcome:
    """Each file is a job of its own; the item closes when it has gone out."""
    out = Outcome()
    exports = DailyExport.objects.filter(pk__in=[item.subject_id for item in items])
    for export in exports.select_related("owner").order_by("pk"):
        out.add(_send_now(export, values, actor))
    return by_subject(items, out)


register_kinds(
    {
        daily.KIND: Kind(
            gettext_lazy("Daily export failed"),
            gettext_lazy("A file did not go out; the next one that does closes this."),
            (Fix("send_now", gettext_lazy("Send now"), CHANGE, _send_them),),
            (
                Way(
                    gettext_lazy("Look at the export"),
                    "core.view_dailyexport",
                    lambda item: panels.page_url(DailyExport, item.subject_id),
                ),
            ),
        )
    }
)
register_tool(
    DailyExport,
    Tool("send-now", gettext_lazy("Send now"), forms.Form, _send_now, CHANGE),
)


def files_of(export: DailyExport) -> panels.Table:
    rows = export.files.select_related("job").order_by("-pk")[:MOST_FILES]
    return panels.Table(
        _("Files"),
        [_("File"), _("Rows"), _("Job"), _("Sent"), _("Error")],
        [
            [
                file.name,
                file.row_count,
                panels.link(Job, file.job_id, file.job.get_status_display()),
                panels.moment(file.sent_at),
                file.error or panels.NOTHING,
            ]
            for file in rows
        ],
        empty=_("None has gone out yet."),
    )


class DailyForm(forms.ModelForm):
    """Who saves it is its owner: nobody sends what they may not export."""

    user = None  # who asks; see `get_form`
    what = forms.ChoiceField(label=gettext_lazy("List"))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["what"].choices = [
            (name, each.label)
            for name, each in resources.all_named().items()
            if self.user.has_perm(each.permission())
        ]

    def clean(self):
        said = super().clean()
        if bool(said.get("folder")) == bool(said.get("email")):
            self.add_error(
                "folder", _("Give a folder or an e-mail address, one of them.")
            )
        if said.get("folder"):
            self._try("folder", daily.folder_of, DailyExport(folder=said["folder"]))
        if said.get("what"):
            what = resources.named(said["what"])
            query = said.get("query", "").removeprefix("?")
            said["query"] = query
            self._try("query", daily.rows_shown, what, query, self.user)
        return said

    def _try(self, field: str, check, *args) -> None:
        try:
            check(*args)
        except BusinessRuleError as error:
            self.add_error(field, str(error))


@admin.register(DailyExport)
class DailyExportAdmin(PanelAdmin):
    form = DailyForm
    own_panels = (files_of,)
    list_display = ["name", "what", "format", "at", "goes_to", "owner", "is_active"]
    list_select_related = ["owner"]
    show_full_result_count = False
    ordering = ["name"]
    fields = ["name", "what", "query", "format", "at", "folder", "email", "is_active"]
    fields += ["owner", "next_at"]
    readonly_fields = ["owner", "next_at"]
    actions = None

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change, **kwargs)
        form.user = request.user
        return form

    def save_model(self, request, obj, form, change):
        obj.owner = request.user
        obj.next_at = daily.next_moment(obj.at, timezone.now())
        super().save_model(request, obj, form, change)

    @admin.display(description=gettext_lazy("goes to"))
    def goes_to(self, export):
        return export.folder or export.email
