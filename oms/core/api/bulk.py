"""Many in one call: read one by one, done by one call of a service, answered one by
one.

`all_or_nothing`: one that cannot be done keeps all from being done. `best_effort`: what
can be done is done, and each of the others says why not.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response

from oms.core.api import problems
from oms.core.api.problems import Problem, Refusal, Wrong
from oms.core.api.strictness import StrictSerializer

MOST = 100
ALL, BEST = "all_or_nothing", "best_effort"
NOT_VALID = {"invalid", "malformed"}


class BulkSerializer(StrictSerializer):
    """The body of a bulk call; subclasses name the kind of its `items`."""

    mode = serializers.ChoiceField([ALL, BEST], default=ALL)


class BulkResultSerializer(serializers.Serializer):
    index = serializers.IntegerField()
    status = serializers.IntegerField(help_text="As the single call would answer.")
    data = serializers.DictField(allow_null=True)
    problem = serializers.DictField(allow_null=True)


class BulkAnswerSerializer(serializers.Serializer):
    done = serializers.IntegerField()
    refused = serializers.IntegerField()
    results = BulkResultSerializer(many=True)


class Done(NamedTuple):
    status: int
    data: dict[str, Any]


class Batch:
    """`values`: those that are valid, by position."""

    def __init__(self, view, kind: type[serializers.Serializer]):
        self.request = view.request
        self.mode, items = self._opened(view.request.data)
        self.size = len(items)
        self.values: dict[int, Any] = {}
        self.problems: dict[int, Problem] = {}
        context = view.get_serializer_context()
        serializer = kind(context=context)
        for position, item in enumerate(items):
            try:
                self.values[position] = serializer.run_validation(item)
            except ValidationError as error:
                self.problems[position] = problems.problem_of(error, view.request)
        self.check()

    def refuse(self, position: int, problem: Problem) -> None:
        self.problems[position] = problem

    def check(self) -> None:
        """Raises where what is not valid spoils all: the corrected request may come
        under the same key."""
        wrongs = list(self._placed())
        if wrongs and self.mode == ALL:
            text = " ".join(wrong.message for wrong in wrongs[:3])
            raise Problem("invalid", text, wrongs)

    def answer(self, done: Mapping[int, Done]) -> Response:
        """Raises Refusal where one spoils all."""
        self.check()
        results = [self._result(n, done.get(n)) for n in range(self.size)]
        if self.problems and self.mode == ALL:
            for result in results:
                if result["problem"] is None:
                    result.update(status=409, data=None)
            raise Refusal([_("Nothing was done: see “results”.")], results=results)
        refused = len(self.problems)
        counts = {"done": self.size - refused, "refused": refused}
        return Response({**counts, "results": results})

    def _result(self, position: int, done: Done | None) -> dict[str, Any]:
        problem = self.problems.get(position)
        if problem is None:
            status, data = done
            return {"index": position, "status": status, "data": data, "problem": None}
        said = problems.body_of(self.request, problem)
        status = said["status"]
        return {"index": position, "status": status, "data": None, "problem": said}

    def _placed(self):
        bad = {n: p for n, p in self.problems.items() if p.code in NOT_VALID}
        for position, problem in sorted(bad.items()):
            for wrong in problem.errors:
                yield wrong._replace(pointer=f"/items/{position}{wrong.pointer}")

    @staticmethod
    def _opened(data) -> tuple[str, list]:
        """Mode and items; what is wrong with the frame is wrong with all."""
        frame = _Frame(data=data)
        frame.is_valid(raise_exception=True)
        items = data["items"]
        if not isinstance(items, list) or not 1 <= len(items) <= MOST:
            text = _("“items” is a list of 1 to %(most)d.") % {"most": MOST}
            raise Problem("invalid", text, [Wrong("/items", "invalid", text)])
        return frame.validated_data["mode"], items


class _Any(serializers.Field):
    def to_internal_value(self, data):
        return data


class _Frame(BulkSerializer):
    items = _Any()
