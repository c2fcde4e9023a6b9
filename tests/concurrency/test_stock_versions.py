"""Partners set the same stock at the same moment."""

from functools import partial

import pytest

from inventory.models import StockLevel
from oms.core.api.etags import micros
from tests import shop
from tests.api.partner import Partner
from tests.concurrency import racing

pytestmark = pytest.mark.django_db(transaction=True)


def level(world) -> StockLevel:
    return StockLevel.objects.get(
        product=world.shirt, location=world.ber, condition="sellable"
    )


def test_of_those_who_have_seen_the_same_version_one_sets_it(world):
    partners = [Partner(name=f"p{number}") for number in range(4)]
    body = {"sku": "SHIRT", "location": "BER", "if_version": None}
    body["if_version"] = micros(level(world).updated_at)

    answers = racing.race(
        [
            partial(partner.post, "stock-levels/set/", body | {"on_hand": 50 + number})
            for number, partner in enumerate(partners)
        ]
    )

    assert not racing.errors(answers)
    codes = sorted(answer.status_code for answer in answers)
    assert codes == [200, 409, 409, 409]
    [won] = [answer.json() for answer in answers if answer.status_code == 200]
    assert level(world).on_hand == won["on_hand"]
    assert {answer.json()["version"] for answer in answers} == {won["version"]}


def test_setting_and_promising_do_not_wait_for_each_other_for_ever(world):
    partners = [Partner(name=f"p{number}") for number in range(3)]
    body = {"sku": "SHIRT", "location": "BER", "on_hand": 20}
    place = partial(shop.place_orders, world.channel, 3, lines=[("SHIRT", 9)])

    results = racing.race(
        [
            place,
            *(partial(each.post, "stock-levels/set/", body) for each in partners),
            place,
        ]
    )

    assert not racing.errors(results)
    assert {answer.status_code for answer in results[1:4]} == {200}
    now = level(world)
    assert (now.on_hand, now.allocated <= 20) == (20, True)
