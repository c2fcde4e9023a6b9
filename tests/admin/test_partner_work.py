"""Work of a 3PL in the back office: staff ask to cancel it, and say what it said."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from fulfillment.models import FulfillmentOrder
from fulfillment.services import negotiating
from oms.core.models import JobRow
from tests.admin.bulk import cancel, do, ticked
from tests.admin.test_routing import text_of, tool
from tests.fulfillment.thirdparty import asked, become_partner, fresh, items, sent


@pytest.fixture
def theirs(world):
    become_partner(world.ber)
    [work] = sent(world.channel)
    return work


def page_of(office, work) -> str:
    url = reverse("admin:orders_order_change", args=[work.order_id])
    return " ".join(text_of(office.get(url)).split())


def test_a_3pls_work_is_confirmed_and_sent_without_a_number_of_its_own(office, theirs):
    office.post(tool(theirs, "accept"), {"reference": ""})
    assert fresh(theirs).accepted_at

    office.post(tool(theirs, "supplied"), {"tracking_number": "S-1", "carrier": "dhl"})

    assert fresh(theirs).status == "fulfilled"


def test_staff_ask_and_the_card_says_how_long_nobody_answers(office, theirs):
    assert "Ask to cancel…" in page_of(office, theirs)

    wish = {"reason": "changed mind", "then": "cancelled"}
    office.post(tool(theirs, "ask-back"), wish)

    page = page_of(office, theirs)
    assert "Cancellation asked for" in page
    assert "(changed mind); no answer yet" in page
    for label in ("Partner cancels it…", "Partner does not cancel it…", "Withdraw the"):
        assert label in page
    assert "Ask to cancel…" not in page
    assert "cancellation asked for since" in page

    FulfillmentOrder.objects.filter(pk=theirs.pk).update(
        cancellation_asked_at=timezone.now() - timedelta(hours=3)
    )
    assert "no answer for 3 hours" in page_of(office, theirs)


def test_the_answer_of_the_partner_is_entered(office, theirs):
    asked(theirs).one()

    empty = office.post(tool(theirs, "kept"), {"reason": ""})
    office.post(tool(theirs, "kept"), {"reason": "In the van"})

    assert empty.status_code == 200
    page = page_of(office, theirs)
    assert "Cancellation refused today" in page
    assert "BER does not cancel it: In the van." in page
    work_page = reverse("admin:fulfillment_fulfillmentorder_change", args=[theirs.pk])
    assert "In the van" in text_of(office.get(work_page))


def test_what_the_partner_cancels_is_cancelled(office, theirs):
    asked(theirs).one()

    office.post(tool(theirs, "given-back"), {"sent": "1"})

    assert fresh(theirs.order).status == "cancelled"
    assert "Given back" in page_of(office, theirs)


def test_a_request_is_withdrawn(office, theirs):
    asked(theirs).one()

    office.post(tool(theirs, "ask-no-more"), {"sent": "1"})

    assert fresh(theirs).cancellation == "withdrawn"
    assert items("cancellation_asked") == []
    assert "Cancellation withdrawn today" in page_of(office, theirs)


def test_cancelling_the_order_says_that_the_partner_was_asked(office, theirs):
    url = reverse("admin:orders_order_cancel", args=[theirs.order_id])

    answer = office.post(url, {"reason": "changed mind"}, follow=True)

    text = "2 of the pieces are with a partner, which was asked to cancel them"
    assert text in text_of(answer)
    assert "is cancelled." not in text_of(answer)
    assert fresh(theirs).cancellation == "requested"


def test_many_orders_are_not_called_cancelled_before_the_answer(office, theirs):
    keys = ticked([theirs.order])
    seen = cancel(office, keys).context

    do(office, "orders.cancel", keys, reason="recall", token=seen["token"])

    row = JobRow.objects.get()
    assert (row.status, "was asked to cancel" in row.text) == ("refused", True)
    assert fresh(theirs).cancellation == "requested"


def test_what_was_not_asked_is_not_answered(office, theirs):
    for name in ("given-back", "kept", "ask-no-more"):
        assert office.get(tool(theirs, name)).status_code == 404
    assert negotiating.why_not_answer(theirs)
