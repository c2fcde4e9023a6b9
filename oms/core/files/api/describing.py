"""What the description of the API says of imports, with examples."""

from functools import partial

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema

from oms.core.api import uploads
from oms.core.api.describing import ID, done_to
from oms.core.files.api import bodies, shapes
from oms.core.files.models import ImportRow
from oms.core.files.writing import FORMATS

FILES = ("text/csv", "text/tab-separated-values", FORMATS["xlsx"].content_type)
FORM_EXAMPLE = {
    "file": "external_id,placed_at,currency,sku,quantity,unit_price\n"
    "F-1,2026-01-31 12:00 +0000,EUR,SHIRT,1,19.90\n",
    "profile": "orders",
    "channel": "web",
    "apply": "good",
}


def _parameter(name: str, schema: dict, text: str) -> OpenApiParameter:
    return OpenApiParameter(name, schema, description=text)


def _said_with_a_file() -> list[OpenApiParameter]:
    """The fields of the form, for a file that is the body itself."""
    fields = bodies.SaidBody().fields
    found = [_parameter("name", {"type": "string"}, "What the file is called.")]
    for name, field in fields.items():
        schema: dict = {"type": "string"}
        if choices := getattr(field, "choices", None):
            schema["enum"] = list(choices)
        elif most := getattr(field, "max_length", None):
            schema |= {"minLength": 1, "maxLength": most}
        text = f"{field.help_text} Of a file that is the body itself."
        found.append(_parameter(name, schema, text))
    return found


def _choices(name: str, choices: type, text: str) -> OpenApiParameter:
    return _parameter(name, {"type": "string", "enum": choices.values}, text)


_does = partial(done_to, ID, answer={202: shapes.ImportSerializer})

IMPORTS = {
    "list": extend_schema(summary="List imports"),
    "retrieve": extend_schema(summary="Read an import", parameters=[ID]),
    "create": extend_schema(
        parameters=_said_with_a_file(),
        request={
            uploads.FORM: bodies.FileBody,
            **dict.fromkeys(FILES, OpenApiTypes.BINARY),
        },
        responses={202: shapes.ImportSerializer},
        summary="Send a file",
        description="A worker reads it: ask for the import until its `status` is "
        "`previewed`, or `applied` where `apply` is said. A file that cannot be read, "
        "or of which something must be known, is refused (400) and not kept. Beside "
        "`jobs` the key needs the scope that its rows would need alone (orders: "
        "`orders:write`).",
        examples=[
            OpenApiExample(
                "Usual", FORM_EXAMPLE, request_only=True, media_type=uploads.FORM
            )
        ],
    ),
    "apply": _does(
        bodies.ApplyBody,
        "Apply an import that is previewed",
        {"rows": bodies.GOOD},
        "Read the import until its `status` is `applied`.",
    ),
    "undo": _does(
        bodies.NothingBody,
        "Undo an import",
        description="For seven days. Each row gets back what was there before, or says "
        "why not.",
    ),
    "discard": _does(
        bodies.NothingBody,
        "Throw away a file that was never applied",
        answer={204: None},
    ),
    "rows": extend_schema(
        parameters=[
            ID,
            _choices("effect", ImportRow.Effect, "What applying the row would do."),
            _choices("status", ImportRow.Status, "What became of the row."),
        ],
        filters=False,
        responses=shapes.RowSerializer(many=True),
        summary="Read the rows of an import",
        description="In the order of the file.",
    ),
    "errors": extend_schema(
        parameters=[ID],
        responses={(200, "text/csv"): OpenApiTypes.BINARY},
        summary="Fetch the rows that were not written",
        description="With the columns of the file, and why in the column `error`: "
        "corrected, they can be sent again.",
    ),
}
