"""Nothing is dropped: what may not go on waits with the reason, and goes on when its
cause is mended."""

from decimal import Decimal

import pytest

from channels.models import InboundMessage
from channels.services.inbox import RawMessage, store_messages
from oms.core.models import WorkItem
from orders.models import Order
from orders.services import cancellation, confirmation, intake
from tests import factories, shop

pytestmark = pytest.mark.django_db
HALF = shop.IncomingAddress(name="Erika", city="Berlin")


def items(order, **fields):
    """[(kind, title)] of the work items of an order, of those that are open unless
    said otherwise."""
    fields = fields or {"status": "open"}
    rows = WorkItem.objects.filter(subject_type="order", subject_id=order.pk, **fields)
    return list(rows.order_by("kind").values_list("kind", "title"))


def unknown(order):
    text = "line 1 has the unknown SKU CAP; create that product, or say in a listing"
    text += " which one is meant"
    return ("unknown_sku", f"{order}: {text}.")


def confirm(order):
    return confirmation.confirm_orders([order], actor="test")


def test_an_order_with_an_unknown_sku_is_taken_and_waits_with_a_work_item(world):
    [order] = shop.place_orders(world.channel, lines=[("CAP", 2)])

    line = order.lines.get()

    assert (order.status, order.phase) == ("pending", "new")
    assert (line.sku, line.product, line.quantity) == ("CAP", None, 2)
    assert items(order) == [unknown(order)]
    assert shop.works_of([order]) == []


def test_confirming_it_again_before_the_product_exists_is_refused(world):
    [order] = shop.place_orders(world.channel, lines=[("CAP", 2)])
    before = list(WorkItem.objects.values())

    out = confirm(order)

    reason = unknown(order)[1].replace(f"{order}: ", f"{order}: cannot confirm: ")
    assert (out.done, out.refused) == ([], {order.pk: [reason]})
    assert list(WorkItem.objects.values()) == before


def test_an_order_is_healed_once_its_product_exists(world):
    [order] = shop.place_orders(world.channel, lines=[("CAP", 2)])
    cap = factories.ProductFactory(sku="CAP")
    shop.receive(world.ber, {"CAP": 5})

    healed = confirm(order).one()

    order.refresh_from_db()
    line = order.lines.get()
    item = WorkItem.objects.get(subject_id=order.pk)
    assert (healed.status, order.status) == ("confirmed", "confirmed")
    assert order.phase == "in_fulfillment"
    assert (line.product, line.allocated_quantity) == (cap, 2)
    assert [work.location for work in shop.works_of([order])] == [world.ber]
    assert (item.status, item.resolved_at) == ("resolved", order.confirmed_at)


def test_the_healed_of_a_set_go_on_and_the_others_keep_their_items(world):
    [healed] = shop.place_orders(world.channel, lines=[("NEW", 1)])
    [held] = shop.place_orders(world.channel, lines=[("CAP", 1)])
    factories.ProductFactory(sku="NEW")

    out = confirmation.confirm_orders([held, healed], actor="test")

    assert [order.pk for order in out.done] == [healed.pk]
    assert list(out.refused) == [held.pk]
    assert (items(healed), items(held)) == ([], [unknown(held)])


def test_of_two_causes_the_mended_one_is_resolved_and_the_other_stays_open(world):
    [order] = shop.place_orders(world.channel, lines=[("CAP", 1)], ship_to=HALF)
    factories.ProductFactory(sku="CAP")

    out = confirm(order)

    assert list(out.refused) == [order.pk]
    assert [kind for kind, _title in items(order)] == ["bad_address"]
    assert items(order, status="resolved") == [unknown(order)]
    assert order.lines.get().product.sku == "CAP"


def test_totals_that_differ_are_held(world):
    [order] = shop.place_orders(world.channel, total_amount=Decimal("11.00"))

    text = "its parts sum to 10.00, but the channel says 11.00"

    assert order.status == "pending"
    assert (order.total_amount, order.claimed_total_amount) == (10, 11)
    assert items(order) == [
        ("totals_differ", f"{order}: {text}; ask the channel which is right.")
    ]


def test_totals_that_agree_go_on(world):
    [order] = shop.place_orders(
        world.channel,
        lines=[("SHIRT", 3, "9.99")],
        shipping_amount=Decimal("4.90"),
        discount_amount=Decimal("1.00"),
        total_amount=Decimal("33.87"),
    )

    assert (order.status, items(order)) == ("confirmed", [])


def test_an_incomplete_address_is_held_where_the_channel_requires_it(world):
    [order] = shop.place_orders(world.channel, ship_to=HALF)

    text = "its address lacks: street, country; complete the address"

    assert order.status == "pending"
    assert items(order) == [("bad_address", f"{order}: {text}.")]


def test_an_order_goes_on_once_its_address_is_complete(world):
    [order] = shop.place_orders(world.channel, ship_to=HALF)
    Order.objects.filter(pk=order.pk).update(
        ship_to_street="Lindenstraße 1", ship_to_country="DE"
    )

    healed = confirm(order).one()

    assert (healed.status, healed.phase) == ("confirmed", "in_fulfillment")
    assert items(order) == []


def test_an_incomplete_address_goes_on_where_the_channel_does_not_require_it(world):
    channel = factories.ChannelFactory(code="till", address_required=False)

    [order] = shop.place_orders(channel, ship_to=HALF)

    assert (order.status, items(order)) == ("confirmed", [])


def test_an_unpaid_order_is_held(world):
    channel = factories.ChannelFactory(code="invoice", payment="later")

    [order] = shop.place_orders(channel)

    text = "0.00 of 10.00 EUR are secured; record the payment first"
    assert (order.status, order.phase) == ("pending", "awaiting_payment")
    assert items(order) == [("unpaid", f"{order}: {text}.")]


def test_an_order_that_costs_nothing_needs_no_payment(world):
    channel = factories.ChannelFactory(code="invoice", payment="later")

    [order] = shop.place_orders(channel, lines=[("SHIRT", 1, "0.00")])

    assert (order.status, items(order)) == ("confirmed", [])


def test_every_cause_gets_its_own_work_item(world):
    channel = factories.ChannelFactory(code="invoice", payment="later")

    [order] = shop.place_orders(
        channel, lines=[("CAP", 1)], ship_to=HALF, total_amount=Decimal("11.00")
    )

    kinds = [kind for kind, _title in items(order)]
    assert kinds == ["bad_address", "totals_differ", "unknown_sku", "unpaid"]


def test_cancelling_a_held_order_resolves_what_was_found(world):
    [order] = shop.place_orders(world.channel, lines=[("CAP", 1)], ship_to=HALF)

    cancellation.cancel_orders([order], reason="no such cap", actor="test").one()

    open_kinds = [kind for kind, _title in items(order)]
    closed_kinds = [kind for kind, _title in items(order, status="resolved")]
    assert closed_kinds == ["bad_address", "unknown_sku"]
    assert open_kinds == ["overpaid"]


def test_a_message_that_is_refused_stays_in_the_inbox_with_its_reason(world):
    payload = shop.incoming().to_payload() | {"lines": []}
    [kept] = store_messages(
        world.channel, [RawMessage("EMPTY", payload)], actor="test"
    ).done

    out = intake.take_in([kept.pk], actor="test")

    text = "lines: an order needs at least one line."
    message = InboundMessage.objects.get()
    assert (out.done, out.refused) == ([], {kept.pk: [text]})
    assert (message.status, message.error) == ("refused", text)
    assert message.payload == payload
    assert message.processed_at is not None


def test_a_second_message_for_an_order_that_is_here_is_refused(world):
    [order] = shop.place_orders(world.channel)
    payload = shop.incoming(external_id=order.external_id).to_payload()
    [kept] = store_messages(
        world.channel, [RawMessage("AGAIN", payload)], actor="test"
    ).done

    intake.take_in([kept.pk], actor="test")

    kept.refresh_from_db()
    assert (kept.status, kept.error) == (
        "refused",
        f"Order {order.external_id} of this channel is here already as "
        f"{order.number}; nothing was changed.",
    )
    assert Order.objects.get() == order


def test_a_message_that_is_handled_is_not_handled_again(world):
    [order] = shop.place_orders(world.channel)
    pk = order.inbound_message_id

    out = intake.take_in([pk], actor="test")

    assert out.refused == {
        pk: [
            f"Message {pk} does not wait: it is handled already or just now. "
            "Nothing to do."
        ]
    }
    assert Order.objects.get() == order
