"""How returns end: settled they close by themselves, without a parcel they expire; what
comes late all the same is not lost."""

from datetime import timedelta

import pytest
from django.utils import timezone

from oms.core.models import WorkItem
from returns import tasks
from returns.models import Return, ReturnPolicy
from returns.services import blind, closing, inspecting, receiving, requesting
from returns.services.receiving import Arrival
from returns.services.requesting import NewReturn
from tests.returns import desk

pytestmark = pytest.mark.django_db


def later(days=31):
    return timezone.now() + timedelta(days=days)


def expire(days=31) -> list[Return]:
    found = closing.late_returns(at=later(days))
    return closing.expire_returns(found, actor="t", at=later(days)).done


def close(**given) -> list[Return]:
    found = closing.settled_returns(**given)
    return closing.close_settled(found, actor="t", **given).done


def test_what_is_settled_closes_by_itself(world):
    ret = desk.back(world)
    assert close() == []
    desk.disposed(ret, "quarantine")
    desk.refunded(ret)
    assert close() == []  # quarantine is not the end
    desk.disposed(ret, "restock")

    tasks.close_returns()

    ret.refresh_from_db()
    assert (ret.status, ret.money) == ("closed", "refunded")
    assert close() == []


def test_open_money_keeps_it_open_until_it_is_denied(world):
    ret = desk.back(world)
    desk.disposed(ret)
    assert close() == []

    inspecting.deny_money([ret], reason="worn", actor="t").one()

    assert close() == [ret]


def test_the_rest_of_a_parcel_is_waited_for_until_its_time_is_over(world):
    ret = desk.asked(desk.sent(world), {"SHIRT": 3})
    desk.came(ret, world.shirt, 2, world.ber)
    desk.disposed(ret)
    desk.refunded(ret)

    assert close() == []
    assert close(at=later()) == [ret]

    line = ret.order.lines.get()  # the third may be asked for again
    wish = NewReturn(ret.order_id, {line.pk: 1})
    assert requesting.request_returns([wish], actor="t").one()


def test_a_second_parcel_goes_on_with_its_return(world):
    ret = desk.asked(desk.sent(world), {"SHIRT": 3})
    desk.came(ret, world.shirt, 2, world.ber)
    desk.disposed(ret)
    desk.refunded(ret)

    ret = desk.came(ret, world.shirt, 1, world.nyc)

    assert (ret.status, ret.money, ret.inspected_at) == ("received", "pending", None)
    desk.disposed(ret)
    assert desk.refunded(ret).amount == 10
    assert close() == [ret]


def test_an_unknown_parcel_is_closed_by_people_only(world):
    parcel = blind.Parcel(world.ber.pk, world.shirt.pk, 1)
    ret = blind.receive_blind([parcel], actor="t").one()
    desk.disposed(ret)

    assert close(at=later()) == []

    assert inspecting.close_returns([ret], actor="t").one() == ret
    assert not WorkItem.objects.exclude(status="resolved").exists()


def test_a_return_of_which_nothing_comes_expires_and_frees_its_pieces(world):
    ReturnPolicy.objects.create(expires_days=10)
    ret = desk.asked(desk.sent(world), {"SHIRT": 3})
    assert expire(9) == []

    assert expire(11) == [ret]

    ret.refresh_from_db()
    assert (ret.status, ret.money) == ("expired", "not_due")
    assert expire(11) == []
    assert desk.asked(ret.order, {"SHIRT": 3})


def test_what_has_come_does_not_expire(world):
    desk.back(world)

    assert expire() == []


def test_a_late_parcel_goes_on_with_its_expired_return(world):
    ret = desk.asked(desk.sent(world), {"SHIRT": 2})
    expire()

    ret = desk.came(ret, world.shirt, 2, world.ber)

    assert (ret.status, ret.money, ret.closed_at) == ("received", "pending", None)
    assert ret.order.lines.get().returned_quantity == 2
    assert desk.refunded(ret).amount == 20


def test_a_late_parcel_whose_pieces_are_in_another_return_is_sent_there(world):
    ret = desk.asked(desk.sent(world), {"SHIRT": 2})
    expire()
    desk.asked(ret.order, {"SHIRT": 2})

    arrival = Arrival(ret.pk, world.shirt.pk, 2, world.ber.pk)
    out = receiving.receive_returns([arrival], actor="t")

    assert "its pieces are in another return by now" in out.refused[0][0]


def test_the_place_where_a_parcel_is_expected_is_where_it_is_counted(world):
    order = desk.sent(world)
    ret = desk.asked(order, {"SHIRT": 2}, location_id=world.nyc.pk)

    receiving.receive_returns([Arrival(ret.pk, world.shirt.pk, 1)], actor="t").one()
    desk.came(ret, world.shirt, 1, world.ber)

    ret.refresh_from_db()
    assert ret.location == world.nyc
    assert [item.location for item in desk.items(ret)] == [world.nyc, world.ber]


def test_the_place_is_where_it_was_counted_if_none_was_said(world):
    ret = desk.asked(desk.sent(world), {"SHIRT": 2})

    nowhere = receiving.receive_returns([Arrival(ret.pk, world.shirt.pk, 1)], actor="t")
    desk.came(ret, world.shirt, 1, world.ber)

    ret.refresh_from_db()
    assert "say at which location it lies" in nowhere.refused[0][0]
    assert ret.location == world.ber


def test_surplus_that_comes_twice_is_one_line(world):
    ret = desk.asked(desk.sent(world), {"SHIRT": 1})

    desk.came(ret, world.shirt, 2, world.ber)
    desk.came(ret, world.shirt, 2, world.ber)

    pieces = [line.received_quantity for line in ret.lines.order_by("pk")]
    assert pieces == [1, 3]
    assert "3 pieces" in WorkItem.objects.get(kind="return_surplus").title
