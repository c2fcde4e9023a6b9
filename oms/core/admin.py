"""Pieces of the back office that every app uses, and the kernel's own pages.

`ReadOnlyAdmin` shows documents and ledgers: services write them, nobody edits them.
`KeptAdmin` shows what people edit, but never delete; `KeyedAdmin` what files name.
Panels: see `oms/core/panels.py`.
"""

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.urls import path
from django.utils.translation import gettext_lazy as _

from oms.core import panels, tools, waiting
from oms.core.models import Event, User, WorkItem
from oms.core.panels import register_panel

__all__ = ["KeptAdmin", "KeyedAdmin", "PanelAdmin", "ReadOnlyAdmin", "register_panel"]


class PanelAdmin(admin.ModelAdmin):
    """A page with panels: its own, those other apps registered, then the timeline."""

    change_form_template = "admin/core/change_form.html"
    own_panels: tuple[panels.Panel, ...] = ()
    has_timeline = False

    def render_change_form(self, request, context, *args, obj=None, **kwargs):
        if obj is not None:
            context["panels"] = self.tables(obj)
            context["tools"] = tools.links_of(obj, request.user)
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)

    def get_urls(self):
        meta = self.opts
        view = self.admin_site.admin_view(
            lambda request, pk, name: tools.use_tool(request, self, pk, name)
        )
        name = f"{meta.app_label}_{meta.model_name}_tool"
        return [
            path("<int:pk>/tool/<slug:name>/", view, name=name),
            *super().get_urls(),
        ]

    def tables(self, row) -> list[panels.Table]:
        tables = [panel(row) for panel in self.own_panels]
        tables += panels.panels_of(row)
        if self.has_timeline:
            tables.append(panels.timeline(row))
        return [table for table in tables if table is not None]


class KeptAdmin(PanelAdmin):
    """Edited, never deleted: documents refer to it."""

    def has_delete_permission(self, request, obj=None):
        return False


class KeyedAdmin(KeptAdmin):
    """`key` names the row in files and messages: given once, never changed."""

    key = "code"

    def get_readonly_fields(self, request, obj=None):
        own = super().get_readonly_fields(request, obj)
        return [*own, self.key] if obj else own


class ReadOnlyAdmin(PanelAdmin):
    """Looked at only: no adding, no changing, no deleting, whoever asks."""

    actions = None
    show_full_result_count = False

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(User)
class UserAdmin(DjangoUserAdmin):
    fieldsets = (
        *DjangoUserAdmin.fieldsets,
        (_("Preferences"), {"fields": ["time_zone"]}),
    )
    list_display = ["username", "email", "is_staff", "is_active", "last_login"]


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


@admin.register(WorkItem)
class WorkItemAdmin(KeptAdmin):
    """Services open and resolve items; people say who takes one, and until when it
    may rest."""

    list_display = ["title", "kind_in_words", "badge", "subject", "owner", "created_at"]
    list_filter = ["status", "kind", ("owner", admin.RelatedOnlyFieldListFilter)]
    search_fields = ["title"]
    list_select_related = ["owner"]
    show_full_result_count = False
    ordering = ["-id"]
    fields = ["title", "kind_in_words", "badge", "subject", "owner", "snoozed_until"]
    fields += ["created_at", "resolved_at"]
    fields[1:1] = ["details"]
    readonly_fields = [f for f in fields if f not in ("owner", "snoozed_until")]

    def has_add_permission(self, request):
        return False

    def save_model(self, request, obj, form, change):
        """Only what the form holds: a service may have resolved it meanwhile."""
        obj.save(update_fields=[*form.changed_data, "updated_at"])

    @admin.display(description=_("details"))
    def details(self, item):
        return panels.facts_in_words(item.data) or panels.NOTHING

    @admin.display(description=_("kind"), ordering="kind")
    def kind_in_words(self, item):
        return waiting.reason(item.kind)

    @admin.display(description=_("status"), ordering="status")
    def badge(self, item):
        return panels.status_badge(item)

    @admin.display(description=_("document"))
    def subject(self, item):
        return panels.link(item.subject_type, item.subject_id)
