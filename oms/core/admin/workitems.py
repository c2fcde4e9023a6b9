"""What waits for a person."""

from django.contrib import admin, messages
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from oms.core import attention, fixes, panels, workitems
from oms.core.admin import exceptions
from oms.core.admin.exporting import ExportingAdmin
from oms.core.admin.pages import KeptAdmin
from oms.core.attention import Asked
from oms.core.models import WorkItem
from oms.core.tools import actor_of

panels.describe_events(
    {
        "workitem.assigned": _("Work item given to somebody"),
        "workitem.snoozed": _("Work item snoozed"),
        "workitem.woken": _("Work item woken"),
        "workitem.closed": _("Work item closed"),
    },
    {"owner": _("owner"), "until": _("until"), "note": _("note")},
)


def way_out(item: WorkItem) -> panels.Table | None:
    if item.status == WorkItem.Status.RESOLVED:
        return None
    url = Asked(kind=item.kind, item=item.pk).url()
    link = format_html('<a href="{}">{}</a>', url, _("Open it among the exceptions"))
    return panels.Table(_("What to do"), [], [[link]])


@admin.register(WorkItem)
class WorkItemAdmin(ExportingAdmin, KeptAdmin):
    """All there ever were. Services open and resolve items; people work on them on the
    page of exceptions."""

    own_panels = (way_out,)
    has_timeline = True
    list_display = ["title", "kind_in_words", "badge", "subject", "owner", "opened_at"]
    list_filter = ["status", "kind", ("owner", admin.RelatedOnlyFieldListFilter)]
    search_fields = ["title"]
    list_select_related = ["owner"]
    show_full_result_count = False
    ordering = ["-id"]
    fields = ["title", "details", "kind_in_words", "badge", "subject", "owner"]
    fields += ["opened_at", "snoozed_until", "resolved_at"]
    readonly_fields = [f for f in fields if f != "owner"]

    def get_urls(self):
        return [*exceptions.urls(), *super().get_urls()]

    def get_queryset(self, request):
        return super().get_queryset(request).filter(attention.scope(request.user))

    def has_add_permission(self, request):
        return False

    def save_model(self, request, obj, form, change):
        """The owner is all that the form holds."""
        if "owner" in form.changed_data:
            actor = actor_of(request)
            out = workitems.assign_items([obj.pk], obj.owner, actor=actor)
            for reasons in out.refused.values():
                self.message_user(request, " ".join(reasons), messages.ERROR)

    @admin.display(description=_("details"))
    def details(self, item):
        return panels.facts_in_words(item.data) or panels.NOTHING

    @admin.display(description=_("kind"), ordering="kind")
    def kind_in_words(self, item):
        return fixes.label_of(item.kind)

    @admin.display(description=_("status"), ordering="status")
    def badge(self, item):
        return panels.status_badge(item)

    @admin.display(description=_("document"))
    def subject(self, item):
        return panels.link(item.subject_type, item.subject_id)
