"""/api/v1/sandbox/events/: let something happen to an order of practice."""

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.response import Response

from fulfillment.models.shipments import TrackingStatus
from fulfillment.models.statuses import RejectCode
from oms.core import transitions
from oms.core.api.actions import offers_of
from oms.core.api.describing import usual
from oms.core.api.fields import Money, Text, Word
from oms.core.api.models import Scope
from oms.core.api.problems import Problem, Refusal
from oms.core.api.registry import register_resource
from oms.core.api.strictness import StrictSerializer
from oms.core.api.viewsets import ApiViewSet
from oms.core.models import Event
from oms.core.webhooks.api.shapes import MessageSerializer
from oms.core.webhooks.subjects import shown
from oms.practice.acting import ACTS
from orders.api.bodies import CENT
from orders.api.orders import load_orders
from orders.models import Order
from returns.api.visible import order_of

STATUSES = [s for s in TrackingStatus.choices if s[0] != TrackingStatus.DELIVERED]
EXAMPLE = {"type": "shipment.shipped", "order": "1001"}


class EventBody(StrictSerializer):
    """`type` is the message that it leads to, among others. `amount`: of money, else
    what is open. `code`: why a location rejects its work. `status`: what the carrier
    says of parcels on their way, which is a message only when they arrive."""

    type = Word([(name, name) for name in ACTS])
    order = Text(32, allow_blank=False, help_text="The number of the order.")
    amount = Money(CENT, required=False)
    code = Word(RejectCode.choices, required=False)
    status = Word(STATUSES, required=False)

    def validate(self, attrs):
        _act, wanted = ACTS[attrs["type"]]
        wrongs = {
            name: [_("Leave it out: such an event does not ask for it.")]
            for name in attrs.keys() - {"type", "order"} - wanted
        }
        if "status" in wanted - attrs.keys():
            wrongs["status"] = [_("Say what the carrier says.")]
        if wrongs:
            raise serializers.ValidationError(wrongs)
        return attrs


class HappenedSerializer(serializers.Serializer):
    """`messages`: what webhooks and the feed tell of it, in their order."""

    order = serializers.CharField()
    messages = MessageSerializer(many=True)


@extend_schema_view(
    create=extend_schema(
        request=EventBody,
        responses={200: HappenedSerializer},
        summary="Let something happen to an order of practice",
        description="For keys of the sandbox only. It really happens: the services of "
        "the shop do it, stock of practice and money of practice move, and webhooks "
        "are sent.",
        examples=usual(EXAMPLE),
    )
)
class SandboxViewSet(ApiViewSet):
    model = Order
    read_scope = write_scope = Scope.ORDERS_WRITE
    serializer_class = EventBody
    http_method_names = ["post"]

    def check_permissions(self, request):
        super().check_permissions(request)
        if not request.auth.is_sandbox:
            text = _(
                "Only a key of the sandbox (oms_test_…) lets things happen; for a live "
                "key they happen by themselves."
            )
            raise Problem("scope_missing", text)

    def create(self, request, *args, **kwargs):
        said, key = self.values(), request.auth
        order = order_of(key, said["order"])
        [order] = transitions.lock(Order, [order.pk])
        act, _wanted = ACTS[said["type"]]
        before = Event.objects.order_by("-pk").values_list("pk", flat=True).first()
        out = act(order, said, key.actor)
        if out.refused:
            load_orders([order])
            reasons = [text for each in out.refused.values() for text in each]
            raise Refusal(reasons, **offers_of(order, key))
        mine = Event.objects.filter(root_type="order", root_id=order.pk)
        events = mine.filter(pk__gt=before or 0).order_by("pk")
        messages = [each.message for each in shown(events)]
        return Response({"order": order.number, "messages": messages})


register_resource("sandbox/events", SandboxViewSet)
