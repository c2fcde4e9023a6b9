"""A person is forgotten: nothing that says who it was stays anywhere."""

import pytest
from django.db import transaction
from django.db.utils import IntegrityError, InternalError

from channels.messages import IncomingCustomer
from fulfillment.models import Label
from oms.core.models import DailyExport, Event, SavedView
from oms.invariants import violations
from orders.models import Customer, Order, PaymentTransaction, RiskAssessment
from orders.services import customers, erasing
from tests import shop
from tests.orders.zoe import ADDRESS, SECRETS, ZOE, left_of
from tests.returns import desk
from tests.snapshot import tables

pytestmark = pytest.mark.django_db


def erase(*people):
    return erasing.erase_customers(people, actor="user:mia")


def events_of(order) -> list[dict]:
    events = Event.objects.filter(root_type="order", root_id=order.pk)
    return list(events.order_by("pk").values())


def test_the_person_is_everywhere_before(zoe):
    """So that the next test can fail."""
    assert {secret for secret in SECRETS if not left_of(secret)} == set()
    tables_with_name = left_of("Zwiebelfisch")
    for table in (
        *("orders_customer", "orders_order", "orders_hold", "core_event"),
        *("core_workitem", "channels_inboundmessage", "channels_hookcall"),
        *("fulfillment_trackingevent", "orders_riskassessment", "returns_return"),
        *("django_admin_log", "core_savedview"),
    ):
        assert table in tables_with_name
    assert "core_dailyexport" in left_of("zwiebel@example.org")


def test_nothing_of_the_person_is_left_in_any_table(zoe):
    broken = {each.invariant.code for each in violations()}  # by what was made up
    assert not erase(zoe).refused

    assert {secret: left_of(secret) for secret in SECRETS} == {s: [] for s in SECRETS}
    assert not Label.objects.exclude(document=None).exists()
    zoe.refresh_from_db()
    assert (zoe.key, zoe.name, zoe.email) == (f"erased:{zoe.pk}", "", "")
    assert zoe.erased_at
    assert {each.invariant.code for each in violations()} == broken


def test_who_looked_for_the_person_does_not_get_everything_instead(zoe):
    other = SavedView.objects.create(
        list_name="orders_order", name="other", query="q=Zoe+Zwiebel"
    )

    erase(zoe)

    assert list(SavedView.objects.all()) == [other]
    daily = DailyExport.objects.get()
    assert (daily.query, daily.is_active) == ("", False)


def test_money_goods_and_what_happened_stay(zoe):
    def facts():
        order = Order.objects.get(customer=zoe)
        return [
            (order.number, order.total_amount, order.ship_to_country, order.status),
            list(order.lines.values_list("sku", "shipped_quantity", "total_amount")),
            list(order.payments.values_list("captured_amount", "refunded_amount")),
            PaymentTransaction.objects.count(),
            list(order.refunds.values_list("number", "amount", "status")),
            list(order.returns.values_list("number", "status")),
            list(
                Event.objects.filter(root_type="order")
                .order_by("id")
                .values_list("action", "actor", "from_status", "to_status", "at")
            ),
        ]

    before = facts()
    erase(zoe)
    assert facts() == before


def test_once_more_changes_nothing(zoe):
    erase(zoe)
    zoe.refresh_from_db()
    at, events = zoe.erased_at, Event.objects.count()

    assert not erase(zoe).refused

    zoe.refresh_from_db()
    assert (zoe.erased_at, Event.objects.count()) == (at, events)


def test_others_keep_everything(zoe, world):
    other = desk.sent(world, [("MUG", 1)])
    kept = events_of(other)
    erase(zoe)

    other.refresh_from_db()
    assert (other.ship_to_name, other.customer.name) == ("Erika Muster", "Erika")
    assert other.inbound_message.payload["customer"]
    assert kept == events_of(other) != []


def test_who_was_merged_into_the_person_is_erased_too(zoe, world):
    said = IncomingCustomer(email="zoe.old@example.org", name="Zoe Zwiebelfisch")
    [order] = shop.place_orders(world.channel, 1, customer=said, ship_to=ADDRESS)
    shop.advance([order], to="delivered")
    old = order.customer
    customers.merge_customers({old.pk: zoe.pk}, actor="t")
    assert "erase that one" in erase(old).refused[old.pk][0]

    assert not erase(zoe).refused

    assert left_of("zoe.old@example.org") == left_of("Zwiebelfisch") == []


@pytest.mark.parametrize(
    ("what", "text"),
    [("order", "is confirmed"), ("return", "Approved"), ("refund", "approval")],
)
def test_nobody_is_erased_while_something_is_under_way(zoe, world, what, text):
    order = Order.objects.get(customer=zoe)
    if what == "order":
        shop.place_orders(world.channel, 1, customer=ZOE, ship_to=ADDRESS)
    elif what == "return":
        desk.asked(order, {"SHIRT": 1})
    else:
        type(order.refunds.get()).objects.update(status="requested")
    before = tables()

    [reason] = erase(zoe).refused[zoe.pk]

    assert text.lower() in reason.lower()
    assert tables() == before


def test_a_new_order_makes_a_new_customer(zoe, world):
    erase(zoe)
    [order] = shop.place_orders(world.channel, 1, customer=ZOE)
    assert order.customer != zoe
    assert order.customer.name == "Zoe Zwiebelfisch"


def test_ledgers_refuse_what_is_no_erasure(zoe):
    """Only the texts are open, and only within the transaction that erases."""
    with pytest.raises((IntegrityError, InternalError)), transaction.atomic():
        RiskAssessment.objects.update(signals=[])
    erase(zoe)
    for change in ({"signals": ["x"]}, {"score": 99}):
        with pytest.raises((IntegrityError, InternalError)), transaction.atomic():
            RiskAssessment.objects.update(**change)


def test_the_statements_do_not_grow(world, statements):
    def prepare(count):
        people = []
        for number in range(count):
            said = IncomingCustomer(email=f"{count}-{number}@example.org")
            [order] = shop.place_orders(world.channel, 1, customer=said)
            shop.advance([order], to="delivered")
            people.append(order.customer)
        return people

    counts = statements.by_size(prepare, lambda people: erase(*people), (1, 10))
    assert counts[1] == counts[10], counts


def test_who_does_not_exist_is_refused(world):
    out = erase(Customer(pk=999_999))
    assert "does not exist" in out.refused[999_999][0]
