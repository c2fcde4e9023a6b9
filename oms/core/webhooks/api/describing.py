"""What the description of the API says of webhooks, with examples."""

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema

from oms.core.webhooks.api import shapes

ID = OpenApiParameter("id", OpenApiTypes.INT64, "path")
NEW = {
    "url": "https://hooks.example.org/oms",
    "event_types": ["order.*", "shipment.shipped"],
    "description": "The web shop",
}
TIMES = {"since": "2026-01-31T00:00:00Z", "until": "2026-02-01T00:00:00Z"}


def _said(summary, body, answer, example=None, status=200, description=""):
    examples = [OpenApiExample("Usual", example, request_only=True)] if example else []
    return extend_schema(
        parameters=[ID],
        request=body,
        responses={status: answer},
        summary=summary,
        description=description,
        examples=examples,
    )


ENDPOINTS = {
    "list": extend_schema(summary="List webhook endpoints"),
    "retrieve": _said("Read a webhook endpoint", None, shapes.EndpointSerializer),
    "create": extend_schema(
        request=shapes.EndpointBody,
        responses={201: shapes.EndpointSerializer},
        summary="Create a webhook endpoint",
        description="Without `channels` and `locations` it hears of all that the key "
        "may see. Read its secret at `secret/`.",
        examples=[OpenApiExample("Usual", NEW, request_only=True)],
    ),
    "partial_update": _said(
        "Change a webhook endpoint",
        shapes.EndpointChange,
        shapes.EndpointSerializer,
        {"event_types": ["*"]},
    ),
    "destroy": _said("Delete a webhook endpoint", None, None, status=204),
    "secret": _said(
        "Read the secret of a webhook endpoint", None, shapes.SecretSerializer
    ),
    "rotate": _said(
        "Give a webhook endpoint a new secret",
        shapes.RotateBody,
        shapes.EndpointSerializer,
        {"overlap_hours": 24},
        description="Until the overlap is over each message carries two signatures. "
        "Read the new secret at `secret/`.",
    ),
    "pause": _said(
        "Pause a webhook endpoint",
        shapes.NothingBody,
        shapes.EndpointSerializer,
        description="What happens meanwhile is kept for it.",
    ),
    "resume": _said(
        "Switch a webhook endpoint on again",
        shapes.NothingBody,
        shapes.EndpointSerializer,
    ),
    "test": _said(
        "Send a test message",
        shapes.NothingBody,
        shapes.DeliverySerializer,
        status=202,
        description="It is sent within seconds: read the delivery.",
    ),
    "replay": _said(
        "Send again what happened between two times",
        shapes.ReplayBody,
        shapes.ReplayedSerializer,
        TIMES,
        status=202,
    ),
}
DELIVERIES = {
    "list": extend_schema(summary="List webhook deliveries"),
    "retrieve": _said("Read a webhook delivery", None, shapes.DeliverySerializer),
    "replay": _said(
        "Send a delivery again",
        shapes.NothingBody,
        shapes.DeliverySerializer,
        status=202,
    ),
}
EVENTS = {
    "list": extend_schema(
        summary="Read the feed of events",
        description="The same messages as the webhooks, oldest first; the last seconds "
        "are left out. Keep `after` and send it next time.",
        parameters=[
            OpenApiParameter(
                "after",
                {"type": "integer", "minimum": 0, "default": 0},
                description="The `sequence` after which to begin.",
            ),
            OpenApiParameter(
                "limit",
                {"type": "integer", "minimum": 1, "maximum": 200, "default": 50},
                description="How many at most.",
            ),
        ],
        responses=shapes.FeedSerializer,
    )
}
