"""What the description of the API says of exports, with examples."""

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema

from oms.core.api.describing import ID, usual
from oms.core.exports.api import shapes
from oms.core.files.writing import FORMATS

EXAMPLE = {"kind": "orders", "format": "csv", "filter": {"phase": "in_fulfillment"}}

EXPORTS = {
    "list": extend_schema(summary="List exports"),
    "retrieve": extend_schema(summary="Read an export", parameters=[ID]),
    "create": extend_schema(
        request=shapes.ExportBody,
        responses={202: shapes.ExportSerializer},
        summary="Ask for an export",
        description="The rows are those that the list has now; a worker writes them: "
        "read the export until it has a `file_url`. Beside `jobs` the key needs the "
        "scope that reads the list (orders: `orders:read`).",
        examples=usual(EXAMPLE),
    ),
    "file": extend_schema(
        parameters=[ID],
        responses={
            (200, kind): OpenApiTypes.BINARY
            for kind in (FORMATS[name].content_type for name in ("csv", "xlsx"))
        },
        summary="Fetch the file of an export",
        description="For three days.",
    ),
}
