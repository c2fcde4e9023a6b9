"""Bad input to refunds: refused with a text, nothing changed."""

from decimal import Decimal

import pytest

from returns.models import Refund, Return, ReturnPolicy
from returns.services import approving, blind, goodwill, inspecting, refunding
from returns.services.goodwill import Goodwill
from returns.services.inspecting import Decision
from tests import shop
from tests.returns import desk
from tests.snapshot import reasons, tables

pytestmark = pytest.mark.django_db
MISSING = 999_999_999
NO_AMOUNTS = [Decimal(n) for n in ("0", "-1", "1.001", "NaN", "Infinity", "1e30")]
NO_AMOUNTS += [5, 5.0, "5.00", True]


def refused(service, rows, **options) -> str:
    before = tables()
    out = service(rows, actor="user:mia", **options)
    assert out.done == []
    assert tables() == before
    [text] = reasons(out)
    return text


def test_an_amount_that_somebody_says_is_an_amount(world):
    ret = desk.back(world)

    for amount in NO_AMOUNTS:
        said = {ret.pk: amount}
        text = refused(refunding.refund_returns, [ret], amounts=said)
        assert "is no amount in EUR" in text


def test_tenders_are_payments_of_the_order_each_once(world):
    ret = desk.back(world)
    own = ret.order.payments.get().pk
    [other] = shop.place_orders(world.channel)
    foreign = other.payments.get().pk

    for tenders in ([foreign], [MISSING], [True], ["1"], [own, own], 5, [[1]]):
        said = {ret.pk: tenders}
        text = refused(refunding.refund_returns, [ret], tenders=said)
        assert "payment" in text
        gift = Goodwill(ret.order_id, Decimal(1), "sorry", tenders)
        assert "payment" in refused(goodwill.refund_goodwill, [gift])


def test_returns_of_which_nothing_is_due(world):
    order = desk.sent(world)
    coming = desk.asked(order, {"SHIRT": 1})
    [parcel] = blind.receive_blind(
        [blind.Parcel(world.ber.pk, world.shirt.pk, 1)], actor="t"
    ).done
    twice = desk.back(world)
    desk.refunded(twice)
    denied = desk.back(world)
    inspecting.deny_money([denied], reason="worn", actor="t").one()
    free = desk.back(world, 1, [("SHIRT", 1, "0.00")])
    rejected = desk.back(world)
    [item] = desk.items(rejected)
    inspecting.dispose([Decision(item.pk, "to_customer", 2)], actor="t").one()
    returns = [Return(pk=MISSING), coming, parcel, twice, denied, free, rejected]

    texts = [refused(refunding.refund_returns, [ret]) for ret in returns]
    for ret in (twice, rejected):  # not for any money
        said = {ret.pk: Decimal(1)}
        refused(refunding.refund_returns, [ret], amounts=said)

    assert [text.partition(" ")[2] for text in texts[1:]] == [
        f"{coming.number} is approved; count what has arrived first.",
        f"{parcel.number}: nobody knows its order; match it first.",
        f"{twice.number}: nothing is due any more. Close it.",
        f"{denied.number}: its money was denied; give goodwill instead.",
        f"{free.number}: nothing is due for it. Deny its money, then close it.",
        f"{rejected.number}: nothing is due any more. Close it.",
    ]


def test_the_same_return_twice_in_a_set_is_refunded_once(world):
    ret = desk.back(world)

    out = refunding.refund_returns([ret, ret], actor="t")

    assert [refund.amount for refund in out.done] == [20]


def test_what_goodwill_has_given_is_not_refunded_again(world):
    ret = desk.back(world, 1, [("SHIRT", 1)])
    gift = Goodwill(ret.order_id, Decimal("10.00"), "sorry")
    goodwill.refund_goodwill([gift], actor="t").one()

    text = refused(refunding.refund_returns, [ret])

    assert "10.00 is due, but everything that the order has paid is refunded" in text


def test_bad_goodwill_is_refused(world):
    order = desk.sent(world)
    sound = {"order_id": order.pk, "amount": Decimal("1.00"), "reason": "sorry"}
    bad = [{"order_id": key} for key in (MISSING, None, True, "1", 2**70, [1])]
    bad += [{"amount": amount} for amount in [*NO_AMOUNTS, Decimal("30.01")]]
    bad += [{"reason": reason} for reason in ("", " ", None, "x" * 201, "a\x00b")]
    bad += [{"kind": kind} for kind in ("return", "gift", None)]

    before = tables()
    out = goodwill.refund_goodwill([Goodwill(**sound | b) for b in bad], actor="t")
    assert (out.done, list(out.refused)) == ([], list(range(len(bad))))
    assert tables() == before
    twice = [Goodwill(order.pk, Decimal(20), "sorry")] * 2
    out = goodwill.refund_goodwill(twice, actor="t")

    assert "at most 10.00 EUR is left" in out.refused[1][0]


def test_goodwill_in_yen_has_no_sen(world):
    [order] = shop.place_orders(world.channel, currency="JPY")

    gift = Goodwill(order.pk, Decimal("0.5"), "sorry")

    assert "no amount in JPY" in refused(goodwill.refund_goodwill, [gift])


def test_refunds_are_approved_once_and_by_another(world):
    ReturnPolicy.objects.create(approval_above=1)
    refund = desk.refunded(desk.back(world))

    own = refused(approving.approve_refunds, [refund])
    unknown = refused(approving.approve_refunds, [Refund(pk=MISSING)])
    silent = [
        refused(approving.deny_refunds, [refund], reason=reason)
        for reason in ("", " ", None, "x" * 201)
    ]
    approving.approve_refunds([refund], actor="user:anna").one()
    again = [
        refused(approving.approve_refunds, [Refund.objects.get()]),
        refused(approving.deny_refunds, [refund], reason="no"),
    ]

    assert "somebody else approves it" in own
    assert "does not exist" in unknown
    assert set(silent) == {f"{refund}: write the reason."}
    assert "somebody else" in again[0]
    assert "only waits for approval can go on" in again[1]


def test_an_approval_that_comes_too_late_is_refused(world):
    """The money went another way meanwhile, past the refunds of returns."""
    from orders.services import asking

    ReturnPolicy.objects.create(approval_above=1)
    ret = desk.back(world)
    refund = desk.refunded(ret)
    asking.request_refunds([asking.Wanted(ret.order_id, Decimal(15))], actor="t").one()
    before = tables()

    out = approving.approve_refunds([refund], actor="user:anna")

    assert "20.00 is asked of a payment that has 15.00 left" in reasons(out)[0]
    assert tables() == before
