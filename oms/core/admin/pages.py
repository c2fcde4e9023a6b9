"""What the pages of all apps are made of.

`ReadOnlyAdmin` shows documents and ledgers: services write them, nobody edits them.
`KeptAdmin` shows what people edit, but never delete; `KeyedAdmin` what files name.
Panels: see `oms/core/panels.py`.
"""

from django.contrib import admin
from django.urls import path

from oms.core import panels, tools


class PanelAdmin(admin.ModelAdmin):
    """A page with panels: its own, those other apps registered, then the timeline."""

    change_form_template = "admin/core/change_form.html"
    MOST_LETTERS, MOST_WORDS = 200, 8  # of a search: each word is a condition on all
    own_panels: tuple[panels.Panel, ...] = ()
    has_timeline = False

    def render_change_form(self, request, context, *args, obj=None, **kwargs):
        if obj is not None:
            context["panels"] = self.tables(obj)
            context["tools"] = tools.links_of(obj, request.user)
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)

    def get_search_results(self, request, queryset, search_term):
        words = search_term[: self.MOST_LETTERS].split()[: self.MOST_WORDS]
        return super().get_search_results(request, queryset, " ".join(words))

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
    list_per_page = 50  # and no more of a long list than people read

    def get_fieldsets(self, request, obj=None):
        """Without the facts that the row has none of."""
        sets = super().get_fieldsets(request, obj)
        if obj is None:
            return sets
        return [
            (title, said | {"fields": _filled(said["fields"], obj)})
            for title, said in sets
        ]

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


def _filled(names, row) -> list:
    """Names and rows of names, as `fields` has them."""
    kept = []
    for name in names:
        if isinstance(name, str):
            if getattr(row, name, True) not in (None, "", [], {}):
                kept.append(name)
        elif some := _filled(name, row):
            kept.append(tuple(some))
    return kept
