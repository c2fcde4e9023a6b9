"""What a key may do with a resource now, and why it may not do the rest: by the same
guards that the back office asks. Apps add to the resources of models to their left."""

from collections import defaultdict
from collections.abc import Callable
from typing import NamedTuple

from django.db import models
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from oms.core.api.models import ApiKey, Scope
from oms.core.api.permissions import why_barred


class ApiAction(NamedTuple):
    """`reasons(row)`: why not, one sentence each; none where it may. It reads loaded
    facts only. `barred(row, key)`: why this key never may, whatever its scopes."""

    name: str
    reasons: Callable[[models.Model], list[str]]
    scope: Scope
    barred: Callable[[models.Model, ApiKey], str] = lambda row, key: ""


_actions: dict[type[models.Model], dict[str, ApiAction]] = defaultdict(dict)


def register_actions(model: type[models.Model], *actions: ApiAction) -> None:
    _actions[model].update({action.name: action for action in actions})


def offers_of(row: models.Model, key: ApiKey) -> dict[str, list]:
    """The two members of each resource."""
    allowed, refusals = [], []
    for action in _actions[type(row)].values():
        barred = why_barred(key, action.scope)
        reasons = [barred] if barred else _reasons(action, row, key)
        if reasons:
            missing = str(action.scope) if barred else None
            said = {"action": action.name, "reasons": reasons, "missing_scope": missing}
            refusals.append(said)
        else:
            allowed.append(action.name)
    return {"allowed_actions": allowed, "refusals": refusals}


def _reasons(action: ApiAction, row: models.Model, key: ApiKey) -> list[str]:
    if reason := action.barred(row, key):
        return [reason]
    return action.reasons(row)


def why_not_owner(_row: models.Model, key: ApiKey) -> str:
    if not key.locations:
        return ""
    return _("This key speaks for its locations; whoever sells the goods does this.")


class RefusalSerializer(serializers.Serializer):
    """`missing_scope`: what the key lacks, whatever the state of the resource."""

    action = serializers.CharField()
    reasons = serializers.ListField(child=serializers.CharField())
    missing_scope = serializers.CharField(allow_null=True)


class OffersSerializer(serializers.Serializer):
    """For a resource with actions: which the key may do now, and why not the others."""

    allowed_actions = serializers.SerializerMethodField()
    refusals = serializers.SerializerMethodField()

    def to_representation(self, row):
        self.offers = offers_of(row, self.context["request"].auth)
        return super().to_representation(row)

    def get_allowed_actions(self, _row) -> list[str]:
        return self.offers["allowed_actions"]

    @extend_schema_field(RefusalSerializer(many=True))
    def get_refusals(self, _row):
        return self.offers["refusals"]
