"""Routing policies: drafts are edited, activated and retired; nothing else changes."""

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fulfillment.models import RoutingPolicy
from fulfillment.models.routing import Criterion
from fulfillment.services import policies
from oms.core import panels
from oms.core.admin import KeptAdmin
from oms.core.tools import actor_of

Status = RoutingPolicy.Status


class PolicyForm(forms.ModelForm):
    def clean_criteria(self):
        criteria = self.cleaned_data["criteria"]
        if reason := policies.bad_criteria(criteria):
            raise ValidationError(reason)
        return criteria


@admin.register(RoutingPolicy)
class RoutingPolicyAdmin(KeptAdmin):
    form = PolicyForm
    list_display = ["__str__", "badge", "mode", "in_order", "note", "activated_at"]
    list_filter = ["status", "mode", "channel"]
    list_select_related = ["channel"]
    ordering = ["-id"]
    actions = ["activate", "make_drafts"]
    fields = [("channel", "version", "badge"), "note", ("mode", "criteria")]
    fields += [("max_parcels", "max_distance_km"), ("currency", "promise_days")]
    fields += [("parcel_cost", "late_cost", "over_capacity_cost"), "activated_at"]
    own = ["version", "badge", "activated_at"]

    def get_readonly_fields(self, request, obj=None):
        if obj is not None:
            return [*self.own, "channel"]
        return self.own

    def has_change_permission(self, request, obj=None):
        """What counts, or has counted, stays as it was."""
        if obj is not None and obj.status != Status.DRAFT:
            return False
        return super().has_change_permission(request, obj)

    def save_model(self, request, obj, form, change):
        """A new one is a draft of the next version; one that was activated meanwhile
        is left alone."""
        if not change:
            rules = {name: getattr(obj, name) for name in policies.RULES}
            made = policies.draft(obj.channel, note=obj.note, **rules)
            obj.pk, obj.version = made.pk, made.version
        elif out := policies.refused_edit(obj.pk):
            messages.error(request, out)
        else:
            obj.save(update_fields=[*form.changed_data, "updated_at"])

    @admin.display(description=gettext_lazy("status"), ordering="status")
    def badge(self, policy):
        return panels.status_badge(policy)

    @admin.display(description=gettext_lazy("criteria"))
    def in_order(self, policy):
        words = dict(Criterion.choices)
        return ", ".join(str(words.get(name, name)) for name in policy.criteria)

    @admin.action(
        description=gettext_lazy("Activate the drafts"), permissions=["change"]
    )
    def activate(self, request, queryset):
        out = policies.activate(queryset, actor=actor_of(request))
        for policy in out.done:
            self.message_user(
                request, _("%(policy)s counts from now on.") % {"policy": policy}
            )
        for reasons in out.refused.values():
            self.message_user(request, " ".join(reasons), messages.ERROR)

    @admin.action(description=gettext_lazy("Make a draft of each"), permissions=["add"])
    def make_drafts(self, request, queryset):
        for policy in queryset:
            draft = policies.draft_of(policy)
            self.message_user(request, _("%(draft)s is a draft.") % {"draft": draft})
