"""Several returns of one line of an order, in one set."""

import pytest

from oms.invariants import violations
from returns.services import blind, receiving
from returns.services.receiving import Arrival
from tests.returns.desk import asked, sent

pytestmark = pytest.mark.django_db


def test_each_return_s_pieces_count(world):
    order = sent(world)
    returns = [asked(order, {"SHIRT": 1}), asked(order, {"SHIRT": 2})]

    receiving.receive_returns(
        [
            Arrival(ret.pk, world.shirt.pk, pieces, world.ber.pk)
            for ret, pieces in zip(returns, (1, 2), strict=True)
        ],
        actor="user:walter",
    )

    assert order.lines.get().returned_quantity == 3
    assert violations() == []


def test_each_matched_parcel_s_pieces_count(world):
    order = sent(world)
    parcels = [blind.Parcel(world.ber.pk, world.shirt.pk, n) for n in (1, 2)]
    returns = blind.receive_blind(parcels, actor="user:walter").done

    blind.match_returns(dict.fromkeys([r.pk for r in returns], order.pk), actor="t")

    assert order.lines.get().returned_quantity == 3
    assert violations() == []
