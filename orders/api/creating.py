"""How orders come in: one, or a hundred in one call of the service."""

from collections import defaultdict

from rest_framework.decorators import action

from channels.api.naming import channel_of, channels_of
from channels.models import Channel
from oms.core.api.bulk import Batch, Done
from oms.core.api.problems import Problem, Refusal
from orders.api import bodies
from orders.api.shapes import in_short
from orders.services.receiving import receive_orders


class Creating:
    """A part of the viewset of orders."""

    def create(self, request, *args, **kwargs):
        values = self.values(bodies.OrderBody)
        channel = channel_of(values, self._channels())
        said = [bodies.incoming(values)]
        out = receive_orders(channel, said, actor=request.auth.actor)
        if out.refused:
            raise Refusal(out.refused[0])
        [taken] = out.done
        order = self.get_queryset().get(pk=taken.order.pk)
        response = self.shown(order, 201 if taken.is_new else 200)
        response["Location"] = request.build_absolute_uri(f"{order.number}/")
        return response

    @action(methods=["post"], detail=False)
    def bulk(self, request, *args, **kwargs):
        batch = Batch(self, bodies.OrderBody)
        known, said = self._channels(), defaultdict(dict)
        for position, values in batch.values.items():
            try:
                channel = channel_of(values, known)
            except Problem as problem:
                batch.refuse(position, problem)
            else:
                said[channel][position] = bodies.incoming(values)
        batch.check()
        done = {}
        for channel, orders in said.items():
            positions = list(orders)
            sent, actor = list(orders.values()), request.auth.actor
            out = receive_orders(channel, sent, actor=actor)
            for taken in out.done:
                status = 201 if taken.is_new else 200
                answer = Done(status, in_short(taken.order))
                done[positions[taken.position]] = answer
            for position, reasons in out.refused.items():
                batch.refuse(positions[position], Refusal(reasons))
        return batch.answer(done)

    def _channels(self) -> dict[str, Channel]:
        return channels_of(self.request.auth)
