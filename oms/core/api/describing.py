"""What the descriptions of all resources share: how a row is named, what is done to it,
an example."""

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema

ID = OpenApiParameter("id", OpenApiTypes.INT64, "path")


def by_number(what: str) -> OpenApiParameter:
    text = f"The number of the {what}."
    return OpenApiParameter("number", OpenApiTypes.STR, "path", description=text)


def usual(value: dict | None) -> list[OpenApiExample]:
    return [OpenApiExample("Usual", value, request_only=True)] if value else []


def read_of(parameter: OpenApiParameter, answer, summary: str):
    return extend_schema(parameters=[parameter], responses=answer, summary=summary)


def done_to(
    parameter: OpenApiParameter,
    body,
    summary: str,
    example: dict | None = None,
    description: str | None = None,
    *,
    answer: dict,
):
    """Something is done to the row that `parameter` names. `answer`: by status."""
    return extend_schema(
        parameters=[parameter],
        request=body,
        responses=answer,
        summary=summary,
        description=description,
        examples=usual(example),
    )
