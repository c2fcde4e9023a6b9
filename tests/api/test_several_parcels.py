"""One fulfillment order leaves in several parcels."""

import pytest

from fulfillment.models import Shipment
from fulfillment.services.contents import Parcel
from fulfillment.services.leaving import ship_parcels
from fulfillment.services.shipping import Label
from oms.invariants import violations
from orders.services import cancellation
from tests import shop
from tests.api.partner import order_line, wrongs
from tests.api.warehouse import hold, path_of, work_of

pytestmark = pytest.mark.django_db
BULK = "fulfillment-orders/bulk-ship/"


@pytest.fixture
def taken(acme, berlin):
    """Three shirts and a mug, accepted by the warehouse."""
    order = acme.create(lines=[order_line(quantity=3), order_line(sku="MUG")])
    assert berlin.post(path_of(order, "accept")).status_code == 200
    return order


def ids(order) -> dict[str, int]:
    lines = work_of(order).lines.select_related("order_line")
    return {line.order_line.sku: line.pk for line in lines}


def parcel(order, number: str, **pieces) -> dict:
    """`parcel(order, "T-1", SHIRT=2)`; all that is left where no SKU is named."""
    known = ids(order)
    lines = [{"id": known[sku], "quantity": n} for sku, n in pieces.items()]
    said = {"fulfillment_order": work_of(order).number, "tracking_number": number}
    return said | ({"lines": lines} if lines else {})


def send(berlin, *items, mode="best_effort") -> dict:
    return berlin.post(BULK, {"mode": mode, "items": list(items)}).json()


def contents() -> dict[str, dict[str, int]]:
    parcels = Shipment.objects.exclude(status="voided").order_by("pk")
    return {
        each.tracking_number: dict(
            each.lines.values_list("order_line__sku", "quantity")
        )
        for each in parcels
    }


def test_all_parcels_leave_in_one_call(berlin, taken):
    said = send(
        berlin,
        parcel(taken, "T-1", SHIRT=2),
        parcel(taken, "T-2"),
        parcel(taken, "T-3", MUG=1),
    )

    numbers = [row["data"]["tracking_number"] for row in said["results"]]
    assert numbers == ["T-1", "T-2", "T-3"]
    assert contents() == {"T-1": {"SHIRT": 2}, "T-2": {"SHIRT": 1}, "T-3": {"MUG": 1}}
    taken.refresh_from_db()
    assert (work_of(taken).status, taken.status) == ("fulfilled", "completed")
    assert violations() == []


def test_a_part_leaves_today_and_the_rest_tomorrow(berlin, taken):
    path = path_of(taken, "ship")
    lines = [{"id": ids(taken)["SHIRT"], "quantity": 2}]

    first = berlin.post(path, {"tracking_number": "T-1", "lines": lines})

    said = first.json()
    assert (first.status_code, said["status"]) == (200, "picking")
    shipped = {line["sku"]: line["shipped_quantity"] for line in said["lines"]}
    assert shipped == {"SHIRT": 2, "MUG": 0}
    assert "ship" in said["allowed_actions"]
    assert "reject" not in said["allowed_actions"]
    taken.refresh_from_db()
    assert taken.fulfillment_status == "partially_fulfilled"
    assert violations() == []
    unpicked = berlin.post(path, {"tracking_number": "T-2"})
    assert "2 pieces are not picked yet" in unpicked.json()["detail"]
    berlin.post(path_of(taken, "pick"))
    last = berlin.post(path, {"tracking_number": "T-2"})
    assert last.json()["status"] == "fulfilled"
    assert contents()["T-2"] == {"SHIRT": 1, "MUG": 1}
    assert violations() == []


def test_what_is_missing_of_the_rest_ends_the_work(berlin, taken):
    known, path = ids(taken), path_of(taken)
    lines = [{"id": known["SHIRT"], "quantity": 3}]
    berlin.post(f"{path}ship/", {"tracking_number": "T-1", "lines": lines})
    lost = {"pieces": 1, "code": "not_in_stock", "shelf_is_empty": True}

    body = {"lines": [{"id": known["MUG"], "picked": 0, "missing": lost}]}
    answer = berlin.post(f"{path}pick/", body)

    assert (answer.status_code, answer.json()["status"]) == (200, "fulfilled")
    assert work_of(taken).location.code != "BER"
    assert violations() == []


def test_a_packed_box_is_sent_in_two(berlin, taken):
    for step in ("start-picking", "pick", "pack"):
        assert berlin.post(path_of(taken, step)).status_code == 200

    said = send(berlin, parcel(taken, "T-1", SHIRT=3), parcel(taken, "T-2"))

    assert said["done"] == 2
    assert contents() == {"T-1": {"SHIRT": 3}, "T-2": {"MUG": 1}}
    assert violations() == []


def test_a_box_that_has_its_label_is_not_split(berlin, taken):
    for step in ("start-picking", "pick", "pack"):
        berlin.post(path_of(taken, step))
    Shipment.objects.update(tracking_number="L-1", carrier="dhl")

    said = send(berlin, parcel(taken, "T-1", SHIRT=3), parcel(taken, "T-2"))

    assert [row["status"] for row in said["results"]] == [409, 409]
    assert "void its label first" in said["results"][0]["problem"]["detail"]
    assert work_of(taken).status == "packed"
    assert violations() == []


def test_a_bad_parcel_stays_and_the_others_leave(acme, berlin, taken):
    used = acme.create()
    berlin.post(path_of(used, "accept"))
    send(berlin, parcel(used, "T-0"))
    items = [parcel(taken, "T-0", SHIRT=2), parcel(taken, "T-2")]

    none = send(berlin, *items, mode="all_or_nothing")
    said = send(berlin, *items)

    assert none["status"] == 409
    assert [row["status"] for row in said["results"]] == [409, 200]
    assert contents()["T-2"] == {"SHIRT": 1, "MUG": 1}
    assert work_of(taken).status == "picking"
    assert violations() == []


@pytest.mark.parametrize(
    ("first", "second", "reason"),
    [
        ({"SHIRT": 4}, {"MUG": 1}, "4 pieces of line"),
        ({"SHIRT": 2, "MUG": 1}, {"SHIRT": 2}, "1 are left to be sent"),
        ({"SHIRT": 3, "MUG": 1}, {}, "nothing is left for this parcel"),
        ({}, {}, "comes twice in this call"),
    ],
)
def test_more_than_there_is_leaves_in_no_parcel(berlin, taken, first, second, reason):
    items = parcel(taken, "T-1", **first), parcel(taken, "T-2", **second)

    answer = send(berlin, *items, mode="all_or_nothing")

    problems = [row["problem"] for row in answer["results"] if row["problem"]]
    assert [reason in each["detail"] for each in problems] == [True]
    assert not Shipment.objects.exists()
    assert work_of(taken).status == "released"


def test_lines_of_other_work_are_in_no_parcel(acme, berlin, taken):
    other = acme.create()
    strange = {"lines": [{"id": ids(other)["SHIRT"], "quantity": 1}]}

    answer = berlin.post(path_of(taken, "ship"), {"tracking_number": "T", **strange})

    assert "has no line with the id" in answer.json()["detail"]
    assert not Shipment.objects.exists()


@pytest.mark.parametrize(
    ("lines", "wrong"),
    [
        ([], ("body", "/lines", "empty")),
        ([{"id": 1}], ("body", "/lines/0/quantity", "required")),
        ([{"id": 1, "quantity": 0}], ("body", "/lines/0/quantity", "min_value")),
        ([{"id": 1, "quantity": "1"}], ("body", "/lines/0/quantity", "kind")),
        ([{"id": 1, "quantity": 1}] * 2, ("body", "/lines", "repeated")),
    ],
)
def test_lines_that_cannot_be_read(berlin, taken, lines, wrong):
    answer = berlin.post(
        path_of(taken, "ship"), {"tracking_number": "T", "lines": lines}
    )

    assert answer.status_code == 400
    assert wrong in wrongs(answer)


def test_a_hold_stops_the_rest(berlin, taken):
    send(berlin, parcel(taken, "T-1", SHIRT=1))
    hold(taken)

    said = send(berlin, parcel(taken, "T-2", SHIRT=1))

    assert "hold" in said["results"][0]["problem"]["detail"]
    assert set(contents()) == {"T-1"}


def test_the_rest_is_cancelled_by_force_and_the_work_is_done(berlin, taken):
    send(berlin, parcel(taken, "T-1", SHIRT=3))
    mug = taken.lines.get(sku="MUG")
    facts = {"reason": "No mug", "actor": "t"}

    refused = cancellation.cancel_lines({mug.pk: 1}, **facts).refused
    cancellation.cancel_lines({mug.pk: 1}, force=True, **facts).one()

    assert "picking has begun" in refused[mug.pk][0]
    taken.refresh_from_db()
    assert (work_of(taken).status, taken.status) == ("fulfilled", "completed")
    assert violations() == []


def test_a_hundred_parcels_take_as_many_statements_as_one(world, acme, statements):
    shop.receive(world.ber, {"SHIRT": 1000})
    orders = shop.place_orders(world.channel, 51, [("SHIRT", 4)])
    shop.advance(orders, to="released")
    works = shop.works_of(orders)
    lines = {work.pk: work.lines.get().pk for work in works}

    def body(size: int) -> list[Parcel]:
        some = [works.pop() for _ in range(max(size // 2, 1))]
        pairs = [(work, n) for work in some for n in range(2)]
        return [
            Parcel(work.pk, Label(f"S-{work.pk}-{n}"), {lines[work.pk]: n + 1})
            for work, n in pairs
        ]

    def ship(parcels: list[Parcel]) -> None:
        assert not ship_parcels(parcels, actor="t").refused

    counts = statements.by_size(body, ship)

    assert counts[1] == counts[100]
    assert violations() == []
