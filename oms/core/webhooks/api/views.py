"""/api/v1/webhook-endpoints/, /webhook-deliveries/ and /events/."""

from datetime import timedelta

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_view
from rest_framework.decorators import action
from rest_framework.response import Response

from oms.core.api import pages
from oms.core.api.problems import Problem, Refusal, Wrong, invalid
from oms.core.api.viewsets import ApiViewSet, Readable
from oms.core.models import WebhookDelivery, WebhookEndpoint
from oms.core.outcome import Outcome
from oms.core.webhooks import delivering, endpoints, feed, replaying, signing, targets
from oms.core.webhooks.api import shapes
from oms.core.webhooks.api.describing import DELIVERIES, ENDPOINTS, EVENTS
from oms.core.webhooks.subjects import Limits

SCOPE = "webhooks"
MOST_DIGITS = 18


class Hooks(ApiViewSet):
    read_scope = write_scope = SCOPE
    lookup_value_regex = rf"[0-9]{{1,{MOST_DIGITS}}}"


@extend_schema_view(**ENDPOINTS)
class EndpointViewSet(Readable, Hooks):
    """A key sees the endpoints that it, or a key before it, has made."""

    model = WebhookEndpoint
    serializer_class = shapes.EndpointSerializer

    def initial(self, request, *args, **kwargs):
        """The name server is asked here, where no transaction is open yet."""
        super().initial(request, *args, **kwargs)
        said = request.data if self.action in WRITES_URL else None
        url = said.get("url") if isinstance(said, dict) else None
        self.judged = _judged(url) if isinstance(url, str) else None

    def create(self, request, *args, **kwargs):
        key, values = request.auth, self.values(shapes.EndpointBody)
        _within(key, values)
        new = endpoints.NewEndpoint(
            is_sandbox=key.is_sandbox,
            client=key.client,
            **{
                **values,
                "channels": values.get("channels") or key.channels,
                "locations": values.get("locations") or key.locations,
            },
        )
        actor, judged = key.actor, self.judged
        out = endpoints.create_endpoint(new, actor=actor, judged=judged)
        _check_fields(out)
        return self.shown(out.done[0], 201)

    def partial_update(self, request, *args, **kwargs):
        row = self.locked(version_required=True)
        values = self.values(shapes.EndpointChange)
        _within(request.auth, values)
        for name in ("channels", "locations"):
            if name in values:
                values[name] = values[name] or getattr(request.auth, name)
        actor, judged = request.auth.actor, self.judged
        out = endpoints.change_endpoint(row.pk, values, actor=actor, judged=judged)
        _check_fields(out)
        return self.shown(self.get_object())

    def destroy(self, request, *args, **kwargs):
        row, actor = self.versioned(), request.auth.actor
        endpoints.delete_endpoints([row.pk], actor=actor)
        return Response(status=204)

    @action(methods=["get"], detail=True)
    def secret(self, request, *args, **kwargs):
        """Read here and not told when it is made: answers to writing requests are kept,
        and no secret stands in a table in the clear."""
        row = self.get_object()
        keys = delivering.keys_of(row, row.updated_at)
        if not keys:
            raise Refusal([_("The secret cannot be opened here; make a new one.")])
        data = {
            "secret": signing.text_of(keys[0]),
            "old_secret_signs_until": row.old_until,
        }
        return Response(shapes.SecretSerializer(data).data)

    @action(methods=["post"], detail=True)
    def rotate(self, request, *args, **kwargs):
        values, row = self.values(shapes.RotateBody), self.versioned()
        hours = values.get("overlap_hours")
        overlap = endpoints.OVERLAP if hours is None else timedelta(hours=hours)
        actor = request.auth.actor
        return self.settled(
            endpoints.rotate_secret(row.pk, overlap=overlap, actor=actor)
        )

    @action(methods=["post"], detail=True)
    def pause(self, request, *args, **kwargs):
        self.values(shapes.NothingBody)
        row, actor = self.versioned(), request.auth.actor
        return self.settled(endpoints.pause_endpoints([row.pk], actor=actor))

    @action(methods=["post"], detail=True)
    def resume(self, request, *args, **kwargs):
        self.values(shapes.NothingBody)
        row, actor = self.versioned(), request.auth.actor
        return self.settled(endpoints.resume_endpoints([row.pk], actor=actor))

    @action(methods=["post"], detail=True)
    def test(self, request, *args, **kwargs):
        self.values(shapes.NothingBody)
        row = self.versioned()
        if reason := replaying.not_listening(row):
            raise Refusal([reason])
        delivery = replaying.send_test(row)
        return Response(shapes.DeliverySerializer(delivery).data, status=202)

    @action(methods=["post"], detail=True)
    def replay(self, request, *args, **kwargs):
        values, row = self.values(shapes.ReplayBody), self.versioned()
        out = replaying.replay_events(row.pk, actor=request.auth.actor, **values)
        self.check(out)
        return Response({"deliveries": out.done[0]["deliveries"]}, status=202)


@extend_schema_view(**DELIVERIES)
class DeliveryViewSet(Readable, Hooks):
    model = WebhookDelivery
    serializer_class = shapes.DeliverySerializer
    filterset_class = shapes.DeliveryFilters
    http_method_names = ["get", "head", "post"]

    @action(methods=["post"], detail=True)
    def replay(self, request, *args, **kwargs):
        self.values(shapes.NothingBody)
        row, actor = self.get_object(), request.auth.actor
        out = replaying.replay_deliveries([row.pk], actor=actor)
        return self.settled(out, 202)


@extend_schema_view(**EVENTS)
class EventViewSet(ApiViewSet):
    read_scope = write_scope = SCOPE
    serializer_class = shapes.MessageSerializer
    pagination_class = None
    filter_backends = ()
    http_method_names = ["get", "head"]

    def known_parameters(self) -> set[str]:
        return {"after", "limit"}

    def list(self, request, *args, **kwargs):
        said = request.query_params
        after = _number(said, "after", 0, 10**MOST_DIGITS - 1, 0)
        limit = _number(said, "limit", 1, feed.MOST, pages.USUAL)
        page = feed.events_after(limits_of(request.auth), after, limit)
        return Response(
            {"results": page.messages, "after": page.after, "more": page.more}
        )


WRITES_URL = {"create", "partial_update"}


def limits_of(key) -> Limits:
    return Limits(tuple(key.channels), tuple(key.locations), key.is_sandbox)


def _judged(url: str) -> targets.Target:
    try:
        return targets.check(url)
    except targets.TargetError as error:
        raise invalid("/url", "invalid", str(error)) from error


def _within(key, values: dict) -> None:
    """Nothing that the key may not see itself."""
    wrongs = []
    for name in ("channels", "locations"):
        mine = set(getattr(key, name))
        for code in values.get(name, ()):
            if mine and code not in mine:
                text = _("This key does not see “%(code)s”.") % {"code": code}
                wrongs.append(Wrong(f"/{name}", "invalid", text))
    if wrongs:
        raise Problem("invalid", wrongs[0].message, wrongs)


def _check_fields(out: Outcome) -> None:
    if out.refused:
        wrongs = [
            Wrong(f"/{name}", "invalid", text)
            for name, reasons in out.refused.items()
            for text in reasons
        ]
        raise Problem("invalid", wrongs[0].message, wrongs)


def _number(said, name: str, least: int, most: int, usual: int) -> int:
    text = said.get(name, str(usual))
    fits = text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS
    if fits and least <= int(text) <= most:
        return int(text)
    facts = {"name": name, "least": least, "most": most}
    text = _("“%(name)s” is a whole number from %(least)d to %(most)d.") % facts
    raise invalid(f"/{name}", "invalid", text, "query")
