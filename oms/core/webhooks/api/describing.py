"""What the description of the API says of webhooks, with examples."""

from functools import partial

from drf_spectacular.utils import OpenApiParameter, extend_schema

from oms.core.api.describing import ID, done_to, read_of, usual
from oms.core.webhooks.api import shapes

NEW = {
    "url": "https://hooks.example.org/oms",
    "event_types": ["order.*", "shipment.shipped"],
    "description": "The web shop",
}
TIMES = {"since": "2026-01-31T00:00:00Z", "until": "2026-02-01T00:00:00Z"}
_endpoint = partial(done_to, ID, answer={200: shapes.EndpointSerializer})
_sends = partial(done_to, ID, answer={202: shapes.DeliverySerializer})

ENDPOINTS = {
    "list": extend_schema(summary="List webhook endpoints"),
    "retrieve": read_of(ID, shapes.EndpointSerializer, "Read a webhook endpoint"),
    "create": extend_schema(
        request=shapes.EndpointBody,
        responses={201: shapes.EndpointSerializer},
        summary="Create a webhook endpoint",
        description="Without `channels` and `locations` it hears of all that the key "
        "may see. Read its secret at `secret/`.",
        examples=usual(NEW),
    ),
    "partial_update": _endpoint(
        shapes.EndpointChange, "Change a webhook endpoint", {"event_types": ["*"]}
    ),
    "destroy": done_to(ID, None, "Delete a webhook endpoint", answer={204: None}),
    "secret": read_of(
        ID, shapes.SecretSerializer, "Read the secret of a webhook endpoint"
    ),
    "rotate": _endpoint(
        shapes.RotateBody,
        "Give a webhook endpoint a new secret",
        {"overlap_hours": 24},
        "Until the overlap is over each message carries two signatures. Read the new "
        "secret at `secret/`.",
    ),
    "pause": _endpoint(
        shapes.NothingBody,
        "Pause a webhook endpoint",
        description="What happens meanwhile is kept for it.",
    ),
    "resume": _endpoint(shapes.NothingBody, "Switch a webhook endpoint on again"),
    "test": _sends(
        shapes.NothingBody,
        "Send a test message",
        description="It is sent within seconds: read the delivery.",
    ),
    "replay": done_to(
        ID,
        shapes.ReplayBody,
        "Send again what happened between two times",
        TIMES,
        answer={202: shapes.ReplayedSerializer},
    ),
}
DELIVERIES = {
    "list": extend_schema(summary="List webhook deliveries"),
    "retrieve": read_of(ID, shapes.DeliverySerializer, "Read a webhook delivery"),
    "replay": _sends(shapes.NothingBody, "Send a delivery again"),
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
