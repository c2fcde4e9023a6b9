"""What may be done with a resource now, and why the rest may not: by the same guards
that the back office asks. Apps add to the resources of models to their left."""

from collections import defaultdict
from collections.abc import Callable
from typing import NamedTuple

from django.db import models
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers


class ApiAction(NamedTuple):
    """`reasons(row)`: why not, one sentence each; none where it may. It reads loaded
    facts only."""

    name: str
    reasons: Callable[[models.Model], list[str]]


_actions: dict[type[models.Model], dict[str, ApiAction]] = defaultdict(dict)


def register_actions(model: type[models.Model], *actions: ApiAction) -> None:
    _actions[model].update({action.name: action for action in actions})


def offers_of(row: models.Model) -> dict[str, list]:
    """The two members of each resource."""
    allowed, refusals = [], []
    for action in _actions[type(row)].values():
        if reasons := action.reasons(row):
            refusals.append({"action": action.name, "reasons": reasons})
        else:
            allowed.append(action.name)
    return {"allowed_actions": allowed, "refusals": refusals}


class RefusalSerializer(serializers.Serializer):
    action = serializers.CharField()
    reasons = serializers.ListField(child=serializers.CharField())


class OffersSerializer(serializers.Serializer):
    """For a resource with actions: which are allowed now, and why the others are
    not."""

    allowed_actions = serializers.SerializerMethodField()
    refusals = serializers.SerializerMethodField()

    def to_representation(self, row):
        self.offers = offers_of(row)
        return super().to_representation(row)

    def get_allowed_actions(self, _row) -> list[str]:
        return self.offers["allowed_actions"]

    @extend_schema_field(RefusalSerializer(many=True))
    def get_refusals(self, _row):
        return self.offers["refusals"]
