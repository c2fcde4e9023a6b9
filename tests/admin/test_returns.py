"""The returns desk in the back office: what its buttons do, and who may press them."""

from decimal import Decimal

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from inventory.models import Location
from orders.models import Order
from returns.models import Refund, Return, ReturnItem, ReturnPolicy
from returns.services import requesting
from returns.services.requesting import NewReturn
from tests.returns import desk

pytestmark = pytest.mark.django_db


def url(row, page="change", *args):
    meta = row._meta
    name = f"admin:{meta.app_label}_{meta.model_name}_{page}"
    return reverse(name, args=[row.pk, *args])


def use(client, row, tool, **given) -> str:
    sent = given | {"csrfmiddlewaretoken": "x"}  # as browsers do
    answer = client.post(url(row, "tool", tool), sent, follow=True)
    assert answer.status_code == 200, answer
    return answer.content.decode()


@pytest.fixture
def ret(world):
    order = desk.sent(world)
    wish = NewReturn(order.pk, {order.lines.get().pk: 2})
    return requesting.request_returns([wish], actor="customer").one()


def test_a_return_from_the_request_to_the_money(office, world, ret):
    use(office, ret, "approve")
    counted = {"sku": "SHIRT", "quantity": 2, "location": world.ber.pk}
    use(office, ret, "receive", **counted)
    [item] = desk.items(ret)
    use(office, item, "decide", disposition="quarantine", quantity=1, note="stain")
    use(office, ret, "decide", disposition="restock", location=world.nyc.pk)
    said = use(office, ret, "preview", amount="", tenders="")
    page = use(office, ret, "refund", amount="", tenders="")
    use(office, ret, "close")

    ret.refresh_from_db()
    assert (ret.status, ret.money) == ("closed", "refunded")
    assert "20.00" in said
    assert "Nothing was changed." in said
    for text in ("Return counted", "Back to stock", ret.refunds.get().number):
        assert text in page
    order = office.get(url(ret.order)).content.decode()
    for text in ("Refund paid", ret.number, ret.refunds.get().number):
        assert text in order


def test_the_answers_that_end_it(office, world, ret):
    use(office, ret, "decline", reason="too worn")
    other = desk.asked(desk.sent(world), {"SHIRT": 1})
    use(office, other, "cancel", reason="kept")
    denied = desk.back(world)
    use(office, denied, "deny", reason="worn")

    words = [tuple(r.values()) for r in Return.objects.order_by("pk").values("status")]
    denied.refresh_from_db()
    assert words == [("declined",), ("cancelled",), ("received",)]
    assert denied.money == "denied"


def test_a_refusal_stays_on_the_page(office, world, ret):
    use(office, ret, "approve")

    unknown = {"sku": "NO-SUCH", "quantity": 1, "location": world.ber.pk}
    texts = [
        use(office, ret, "receive", **unknown),
        use(office, ret, "receive", sku="SHIRT", quantity=0, location=world.ber.pk),
        use(office, ret.order, "goodwill", amount="99", reason="sorry"),
        use(office, ret.order, "goodwill", amount="1", reason="sorry", tenders="7 x"),
    ]

    assert "does not exist" in texts[0]
    assert "is no number of pieces" in texts[1]
    assert "at most 30.00 EUR is left" in texts[2]
    assert "whole numbers, separated by spaces" in texts[3]
    assert not Refund.objects.exists()
    assert not ReturnItem.objects.exists()


def test_a_large_refund_needs_somebody_else(office, world):
    ReturnPolicy.objects.create(approval_above=5)
    use(office, desk.back(world), "refund")
    mine = Refund.objects.get()
    others = desk.refunded(desk.back(world))
    denied = desk.refunded(desk.back(world))

    text = use(office, mine, "approve")
    use(office, others, "approve")
    use(office, denied, "deny", reason="too much")

    assert "somebody else approves it" in text
    words = list(Refund.objects.order_by("pk").values_list("status", flat=True))
    assert words == ["requested", "succeeded", "denied"]


def test_goodwill_is_given_on_the_page_of_the_order(office, world):
    order = desk.sent(world)

    page = use(office, order, "goodwill", amount="5.00", reason="came late")

    refund = Refund.objects.get()
    assert (refund.kind, refund.amount) == ("goodwill", Decimal(5))
    assert refund.requested_by == "user:admin"
    assert "came late" in page


def test_an_unknown_parcel_is_counted_at_its_location_and_matched(office, world):
    order = desk.sent(world)

    use(office, world.ber, "unknown-parcel", sku="SHIRT", quantity=1, note="box")
    ret = Return.objects.get()
    assert "that order does not exist" in use(office, ret, "match", number="0")
    use(office, ret, "match", number=order.number)

    ret.refresh_from_db()
    assert (ret.order, ret.money) == (order, "pending")


def test_a_policy_is_edited(office, world):
    policy = ReturnPolicy.objects.create()
    facts = {"window_days": 14, "expires_days": 7, "fee_percent": 5}

    office.post(url(policy), facts)

    policy.refresh_from_db()
    assert (policy.window_days, policy.expires_days) == (14, 7)
    assert (policy.fee_percent, policy.refunds_shipping) == (5, False)


def test_only_those_who_may_press_the_buttons(client, world, ret):
    tools = {
        (ret, "approve"): "approve_return",
        (ret.order, "goodwill"): "request_refund",
        (world.ber, "unknown-parcel"): "receive_return",
        (desk.back(world), "refund"): "request_refund",
    }
    client.force_login(world.anna)
    sights = "view_return", "view_order", "view_location"
    look = list(Permission.objects.filter(codename__in=sights))
    world.anna.user_permissions.set(look)
    answers = {client.post(url(row, "tool", name)).status_code for row, name in tools}
    assert answers == {403}
    button = url(ret, "tool", "approve")
    assert button not in client.get(url(ret)).content.decode()

    allowed = Permission.objects.filter(codename__in=tools.values())
    world.anna.user_permissions.add(*allowed)

    answers = {client.get(url(row, "tool", name)).status_code for row, name in tools}
    assert answers == {200}


def test_buttons_of_what_is_over_are_gone(office, ret):
    use(office, ret, "decline", reason="no")

    assert office.get(url(ret, "tool", "approve")).status_code == 404
    assert office.get(url(Order(pk=999_999), "tool", "goodwill")).status_code == 404
    assert office.get(url(Location(pk=9**9), "tool", "unknown-parcel")).status_code in {
        302,
        404,
    }
