"""Stock as partners set and adjust it."""

import pytest

from fulfillment.models import FulfillmentOrderLine
from inventory.models import StockLevel, StockMovement
from oms.core.models import WorkItem
from tests import factories, shop
from tests.api.partner import Partner, wrongs

pytestmark = pytest.mark.django_db


def put(**fields) -> dict:
    return {"sku": "SHIRT", "location": "BER", "on_hand": 40} | fields


def shift(**fields) -> dict:
    said = {"sku": "SHIRT", "location": "BER", "delta": -2, "reason": "Broken"}
    return said | fields


def level(sku="SHIRT", place="BER", condition="sellable") -> StockLevel:
    return StockLevel.objects.get(
        product__sku=sku, location__code=place, condition=condition
    )


# --- One ------------------------------------------------------------------------------


def test_stock_is_set_and_the_ledger_says_by_whom(acme):
    answer = acme.post("stock-levels/set/", put(reason="Counted"))

    assert answer.status_code == 200, answer.json()
    assert (answer.json()["on_hand"], level().on_hand) == (40, 40)
    last = StockMovement.objects.order_by("-pk").first()
    said = (last.kind, last.on_hand_delta, last.actor, last.reason)
    assert said == ("adjusted", -60, "key:acme", "Counted")


def test_stock_is_adjusted_also_where_there_was_none(acme):
    taken = acme.post("stock-levels/adjust/", shift())
    broken = acme.post(
        "stock-levels/adjust/", shift(delta=2, condition="damaged", sku="MUG")
    )

    assert taken.json()["on_hand"] == 98
    assert (broken.json()["condition"], broken.json()["on_hand"]) == ("damaged", 2)
    assert broken.json()["atp"] == 0
    assert level("MUG", condition="damaged").on_hand == 2


def test_a_level_is_made_by_setting_it(acme):
    answer = acme.post("stock-levels/set/", put(sku="POSTER", on_hand=7))

    assert (answer.status_code, level("POSTER").on_hand) == (200, 7)


def test_the_version_that_was_read_is_set_and_an_older_one_is_not(world, acme):
    read = acme.get(f"stock-levels/{level().pk}/").json()["version"]
    first = acme.post("stock-levels/set/", put(if_version=read))

    late = acme.post("stock-levels/set/", put(on_hand=41, if_version=read))

    now = first.json()["version"]
    assert (first.status_code, late.status_code) == (200, 409)
    assert (late.json()["version"], late.json()["on_hand"]) == (now, 40)
    assert wrongs(late) == [("body", "/if_version", "changed")]
    assert level().on_hand == 40
    again = acme.post("stock-levels/set/", put(on_hand=41, if_version=now))
    assert (again.status_code, level().on_hand) == (200, 41)


def test_a_promise_to_an_order_is_another_version_too(world, acme):
    read = acme.get(f"stock-levels/{level().pk}/").json()["version"]
    shop.place_orders(world.channel)

    answer = acme.post("stock-levels/set/", put(if_version=read))

    assert answer.status_code == 409
    assert answer.json()["version"] > read


def test_a_version_of_a_level_that_is_not_there_is_refused_and_makes_none(acme):
    answer = acme.post("stock-levels/set/", put(sku="POSTER", if_version=1))

    assert (answer.status_code, answer.json()["version"]) == (409, None)
    assert not StockLevel.objects.filter(product__sku="POSTER").exists()


def test_a_count_below_what_is_promised_frees_the_newest_order(
    world, acme, drain_queue
):
    old, new = shop.place_orders(world.channel, 2, lines=[("SHIRT", 30)])

    answer = acme.post("stock-levels/set/", put(on_hand=40))

    said = answer.json()
    assert (said["on_hand"], said["allocated"]) == (40, 40)
    items = WorkItem.objects.filter(kind="shortage", resolved_at=None)
    assert [item.subject_id for item in items] == [new.pk]
    drain_queue()
    held = FulfillmentOrderLine.objects.filter(open_quantity__gt=0)
    places = held.values_list(
        "fulfillment_order__order", "fulfillment_order__location__code"
    )
    assert set(places) == {*((old.pk, "BER"), (new.pk, "BER"), (new.pk, "NYC"))}


def test_an_adjustment_below_what_is_promised_is_refused(world, acme):
    shop.place_orders(world.channel, lines=[("SHIRT", 99)])

    answer = acme.post("stock-levels/adjust/", shift())

    assert (answer.status_code, answer.json()["code"]) == (409, "refused")
    assert "enter a count" in answer.json()["detail"]
    assert level().on_hand == 100


def test_the_same_call_again_moves_nothing_a_second_time(acme):
    first = acme.post("stock-levels/adjust/", shift(), key="one")
    again = acme.post("stock-levels/adjust/", shift(), key="one")

    assert first.json() == again.json()
    assert again.headers["Idempotent-Replayed"] == "true"
    assert level().on_hand == 98


@pytest.mark.parametrize(
    ("path", "body", "pointer", "code"),
    [
        ("set", put(on_hand=-1), "/on_hand", "min_value"),
        ("set", put(on_hand=2**31), "/on_hand", "max_value"),
        ("set", put(on_hand="5"), "/on_hand", "kind"),
        ("set", put(on_hand=True), "/on_hand", "kind"),
        ("set", put(sku="NOTHING"), "/sku", "unknown_sku"),
        ("set", put(location="NOWHERE"), "/location", "unknown_location"),
        ("set", put(if_version=-1), "/if_version", "min_value"),
        ("set", put(delta=1), "/delta", "unknown_field"),
        ("set", put(condition="damaged"), "/condition", "unknown_field"),
        ("adjust", shift(delta=0), "/delta", "invalid"),
        ("adjust", shift(delta=1.5), "/delta", "kind"),
        ("adjust", shift(reason=""), "/reason", "blank"),
        ("adjust", shift(reason="x" * 201), "/reason", "max_length"),
        ("adjust", shift(condition="lost"), "/condition", "invalid_choice"),
        ("adjust", shift(sku="NOTHING"), "/sku", "unknown_sku"),
        ("adjust", shift(location="NOWHERE"), "/location", "unknown_location"),
    ],
)
def test_what_cannot_be_is_refused_by_its_name(acme, path, body, pointer, code):
    before = StockMovement.objects.count()

    answer = acme.post(f"stock-levels/{path}/", body)

    assert answer.status_code == 400, answer.json()
    assert wrongs(answer) == [("body", pointer, code)]
    assert StockMovement.objects.count() == before


@pytest.mark.parametrize("path", ["set", "adjust"])
def test_no_stock_is_kept_of_a_gift_card(acme, path):
    body = put(sku="GIFTCARD") if path == "set" else shift(sku="GIFTCARD")

    answer = acme.post(f"stock-levels/{path}/", body)

    assert (answer.status_code, answer.json()["code"]) == (409, "refused")


@pytest.mark.parametrize(
    "limits",
    [{"locations": ["NYC"]}, {"channels": ["shop"]}, {"is_sandbox": True}],
)
def test_a_key_moves_nothing_at_a_location_that_it_does_not_see(world, limits):
    partner = Partner(**limits)

    answers = [
        partner.post("stock-levels/set/", put()),
        partner.post("stock-levels/adjust/", shift()),
    ]

    for answer in answers:
        assert wrongs(answer) == [("body", "/location", "unknown_location")]
    assert level().on_hand == 100


# --- Many -----------------------------------------------------------------------------


def test_each_of_a_call_is_answered(acme):
    stale = put(sku="MUG", if_version=1)
    items = [put(), put(location="NOWHERE"), stale, put(on_hand=-1, location="NYC")]

    answer = acme.post("stock-levels/bulk/", {"mode": "best_effort", "items": items})

    said = answer.json()
    assert [row["status"] for row in said["results"]] == [200, 400, 409, 400]
    assert (said["done"], said["refused"]) == (1, 3)
    assert said["results"][0]["data"]["on_hand"] == 40
    assert said["results"][2]["problem"]["on_hand"] == 100
    assert (level().on_hand, level("MUG").on_hand) == (40, 100)


@pytest.mark.parametrize(
    "wrong",
    [
        put(sku="MUG", if_version=1),
        put(sku="GIFTCARD"),
        put(),
    ],
    ids=["stale", "no stock", "twice"],
)
def test_one_spoils_all_where_all_or_nothing_is_asked_for(acme, wrong):
    answer = acme.post("stock-levels/bulk/", {"items": [put(), wrong]})

    assert (answer.status_code, answer.json()["code"]) == (409, "refused")
    assert answer.json()["results"][1]["problem"] is not None
    assert level().on_hand == 100


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (put(sku="MUG", location="NOWHERE"), ("/items/1/location", "unknown_location")),
        (put(sku="NOTHING"), ("/items/1/sku", "unknown_sku")),
    ],
)
def test_what_is_nowhere_spoils_all_as_what_is_not_valid(acme, wrong, said):
    answer = acme.post("stock-levels/bulk/", {"items": [put(), wrong]})

    assert (answer.status_code, wrongs(answer)) == (400, [("body", *said)])
    assert level().on_hand == 100


def test_adjustments_go_together_or_not_at_all(world, acme):
    items = [shift(), shift(delta=-101, location="NYC")]

    refused = acme.post("stock-levels/bulk/", {"items": items})
    best = acme.post("stock-levels/bulk/", {"mode": "best_effort", "items": items})

    assert (refused.status_code, best.status_code) == (409, 200)
    assert [row["status"] for row in best.json()["results"]] == [200, 409]
    assert level().on_hand == 98


def test_one_call_does_not_set_and_adjust(acme):
    answer = acme.post("stock-levels/bulk/", {"items": [put(), shift(sku="MUG")]})

    assert wrongs(answer) == [("body", "/items", "mixed")]
    assert level().on_hand == 100


@pytest.mark.parametrize(
    "item", [put(delta=1), {"sku": "SHIRT", "location": "BER"}, shift(if_version=1)]
)
def test_an_item_that_neither_sets_nor_adjusts_is_refused(acme, item):
    answer = acme.post("stock-levels/bulk/", {"items": [item]})

    assert answer.status_code == 400
    assert all(w[1].startswith("/items/0/") for w in wrongs(answer))


@pytest.mark.parametrize("kind", [put, shift])
def test_a_call_of_100_runs_as_many_statements_as_a_call_of_one(
    world, acme, statements, kind
):
    skus = [factories.ProductFactory().sku for _ in range(100)]
    shop.receive(world.ber, dict.fromkeys(skus, 50))
    shop.place_orders(world.channel, lines=[(sku, 45) for sku in skus])
    acme.get("stock-levels/?limit=1")

    def body(number: int) -> dict:
        return {"items": [kind(sku=sku) for sku in skus[-number:]]}

    counts = statements.by_size(
        body, lambda said: acme.post("stock-levels/bulk/", said), (2, 99)
    )

    assert counts[2] == counts[99]
    on_hand = 40 if kind is put else 46
    assert StockLevel.objects.filter(on_hand=on_hand).exists()
