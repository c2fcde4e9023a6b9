"""Work items: one open for a kind and subject, closed when the cause is gone."""

from datetime import UTC, datetime

import pytest

from oms.core.models import WorkItem
from oms.core.workitems import open_items, resolve_items

pytestmark = pytest.mark.django_db
AT = datetime(2026, 1, 1, tzinfo=UTC)


def item(subject_id, kind="unpaid", title="", subject_type="order"):
    return WorkItem(
        kind=kind, subject_type=subject_type, subject_id=subject_id, title=title
    )


def stored():
    """[(subject, kind, status)] of all items, as they were opened."""
    rows = WorkItem.objects.order_by("pk")
    return list(rows.values_list("subject_id", "kind", "status"))


def test_items_are_opened():
    open_items([item(2), item(1, "bad_address"), item(1)], at=AT)

    assert stored() == [
        (1, "bad_address", "open"),
        (1, "unpaid", "open"),
        (2, "unpaid", "open"),
    ]


def test_no_items_are_opened_and_resolved_without_an_error():
    open_items([], at=AT)
    resolve_items("order", [], at=AT)

    assert stored() == []


def test_there_is_one_open_item_for_a_kind_and_subject():
    open_items([item(1, title="first")], at=AT)

    open_items([item(1, title="first"), item(1, "no_lines")], at=AT)

    titles = WorkItem.objects.order_by("pk").values_list("kind", "title")
    assert list(titles) == [("unpaid", "first"), ("no_lines", "")]


def test_an_open_item_says_what_is_wrong_now_and_keeps_its_owner(django_user_model):
    open_items([item(1, title="first")], at=AT)
    anna = django_user_model.objects.create(username="anna")
    WorkItem.objects.update(owner=anna)

    again = item(1, title="again")
    again.data = {"skus": ["CAP"]}
    open_items([again], at=AT)

    row = WorkItem.objects.get()
    assert (row.title, row.data, row.owner) == ("again", {"skus": ["CAP"]}, anna)


def test_an_item_that_says_the_same_is_not_touched():
    open_items([item(1, title="first")], at=AT)
    before = WorkItem.objects.get().updated_at

    open_items([item(1, title="first")], at=AT)

    assert WorkItem.objects.get().updated_at == before


def test_only_the_kinds_asked_for_are_resolved():
    open_items([item(1), item(1, "no_lines")], at=AT)

    resolve_items("order", [1], at=AT, kinds=["no_lines"])

    assert stored() == [(1, "no_lines", "resolved"), (1, "unpaid", "open")]


def test_two_of_a_kind_in_one_set_open_one_item():
    open_items([item(1, title="first"), item(1, title="second")], at=AT)

    assert stored() == [(1, "unpaid", "open")]


def test_subjects_of_two_types_with_one_key_have_their_own_items():
    open_items([item(1), item(1, subject_type="shipment")], at=AT)

    resolve_items("order", [1], at=AT)

    found = WorkItem.objects.order_by("subject_type")
    assert list(found.values_list("subject_type", "status")) == [
        ("order", "resolved"),
        ("shipment", "open"),
    ]


def test_an_item_opens_again_after_it_was_resolved():
    open_items([item(1)], at=AT)
    resolve_items("order", [1], at=AT)

    open_items([item(1)], at=AT)

    assert stored() == [(1, "unpaid", "resolved"), (1, "unpaid", "open")]


def test_a_snoozed_item_is_not_opened_beside_itself():
    open_items([item(1)], at=AT)
    WorkItem.objects.update(status=WorkItem.Status.SNOOZED)

    open_items([item(1)], at=AT)

    assert stored() == [(1, "unpaid", "snoozed")]


def test_resolving_closes_what_is_open_and_snoozed():
    open_items([item(1), item(1, "no_lines"), item(2)], at=AT)
    WorkItem.objects.filter(kind="no_lines").update(status=WorkItem.Status.SNOOZED)

    resolve_items("order", [1], at=AT)

    times = WorkItem.objects.order_by("pk").values_list("resolved_at", flat=True)
    assert stored() == [
        (1, "no_lines", "resolved"),
        (1, "unpaid", "resolved"),
        (2, "unpaid", "open"),
    ]
    assert list(times) == [AT, AT, None]


def test_what_is_kept_stays_open():
    open_items([item(1), item(1, "no_lines"), item(2), item(2, "no_lines")], at=AT)

    resolve_items("order", [1, 2], at=AT, keep=[(1, "unpaid"), (2, "no_lines")])

    assert stored() == [
        (1, "no_lines", "resolved"),
        (1, "unpaid", "open"),
        (2, "no_lines", "open"),
        (2, "unpaid", "resolved"),
    ]


def test_what_was_resolved_before_keeps_its_time():
    open_items([item(1)], at=AT)
    resolve_items("order", [1], at=AT)

    resolve_items("order", [1], at=AT.replace(year=2027))

    assert WorkItem.objects.get().resolved_at == AT
