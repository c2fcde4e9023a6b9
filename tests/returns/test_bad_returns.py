"""Bad input to returns, at the desk and on the table: refused with a text, nothing
changed."""

import pytest

from returns.models import Return
from returns.services import blind, inspecting, receiving, requesting
from returns.services.blind import Parcel
from returns.services.inspecting import Decision
from returns.services.receiving import Arrival
from returns.services.requesting import NewReturn
from tests import shop
from tests.returns import desk
from tests.snapshot import reasons, tables

pytestmark = pytest.mark.django_db
MISSING = 999_999_999
NO_KEYS = [MISSING, None, True, "1", 2**70, [1]]
NO_COUNTS = [0, -1, 1.5, "1", None, True, 2**31, 2**70]
ANSWERS = [
    lambda rows, **given: requesting.approve_returns(rows, actor="t"),
    lambda rows, reason="no": requesting.decline_returns(
        rows, reason=reason, actor="t"
    ),
    lambda rows, reason="no": requesting.cancel_returns(rows, reason=reason, actor="t"),
    lambda rows, reason="no": inspecting.deny_money(rows, reason=reason, actor="t"),
    lambda rows, **given: inspecting.close_returns(rows, actor="t"),
]


def all_refused(service, inputs) -> list[str]:
    """The texts, one for every input; nothing is changed."""
    before = tables()
    out = service(inputs, actor="t")
    taken = [each for n, each in enumerate(inputs) if n not in out.refused]
    assert (out.done, taken) == ([], [])
    texts = [out.refused[position][0] for position in range(len(inputs))]
    assert all(len(text.split()) > 3 for text in texts), texts
    assert tables() == before
    return texts


def test_a_bad_request_is_refused(world):
    [order, other] = shop.place_orders(world.channel, 2, [("SHIRT", 3)])
    shop.advance([order, other])
    line, foreign = order.lines.get().pk, other.lines.get().pk
    pieces = [{line: n} for n in [*NO_COUNTS, 4]]
    pieces += [{key: 1} for key in (MISSING, True, "1", foreign)]
    pieces += [{}, None, [line], {line: 1, foreign: 1}]
    words = [
        {"reason": "because"},
        {"reason": None},
        {"source": "ghost"},
        {"note": "x" * 201},
        {"note": None},
        {"note": "a\x00b"},
        {"external_id": "x" * 129},
        {"external_id": 5},
    ]
    words += [{"location_id": key} for key in NO_KEYS if key is not None]

    texts = all_refused(
        requesting.request_returns,
        [NewReturn(key, {line: 1}) for key in NO_KEYS]
        + [NewReturn(order.pk, each) for each in pieces]
        + [NewReturn(order.pk, {line: 1}, **each) for each in words],
    )

    assert f"Order {MISSING} does not exist; check the key." in texts
    assert any("3 have shipped and are in no return" in text for text in texts)


def test_twice_the_same_in_one_set_is_taken_once(world):
    order = desk.sent(world)
    line = order.lines.get().pk
    twice = [NewReturn(order.pk, {line: 2}), NewReturn(order.pk, {line: 2})]
    note = [NewReturn(order.pk, {line: 1}, external_id="CN1")] * 2

    first = requesting.request_returns(twice, actor="t")
    second = requesting.request_returns(note, actor="t")

    assert "1 have shipped and are in no return" in first.refused[1][0]
    assert "return CN1 is here already" in second.refused[1][0]
    assert (len(first.done), len(second.done)) == (1, 1)


def test_what_has_not_shipped_does_not_come_back(world):
    [order] = shop.place_orders(world.channel)
    asked = NewReturn(order.pk, {order.lines.get().pk: 1})

    [text] = all_refused(requesting.request_returns, [asked])

    assert "0 have shipped and are in no return" in text


def test_a_bad_count_at_the_table_is_refused(world):
    ret = desk.asked(desk.sent(world), {"SHIRT": 2})
    shirt, ber = world.shirt.pk, world.ber.pk

    texts = all_refused(
        receiving.receive_returns,
        [Arrival(key, shirt, 1, ber) for key in NO_KEYS]
        + [Arrival(ret.pk, key, 1, ber) for key in NO_KEYS]
        + [Arrival(ret.pk, shirt, 1, key) for key in NO_KEYS]
        + [Arrival(ret.pk, shirt, count, ber) for count in NO_COUNTS],
    )

    assert f"Return {MISSING} does not exist; use a blind return." in texts


def test_returns_that_are_not_open_receive_nothing(world):
    order = desk.sent(world)
    line = order.lines.get().pk
    [ret] = requesting.request_returns([NewReturn(order.pk, {line: 1})], actor="t").done
    arrival = Arrival(ret.pk, world.shirt.pk, 1, world.ber.pk)

    texts = all_refused(receiving.receive_returns, [arrival])
    requesting.cancel_returns([ret], reason="no", actor="t").one()
    texts += all_refused(receiving.receive_returns, [arrival])
    done = desk.back(world)
    desk.disposed(done)
    desk.refunded(done)
    inspecting.close_returns([done], actor="t").one()
    arrival = Arrival(done.pk, world.shirt.pk, 1, world.ber.pk)
    texts += all_refused(receiving.receive_returns, [arrival])

    assert texts == [
        f"{ret} is requested; approve it, then count its goods.",
        f"{ret} is cancelled; count it as an unknown parcel.",
        f"{done} is closed; count it as an unknown parcel.",
    ]


def test_a_bad_decision_is_refused(world):
    ret = desk.back(world)
    [item] = desk.items(ret)

    texts = all_refused(
        inspecting.dispose,
        [Decision(key, "scrap", 1) for key in NO_KEYS]
        + [Decision(item.pk, "scrap", count) for count in [*NO_COUNTS, 3]]
        + [Decision(item.pk, word, 1) for word in ("eaten", "", None, ["scrap"])]
        + [Decision(item.pk, "restock", 1, key) for key in NO_KEYS if key is not None]
        + [Decision(item.pk, "scrap", 1, note=note) for note in ("x" * 201, None)],
    )

    assert f"{ret}, SHIRT: 3 pieces, 2 lie here. Use 1 to that." in texts


def test_pieces_are_decided_on_once_in_a_set_and_never_after_the_end(world):
    ret = desk.back(world)
    [item] = desk.items(ret)
    scrap = Decision(item.pk, "scrap", 2)

    out = inspecting.dispose([scrap, scrap], actor="t")

    assert out.done == [ret]
    assert "Scrap is final" in out.refused[1][0]
    all_refused(inspecting.dispose, [scrap, Decision(item.pk, "restock", 1)])


def test_refunded_pieces_do_not_go_back_to_the_customer(world):
    ret = desk.back(world)
    desk.refunded(ret)
    [item] = desk.items(ret)

    [text] = all_refused(inspecting.dispose, [Decision(item.pk, "to_customer", 1)])

    assert text == f"{ret}, SHIRT: 1 pieces are refunded; they stay with us."


def test_pieces_that_left_quarantine_another_way_are_told(world):
    from inventory.services import stock

    ret = desk.back(world)
    [item] = desk.items(ret)
    gone = stock.StockChange(
        world.shirt.pk, world.ber.pk, -1, "lost", condition="quarantine"
    )
    stock.adjust([gone], actor="t").one()

    [text] = all_refused(inspecting.dispose, [Decision(item.pk, "restock", 2)])

    assert "2 pieces, but 1 are on hand in quarantine" in text


def test_a_bad_unknown_parcel_is_refused(world):
    shirt, ber = world.shirt.pk, world.ber.pk

    texts = all_refused(
        blind.receive_blind,
        [Parcel(key, shirt, 1) for key in NO_KEYS]
        + [Parcel(ber, key, 1) for key in NO_KEYS]
        + [Parcel(ber, shirt, count) for count in NO_COUNTS]
        + [Parcel(ber, shirt, 1, note=note) for note in ("x" * 201, None)]
        + [Parcel(ber, shirt, 1, tracking_number="x" * 65)],
    )

    assert f"Product {shirt} or location {MISSING} does not exist; scan again." in texts
    assert "0 is no number of pieces; count again." in texts
    assert "The note or the tracking number is too long or no text." in texts


def test_a_parcel_is_matched_only_with_what_an_order_has_sent(world):
    order, mugs = desk.sent(world), desk.sent(world, [("MUG", 5)])
    parcels = [Parcel(world.ber.pk, world.shirt.pk, n) for n in (4, 2)]
    many, two = blind.receive_blind(parcels, actor="t").done
    known = desk.back(world)
    pairs = [{two.pk: key} for key in (*NO_KEYS, mugs.pk)]
    pairs += [{many.pk: order.pk}, {known.pk: order.pk}, {MISSING: order.pk}]
    before = tables()

    texts = [reasons(blind.match_returns(pair, actor="t")) for pair in pairs]

    assert all(len(each) == 1 for each in texts)
    assert f"{two}: {mugs} has not sent what lies here; try another order." in texts[-4]
    assert "has its order already" in texts[-2][0]
    assert tables() == before


def test_unknown_returns_and_empty_reasons_are_refused(world):
    ret = desk.back(world)
    before = tables()

    for answer in ANSWERS:
        for key in (MISSING, 2**70):
            assert list(answer([Return(pk=key)]).refused) == [key]
    for answer in ANSWERS[1:4]:
        for reason in ("", "  ", None, "x" * 201, "a\x00b"):
            out = answer([ret], reason=reason)
            assert reasons(out) == [f"{ret}: write the reason."]

    assert tables() == before


def test_answers_at_the_wrong_time_are_refused(world):
    ret = desk.back(world)
    before = tables()

    texts = [reasons(answer([ret]))[0] for answer in [*ANSWERS[:3], ANSWERS[4]]]

    assert "only requested can go on" in texts[0]
    assert "only requested can go on" in texts[1]
    assert "only approved, requested can go on" in texts[2]
    assert "only inspected can go on" in texts[3]
    assert tables() == before
