"""How orders come in: one, or a hundred in one call of the service."""

from collections import defaultdict

from rest_framework.decorators import action

from channels.models import Channel
from oms.core.api.bulk import Batch, Done
from oms.core.api.problems import Problem, Refusal, invalid
from orders.api import bodies
from orders.api.shapes import in_short
from orders.services.receiving import receive_orders


class Creating:
    """A part of the viewset of orders."""

    def create(self, request, *args, **kwargs):
        values = self.values(bodies.OrderBody)
        channel = _channel(values, self._channels())
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
                channel = _channel(values, known)
            except Problem as problem:
                batch.refuse(position, problem)
            else:
                said[channel][position] = bodies.incoming(values)
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
        rows = Channel.objects.for_key(self.request.auth)
        return {row.code: row for row in rows}


def _channel(values: dict, known: dict[str, Channel]) -> Channel:
    facts = {"all": ", ".join(sorted(known)) or "-"}
    if code := values.get("channel"):
        if code in known:
            return known[code]
        text = bodies.UNKNOWN_CHANNEL % facts
        raise invalid("/channel", "unknown_channel", text)
    if len(known) == 1:
        return next(iter(known.values()))
    raise invalid("/channel", "required", bodies.WHICH_CHANNEL % facts)
