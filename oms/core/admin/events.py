"""What happened, of all documents."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from oms.core import panels
from oms.core.admin.pages import ReadOnlyAdmin
from oms.core.models import Event


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin):
    list_display = ["at", "what", "document", "subject", "change", "actor"]
    list_display_links = ["at"]
    list_filter = ["root_type"]
    search_fields = ["root_id__exact", "action__exact", "actor__exact"]
    search_help_text = _("Key of the document, action or actor, in full")
    ordering = ["-id"]
    fields = ["at", "what", "action", "document", "subject", "change", "details"]
    fields += ["actor", "dispatched_at"]

    @admin.display(description=_("what"))
    def what(self, event):
        return panels.action_label(event.action)

    @admin.display(description=_("document"))
    def document(self, event):
        return panels.link(event.root_type, event.root_id)

    @admin.display(description=_("subject"))
    def subject(self, event):
        return panels.link(event.subject_type, event.subject_id)

    @admin.display(description=_("status"))
    def change(self, event):
        return panels.status_change(event)

    @admin.display(description=_("details"))
    def details(self, event):
        return panels.facts_in_words(event.data) or panels.NOTHING
