"""Members that apps add to the resources of models to their left."""

import copy
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import NamedTuple

from django.db import models
from rest_framework import serializers


class Member(NamedTuple):
    """`load(rows)` puts the value on each row, under the name of the member, for all at
    once."""

    name: str
    field: serializers.Field
    load: Callable[[Sequence[models.Model]], None]


_members: dict[type[models.Model], list[Member]] = defaultdict(list)


def register_member(model: type[models.Model], member: Member) -> None:
    _members[model].append(member)


def load_members(model: type[models.Model], rows: Sequence[models.Model]) -> None:
    for member in _members[model]:
        member.load(rows)


class ExtendedSerializer(serializers.Serializer):
    """Of `model`, with what other apps add."""

    model: type[models.Model]

    def get_fields(self):
        added = {m.name: copy.deepcopy(m.field) for m in _members[self.model]}
        return super().get_fields() | added
