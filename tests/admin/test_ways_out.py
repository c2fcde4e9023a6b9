"""Each fix of the exceptions page, on items as they come about."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from fulfillment.models import Label
from fulfillment.services import notices, shipping, shortage
from oms.core import workitems
from oms.core.models import WorkItem
from orders.models import Hold, Order, RiskRule
from orders.services import cancellation
from returns.models import Refund, ReturnPolicy
from returns.services import blind, goodwill
from tests import factories, shop
from tests.admin.exception_desk import URL, focus, mend
from tests.core.test_fixes import KINDS
from tests.factories.rates import make_service

pytestmark = pytest.mark.django_db


def status_of(kind: str) -> list[str]:
    rows = WorkItem.objects.filter(kind=kind).order_by("pk")
    return list(rows.values_list("status", flat=True))


@pytest.mark.parametrize("subject", ["order", "payment", "refund"])
def test_the_page_of_every_kind_answers(office, world, subject):
    """Also where the subject is gone."""
    items = [
        WorkItem(kind=kind, subject_type=subject, subject_id=10**6, title=kind)
        for kind in KINDS
    ]
    workitems.open_items(items, at=timezone.now())

    for item in WorkItem.objects.all():
        if _fits(item):
            answer = office.get(URL, {"kind": item.kind})
            assert answer.status_code == 200
            assert focus(answer) == item


def _fits(item: WorkItem) -> bool:
    of_payments = ("authorization", "payment", "capture", "void")
    return item.subject_type == "payment" or not item.kind.startswith(of_payments)


def test_the_risk_is_looked_at(world, drain_queue):
    strict = factories.ChannelFactory(risk_limit=50)
    RiskRule.objects.create(signal="high_value", points=60, threshold=1)
    [order] = shop.place_orders(strict)

    assert len(mend("high_risk", "release", dry=True).closed) == 1
    assert Hold.objects.get().released_at is None
    assert len(mend("high_risk", "release").closed) == 1

    assert Hold.objects.get().released_by == "user:mia"
    drain_queue()
    assert Order.objects.get(pk=order.pk).status in ("confirmed", "processing")


def test_what_was_paid_too_much_goes_back(world):
    orders = shop.place_orders(world.channel, 3, [("SHIRT", 2)])
    lines = {order.lines.get().pk: 1 for order in orders}
    cancellation.cancel_lines(lines, reason="one too many", actor="t")
    assert status_of("overpaid") == ["open"] * 3

    cleared = mend("overpaid", "refund")

    assert (len(cleared.closed), cleared.refused) == (3, {})
    refunds = Refund.objects.values_list("amount", "kind", "reason").distinct()
    assert list(refunds) == [
        (Decimal(10), "overpaid", "Paid more than the order costs")
    ]
    assert status_of("overpaid") == ["resolved"] * 3


def test_a_second_person_approves(world):
    ReturnPolicy.objects.create(approval_above=1)
    mine, other = shop.place_orders(world.channel, 2, [("SHIRT", 2)])
    for order, actor in ((mine, "user:mia"), (other, "user:anna")):
        wish = goodwill.Goodwill(order.pk, Decimal(5), "late")
        goodwill.refund_goodwill([wish], actor=actor).one()

    cleared = mend("refund_approval", "approve")

    [[reason]] = cleared.refused.values()
    assert "somebody else approves it" in reason
    assert [item.subject_id for item in cleared.closed] == [
        Refund.objects.get(order=other).pk
    ]


def test_goods_that_a_count_took_are_found_elsewhere(world):
    shop.receive(world.ber, {"POSTER": 4})
    [order] = shop.place_orders(world.channel, 1, [("POSTER", 4)])
    count = shortage.Count(world.poster.pk, world.ber.pk, 1, "counted")
    shortage.count_stock([count], actor="walter")
    assert list(mend("shortage", "route").refused)

    shop.receive(world.nyc, {"POSTER": 9})
    mend("shortage", "route")

    order.refresh_from_db()
    assert order.phase == "in_fulfillment"


def test_a_silent_parcel_rests_until_the_carrier_answers(world):
    orders = shop.place_orders(world.channel)
    shop.advance(orders, to="packed")
    [parcel] = shop.parcels_of(orders)
    sent = timezone.now() - timedelta(days=9)
    typed = {parcel.pk: shipping.Label("T1", "dhl")}
    shipping.ship_shipments(typed, actor="t", at=sent).one()
    notices.tell_of_silence(notices.silent_parcels())

    cleared = mend("parcel_silent", "asked")

    item = WorkItem.objects.get()
    assert cleared.closed == [item]
    assert item.status == "snoozed"
    assert timedelta(days=1) < item.snoozed_until - timezone.now() < timedelta(days=3)
    assert notices.silent_parcels() == []  # not told again meanwhile


def test_a_label_is_bought_again(world):
    make_service("standard")
    orders = shop.place_orders(world.channel, 2)
    shop.advance(orders[:1], to="packed")
    shop.advance(orders[1:], to="shipped")
    items = [
        WorkItem(kind="label_failed", subject_type="shipment", subject_id=p.pk)
        for p in shop.parcels_of(orders)
    ]
    workitems.open_items(items, at=timezone.now())

    cleared = mend("label_failed", "buy")

    assert len(cleared.closed) == Label.objects.count() == 1
    [[reason]] = cleared.refused.values()
    assert "only a packed parcel gets one" in reason


def test_a_supplier_is_reminded(office, world):
    factories.LocationFactory(code="SUP", kind="supplier")
    [order] = shop.place_orders(world.channel)
    [sent] = shop.works_of([order])
    item = WorkItem(
        kind="supplier_confirmation",
        subject_type="fulfillmentorder",
        subject_id=sent.pk,
        title=f"{sent}: SUP has to confirm it.",
    )
    workitems.open_items([item], at=timezone.now())
    ways = office.get(URL).context["board"].focus.ways

    assert [url.rpartition("/tool/")[2] for _label, url in ways] == [
        "accept/",
        "reject/",
    ]
    for _label, url in ways:
        assert office.get(url).status_code in (200, 404)  # 404: not with a supplier
    assert len(mend("supplier_confirmation", "reminded").closed) == 1


def test_a_parcel_from_nobody_known_is_matched(office, world):
    parcel = blind.Parcel(world.ber.pk, world.shirt.pk, 1)
    blind.receive_blind([parcel], actor="t").one()

    ways = office.get(URL).context["board"].focus.ways

    assert [label for label, _url in ways] == [
        "Match to an order",
        "Look at the return",
    ]
    for _label, url in ways:
        assert office.get(url).status_code == 200


def test_an_unknown_sku_is_mapped(office, world):
    shop.place_orders(world.channel, 1, [("NO-SUCH", 1)])
    [reason] = mend("unknown_sku", "try").refused.values()
    assert "NO-SUCH" in reason[0]

    ways = dict(office.get(URL).context["board"].focus.ways)

    page = office.get(ways["Say which product it is"])
    assert page.status_code == 200
    assert "NO-SUCH" in page.content.decode()


def test_what_is_unpaid_goes_on_with_its_payment(office, world):
    later = factories.ChannelFactory(payment="later")
    orders = shop.place_orders(later, 2)
    assert len(mend("unpaid", "try").refused) == 2
    Order.objects.filter(pk=orders[0].pk).update(payment_terms="30 days")

    assert len(mend("unpaid", "try").closed) == 1
    ways = dict(office.get(URL).context["board"].focus.ways)
    assert office.get(ways["Record a payment"]).status_code == 200


@pytest.mark.parametrize(
    "kind",
    [
        *("hook_conflict", "message_changed", "return_refused", "return_surplus"),
        *("promise_late", "broken:E2", "uncollected", "from_a_plugin"),
    ],
)
def test_what_was_settled_elsewhere_is_closed(world, kind):
    item = WorkItem(kind=kind, subject_type="order", subject_id=10**6, title="Odd.")
    workitems.open_items([item], at=timezone.now())

    assert len(mend(kind, "done").closed) == 1

    assert status_of(kind) == ["resolved"]
