"""What a partner lets happen to its orders of practice."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from channels.models import Channel
from inventory.models import Location, StockLevel
from oms.core.models import WebhookDelivery
from oms.core.webhooks import dispatching
from oms.practice.acting import ACTS
from orders.models import Order
from tests import factories, shop
from tests.api.partner import Partner, wrongs

pytestmark = pytest.mark.django_db


@pytest.fixture
def tester(world) -> Partner:
    call_command("open_sandbox", stdout=StringIO())
    return Partner(name="tester", is_sandbox=True)


def happen(partner: Partner, kind: str, order: Order, **more):
    said = {"type": kind, "order": order.number, **more}
    return partner.post("sandbox/events/", said)


def types(answer) -> list[str]:
    assert answer.status_code == 200, answer.json()
    return [message["type"] for message in answer.json()["messages"]]


def real_pieces() -> list[tuple]:
    levels = StockLevel.objects.filter(location__is_sandbox=False).order_by("pk")
    return list(levels.values_list("pk", "on_hand", "allocated"))


def test_an_order_is_paid_sent_delivered_brought_back_and_refunded(tester):
    before = real_pieces()
    order = tester.create()
    kinds = (
        *("order.payment_captured", "shipment.shipped", "shipment.delivered"),
        *("return.requested", "return.received", "return.inspected"),
        "refund.succeeded",
    )

    told = {kind: types(happen(tester, kind, order)) for kind in kinds}

    order.refresh_from_db()
    assert all(kind in told[kind] for kind in kinds), told
    assert "order.confirmed" in told["order.payment_captured"]
    assert "fulfillmentorder.released" in told["shipment.shipped"]
    assert (order.status, order.phase) == ("completed", "delivered")
    assert tester.get("returns/").status_code == 200
    assert real_pieces() == before


def test_webhooks_tell_what_the_answer_says(tester):
    new = {"url": "https://93.184.215.14/", "event_types": ["*"]}
    assert tester.post("webhook-endpoints/", new).status_code == 201
    order = tester.create()
    happen(tester, "order.payment_captured", order)
    dispatching.dispatch_events()
    WebhookDelivery.objects.all().delete()

    answer = happen(tester, "shipment.shipped", order)
    dispatching.dispatch_events()

    heard = WebhookDelivery.objects.order_by("pk").values_list("type", flat=True)
    assert sorted(heard) == sorted(types(answer))
    read = tester.get(f"orders/{order.number}/").json()
    assert read["fulfillment_status"] == "fulfilled"


def test_a_location_that_has_not_got_it_sends_the_order_back_to_wait(tester):
    order = tester.create()
    happen(tester, "order.payment_authorized", order, amount="10.00")

    told = types(happen(tester, "fulfillmentorder.rejected", order))

    order.refresh_from_db()
    level = StockLevel.objects.get(location__code="SANDBOX", product__sku="SHIRT")
    assert "fulfillmentorder.rejected" in told
    assert (order.phase, level.on_hand) == ("awaiting_stock", 0)


def test_the_carrier_says_where_parcels_are(tester):
    order = tester.create()
    happen(tester, "order.payment_captured", order)
    happen(tester, "shipment.shipped", order)

    answer = happen(tester, "shipment.tracked", order, status="out_for_delivery")

    parcel = order.shipments.get()
    assert (answer.status_code, types(answer)) == (200, [])
    assert parcel.tracking_status == "out_for_delivery"


@pytest.mark.parametrize("kind", sorted(set(ACTS) - {"order.payment_authorized"}))
def test_what_cannot_happen_yet_is_refused_with_what_may(tester, kind):
    order = tester.create()
    if kind == "order.payment_captured":
        happen(tester, kind, order)
    more = {"status": "in_transit"} if kind == "shipment.tracked" else {}

    answer = happen(tester, kind, order, **more)

    assert (answer.status_code, answer.json()["code"]) == (409, "refused")
    assert answer.json()["detail"]
    assert "cancel" in answer.json()["allowed_actions"]


def test_a_live_key_lets_nothing_happen(acme, tester):
    order = acme.create()

    live = happen(acme, "shipment.shipped", order)
    foreign = happen(tester, "shipment.shipped", order)

    assert (live.status_code, live.json()["code"]) == (403, "scope_missing")
    assert "oms_test_" in live.json()["detail"]
    assert wrongs(foreign) == [("body", "/order", "unknown_order")]


@pytest.mark.parametrize(
    ("said", "error"),
    [
        ({"type": "shipment.lost"}, ("body", "/type", "invalid_choice")),
        (
            {"type": "shipment.shipped", "amount": "1.00"},
            ("body", "/amount", "invalid"),
        ),
        ({"type": "shipment.tracked"}, ("body", "/status", "invalid")),
        (
            {"type": "shipment.tracked", "status": "delivered"},
            ("body", "/status", "invalid_choice"),
        ),
        (
            {"type": "order.payment_captured", "amount": "0"},
            ("body", "/amount", "min_value"),
        ),
    ],
)
def test_what_is_no_event_is_refused_by_its_name(tester, said, error):
    order = tester.create()

    answer = tester.post("sandbox/events/", {"order": order.number, **said})

    assert (answer.status_code, wrongs(answer)) == (400, [error])


def test_a_repeated_event_happens_once(tester):
    order = tester.create()
    said = {"type": "order.payment_captured", "order": order.number, "amount": "1.00"}

    first, again = [tester.post("sandbox/events/", said, key="one") for _ in range(2)]

    assert again.content == first.content
    assert order.payments.count() == 1


def test_the_sandbox_opens_again_with_full_shelves(tester, world):
    place = Location.objects.get(code="SANDBOX")
    factories.ProductFactory(sku="NEW")
    StockLevel.objects.filter(location=place, product=world.mug).update(on_hand=400)
    out = StringIO()

    call_command("open_sandbox", stdout=out)

    found = StockLevel.objects.filter(location=place)
    assert "2 products" in out.getvalue()
    assert dict(found.values_list("product__sku", "on_hand")) == dict.fromkeys(
        ("SHIRT", "MUG", "POSTER", "NEW"), 1000
    )
    assert Channel.objects.get(code="sandbox").is_sandbox


def test_the_sandbox_takes_no_real_channel(world):
    factories.ChannelFactory(code="sandbox")

    with pytest.raises(CommandError, match="is real"):
        call_command("open_sandbox", stdout=StringIO())

    assert not Location.objects.filter(is_sandbox=True).exists()
    assert shop.place_orders(world.channel)
