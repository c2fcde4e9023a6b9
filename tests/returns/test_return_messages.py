"""Returns that a channel asks for: by the policy, each message once, nothing silent."""

import pytest

from channels.models import InboundMessage
from channels.services.inbox import RawMessage, store_messages
from inventory.models import BundleComponent
from oms.core.models import WorkItem
from orders.services import intake
from returns import tasks
from returns.models import Return, ReturnPolicy
from returns.services import messages
from tests import factories, shop
from tests.returns.test_return_flow import sent

pytestmark = pytest.mark.django_db


def said(order_id, pieces=None, number="R-1", **fields) -> RawMessage:
    lines = [{"sku": sku, "quantity": n} for sku, n in (pieces or {"SHIRT": 1}).items()]
    payload = {"external_id": number, "order": order_id, "lines": lines}
    return RawMessage(number, payload | fields, InboundMessage.Kind.RETURN)


def ask(channel, *asked) -> list[InboundMessage]:
    return store_messages(channel, asked, actor="t").done


def refusal_of(message) -> str:
    """What the inbox keeps as the reason; staff have it as a work item, and no return
    was opened."""
    message.refresh_from_db()
    item = WorkItem.objects.get(kind="return_refused", subject_id=message.pk)
    assert message.status == "refused"
    assert "R-1 was refused" in item.title
    assert not Return.objects.exists()
    return message.error


def test_what_a_channel_asks_for_becomes_a_return(world, drain_queue):
    order = sent(world)
    [message] = ask(
        world.channel, said(order.external_id, {"SHIRT": 2}, reason="faulty", note="x")
    )

    assert "take_in" in drain_queue()

    ret = Return.objects.get()
    assert (ret.order, ret.source, ret.status) == (order, "customer", "requested")
    assert (ret.reason, ret.note, ret.external_id) == ("faulty", "x", "R-1")
    assert [(li.sku, li.authorized_quantity) for li in ret.lines.all()] == [
        ("SHIRT", 2)
    ]
    message.refresh_from_db()
    assert (message.status, message.error) == ("processed", "")


def test_each_message_is_handled_once(world, drain_queue):
    order = sent(world)
    [message] = ask(world.channel, said(order.external_id))
    tasks.sweep_messages()
    drain_queue()

    out = messages.take_in([message.pk], actor="t")

    assert "does not wait" in out.refused[message.pk][0]
    assert Return.objects.count() == 1


def test_orders_do_not_take_in_returns_nor_returns_orders(world):
    order = sent(world)
    [asked] = ask(world.channel, said(order.external_id))
    [placed] = shop.send(world.channel, [shop.incoming()])

    assert set(intake.take_in([asked.pk], actor="t").refused) == {asked.pk}
    assert set(messages.take_in([placed], actor="t").refused) == {placed}
    waiting = InboundMessage.objects.filter(status="waiting")
    assert waiting.count() == 2


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"order": "NOBODY"}, "order NOBODY, which is not here"),
        ({"order": ""}, "order is ''"),
        ({"lines": []}, "lines: a list"),
        ({"lines": ["SHIRT"]}, "lines[0]. an object"),
        ({"lines": [{"sku": "SHIRT", "quantity": 1.5}]}, "lines[0].quantity is 1.5"),
        ({"lines": [{"sku": "SHIRT"}]}, "lines[0].quantity is None"),
        ({"lines": [{"sku": "HAT", "quantity": 1}]}, "no line with the SKU HAT"),
        ({"lines": [{"sku": "SHIRT", "quantity": 4}]}, "3 have shipped"),
        ({"reason": "boredom"}, "'boredom'; expected one of: changed_mind"),
        ({"note": "x" * 201}, "note is"),
    ],
    ids=str,
)
def test_what_cannot_be_is_refused_with_the_reason(world, fields, words):
    order = sent(world)
    [message] = ask(world.channel, said(order.external_id, **fields))

    out = messages.take_in([message.pk], actor="t")

    assert set(out.refused) == {message.pk}
    assert words in refusal_of(message)


def test_the_policy_binds_the_customer(world):
    ReturnPolicy.objects.create().final_sale.add(world.shirt)
    order = sent(world)
    [message] = ask(world.channel, said(order.external_id))

    messages.take_in([message.pk], actor="t")

    assert "SHIRT is a final sale" in refusal_of(message)


def test_the_order_of_another_channel_is_unknown(world):
    order = sent(world)
    [message] = ask(factories.ChannelFactory(), said(order.external_id))

    messages.take_in([message.pk], actor="t")

    assert "which is not here" in refusal_of(message)


def test_a_return_that_comes_before_its_order_is_taken_in_waits_for_it(world):
    incoming = shop.incoming()
    [placed] = shop.send(world.channel, [incoming])
    [message] = ask(world.channel, said(incoming.external_id))

    tasks.sweep_messages()
    message.refresh_from_db()
    assert message.status == "waiting"

    intake.take_in([placed], actor="t")
    tasks.sweep_messages()
    assert "0 have shipped" in refusal_of(message)


def test_a_bundle_comes_back_in_its_components_and_by_the_channels_sku(world):
    from channels.services.listings import map_skus

    pack = factories.ProductFactory(sku="PACK", is_bundle=True, tracks_stock=False)
    for part, pieces in ((world.shirt, 1), (world.mug, 2)):
        BundleComponent.objects.create(bundle=pack, component=part, quantity=pieces)
    map_skus(world.channel, {"GIFT": pack}, actor="t").one()
    order = sent(world, [("GIFT", 2)])
    [message] = ask(world.channel, said(order.external_id, {"GIFT": 1}))

    messages.take_in([message.pk], actor="t")

    lines = Return.objects.get().lines.all()
    assert {li.sku: li.authorized_quantity for li in lines} == {"SHIRT": 1, "MUG": 2}


def test_two_lines_of_one_sku_share_what_comes_back(world):
    order = sent(world, [("SHIRT", 1), ("SHIRT", 2)])
    asked = ask(
        world.channel,
        said(order.external_id, {"SHIRT": 2}, "R-1"),
        said(order.external_id, {"SHIRT": 1}, "R-2"),
        said(order.external_id, {"SHIRT": 1}, "R-3"),
    )

    out = messages.take_in([m.pk for m in asked], actor="t")

    assert set(out.refused) == {asked[2].pk}
    pieces = [
        [li.authorized_quantity for li in ret.lines.order_by("pk")]
        for ret in Return.objects.order_by("pk")
    ]
    assert pieces == [[1, 1], [1]]


def test_as_many_statements_for_100_messages(world, statements):
    shop.receive(world.ber, {"SHIRT": 500})

    def waiting(count):
        orders = shop.place_orders(world.channel, count)
        shop.advance(orders)
        asked = [
            said(order.external_id, number=f"{count}-{number}")
            for number, order in enumerate(orders)
        ]
        wrong = said("NOBODY", number=f"{count}-none")
        return [message.pk for message in ask(world.channel, *asked, wrong)]

    counts = statements.by_size(waiting, lambda pks: messages.take_in(pks, actor="t"))

    assert counts[1] == counts[100]
    assert Return.objects.count() == 101
