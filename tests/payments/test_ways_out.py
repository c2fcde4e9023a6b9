"""The fixes of work items about money, on items as they come about."""

import pytest

from orders.models import PaymentRequest
from orders.services import authorizations
from tests import shop
from tests.admin.exception_desk import mend
from tests.payments.conftest import ask, items, payment_of, settle, soon

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("kind", ["capture", "void"])
def test_a_gateway_is_asked_again(order, sandbox, kind):
    sandbox.behave("gateway", kind, "decline")
    ask(order, kind)
    settle()
    assert items() == {f"{kind}_failed": "open"}

    assert len(mend(f"{kind}_failed", "again", dry=True).under_way) == 1
    assert PaymentRequest.objects.count() == 1
    assert len(mend(f"{kind}_failed", "again").under_way) == 1
    settle()

    assert items() == {f"{kind}_failed": "resolved"}


def test_what_nobody_asked_for_cannot_be_asked_again(order, sandbox):
    sandbox.behave("gateway", "capture", "decline")
    ask(order)
    settle()
    PaymentRequest.objects.all().delete()

    [reasons] = mend("capture_failed", "again").refused.values()

    assert "Nothing is left to do here" in reasons[0]


def test_what_is_authorized_is_captured_before_it_ends(world, later, card):
    held = tuple(card("10.00", expires_at=soon(days=1)) for _ in range(2))
    orders = [shop.place_orders(later, payments=(each,))[0] for each in held]
    ending = authorizations.ending()
    authorizations.watch_authorizations(ending, actor="t")

    cleared = mend("authorization_expiring", "capture")
    settle()

    assert cleared.refused == {}
    assert items() == {"authorization_expiring": "resolved"}
    assert [payment_of(order).captured_amount for order in orders] == [10, 10]
