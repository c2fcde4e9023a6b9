"""What the work items of orders and payments mean, and the ways out of them."""

from django.utils.translation import gettext_lazy

from oms.core.fixes import (
    Fix,
    Kind,
    Way,
    done,
    register_documents,
    register_kinds,
)
from orders.admin import mending
from orders.admin.mending import ReasonForm
from orders.services import paymentitems
from orders.services.promises import PROMISE_LATE

CORRECT, CONFIRM = "orders.correct_order", "orders.confirm_order"
RECORD, CAPTURE = "orders.record_payment", "orders.capture_payment"

OPEN_ORDER = Way(
    gettext_lazy("Look at the order"), "orders.view_order", mending.order_page
)
OPEN_PAYMENT = Way(
    gettext_lazy("Look at the payment"), "orders.view_payment", mending.payment_page
)
TRY = Fix("try", gettext_lazy("Try again"), CONFIRM, mending.try_again)
LATER = TRY._replace(careful=True)  # something has to be mended before
ACCEPT = Fix(
    "accept", gettext_lazy("Accept as it is"), CORRECT, mending.accept, ReasonForm
)
AGAIN = Fix("again", gettext_lazy("Ask the gateway again"), CAPTURE, mending.ask_again)
ELSEWHERE = done(gettext_lazy("Settled elsewhere"), careful=True)
BY_PAYMENT = {"offered": lambda item: item.subject_type == "payment"}
PAID = Way(gettext_lazy("Record a payment"), RECORD, mending.at_order("record_payment"))
PAID_TOO = Way(
    gettext_lazy("Record a payment"),
    RECORD,
    mending.at_order_of_payment("record_payment"),
)

FINDINGS = {
    "bad_address": Kind(
        gettext_lazy("Address in doubt"),
        gettext_lazy("A parcel would not arrive there; the order waits."),
        (
            Fix(
                "suggestion",
                gettext_lazy("Accept suggestion"),
                CORRECT,
                mending.suggestion,
                offered=lambda item: bool(item.data.get("suggestion")),
            ),
            ACCEPT._replace(careful=True),
        ),
        (
            Way(gettext_lazy("Correct by hand"), CORRECT, mending.at_order("address")),
            OPEN_ORDER,
        ),
        mending.address,
    ),
    "unknown_sku": Kind(
        gettext_lazy("Unknown SKU"),
        gettext_lazy("The channel names something that we do not know."),
        (LATER,),
        (
            Way(
                gettext_lazy("Say which product it is"),
                "channels.add_listing",
                mending.listing,
            ),
            OPEN_ORDER,
        ),
    ),
    "no_lines": Kind(
        gettext_lazy("Nothing to send"),
        gettext_lazy("The order names no goods; cancel it, or have it sent again."),
        (TRY,),
        (OPEN_ORDER,),
    ),
    "totals_differ": Kind(
        gettext_lazy("Totals differ"),
        gettext_lazy("The lines of the order do not add up to its total."),
        (ACCEPT,),
        (OPEN_ORDER,),
    ),
    "price_differs": Kind(
        gettext_lazy("Price differs"),
        gettext_lazy("It was sold for a price far from the list price."),
        (ACCEPT,),
        (OPEN_ORDER,),
    ),
    "duplicate": Kind(
        gettext_lazy("Perhaps a duplicate"),
        gettext_lazy("The same customer ordered the same a short while ago."),
        (ACCEPT,),
        (OPEN_ORDER,),
    ),
    "high_risk": Kind(
        gettext_lazy("Risk of fraud"),
        gettext_lazy("It scores above the limit of its channel and is held."),
        (
            Fix(
                "release",
                gettext_lazy("Release its hold"),
                "orders.release_hold",
                mending.release,
                ReasonForm,
            ),
        ),
        (OPEN_ORDER,),
    ),
    "no_stock": Kind(
        gettext_lazy("Sold beyond the limit"),
        gettext_lazy("More is ordered than may be sold without stock."),
        (TRY,),
        (OPEN_ORDER,),
    ),
    "unpaid": Kind(
        gettext_lazy("Not paid"),
        gettext_lazy("The order goes on when its payment has come."),
        (LATER,),
        (PAID, OPEN_ORDER),
    ),
    PROMISE_LATE: Kind(
        gettext_lazy("Promise moved"),
        gettext_lazy("It arrives later than the customer was told."),
        (done(gettext_lazy("Customer told")),),
        (OPEN_ORDER,),
    ),
}
MONEY = {
    paymentitems.OVERPAID: Kind(
        gettext_lazy("Paid too much"),
        gettext_lazy("More was captured than the order costs now."),
        (ELSEWHERE,),
        (OPEN_ORDER,),
    ),
    paymentitems.UNCOLLECTED: Kind(
        gettext_lazy("Sent, not paid"),
        gettext_lazy("A parcel has left whose money nobody could capture."),
        (ELSEWHERE,),
        (PAID, OPEN_ORDER),
    ),
    paymentitems.EXPIRING: Kind(
        gettext_lazy("Authorization expires"),
        gettext_lazy("What is authorized is lost unless it is captured."),
        (
            Fix(
                "capture",
                gettext_lazy("Capture now"),
                CAPTURE,
                mending.capture,
                careful=True,
            ),
        ),
        (OPEN_PAYMENT,),
    ),
    paymentitems.EXPIRED: Kind(
        gettext_lazy("Authorization expired"),
        gettext_lazy("The order is not paid any more; ask for another payment."),
        (ELSEWHERE,),
        (PAID_TOO, OPEN_PAYMENT),
    ),
    paymentitems.MISMATCH: Kind(
        gettext_lazy("Gateway says otherwise"),
        gettext_lazy("What the gateway has does not agree with what is written here."),
        (AGAIN, ELSEWHERE),
        (OPEN_PAYMENT,),
    ),
    paymentitems.UNKNOWN: Kind(
        gettext_lazy("Gateway does not answer"),
        gettext_lazy("Nobody knows whether it was done; it is looked up daily."),
        (AGAIN, ELSEWHERE),
        (OPEN_PAYMENT,),
    ),
    "capture_failed": Kind(
        gettext_lazy("Capture failed"),
        gettext_lazy("The gateway has refused to take the money."),
        (AGAIN, ELSEWHERE),
        (PAID_TOO, OPEN_PAYMENT),
    ),
    "void_failed": Kind(
        gettext_lazy("Void failed"),
        gettext_lazy("The gateway has not given up an authorization."),
        (AGAIN, ELSEWHERE),
        (OPEN_PAYMENT,),
    ),
    "refund_failed": Kind(
        gettext_lazy("Refund failed"),
        gettext_lazy("A gateway has refused to give money back."),
        (AGAIN._replace(**BY_PAYMENT), ELSEWHERE),
        (
            OPEN_PAYMENT._replace(
                url=lambda i: (
                    mending.payment_page(i) if i.subject_type == "payment" else ""
                )
            ),
        ),
    ),
}
register_kinds(FINDINGS | MONEY)
register_documents(mending.documents)
