import itertools
from decimal import Decimal

import pytest
from django.utils import timezone

from channels.messages import IncomingPayment
from fulfillment.services import shipping
from oms.core.models import WorkItem
from oms.invariants import violations
from orders.models import Payment, PaymentRequest, PaymentTransaction
from orders.services import asking, settling
from orders.services.asking import Wanted
from tests import factories, shop

_keys = itertools.count(1)


@pytest.fixture
def later(world):
    """A channel that collects no money itself."""
    return factories.ChannelFactory(code="later", payment="later")


@pytest.fixture
def card(sandbox):
    """A function: money that the gateway has authorized, as a message tells it."""

    def authorize(amount, **fields) -> IncomingPayment:
        reference = sandbox.authorize(f"auth-{next(_keys)}", amount)
        given = {"amount": Decimal(amount), "status": "authorized"}
        return IncomingPayment(gateway="sandbox", reference=reference, **given | fields)

    return authorize


@pytest.fixture
def two_places(world):
    """Goods that lie apart: POSTER in BER, STICKER in NYC. One order, two parcels."""
    factories.ProductFactory(sku="STICKER")
    shop.receive(world.ber, {"POSTER": 50})
    shop.receive(world.nyc, {"STICKER": 50})


@pytest.fixture
def halves(two_places, later, card):
    """An authorized order of 33.33 EUR in two parcels, both packed: a POSTER for 20.00
    and three STICKERs for 10.00, shipping 3.33."""
    [order] = shop.place_orders(
        later,
        lines=[("POSTER", 1, "20.00"), ("STICKER", 3, "3.33"), ("GIFTCARD", 1, "0.01")],
        shipping_amount=Decimal("3.33"),
        payments=(card("33.33"),),
    )
    shop.advance([order], to="packed")
    return order


def ship(order, sku: str) -> None:
    """Send the one parcel that holds this SKU."""
    [parcel] = [
        parcel
        for parcel in shop.parcels_of([order])
        if sku in {line.order_line.sku for line in parcel.lines.all()}
    ]
    out = shipping.ship_shipments(
        {parcel.pk: shipping.Label(f"T{parcel.number}")}, actor="t"
    )
    assert not out.refused, out.refused


def settle(at=None, **kwargs):
    return settling.settle_requests(actor="t", at=at, **kwargs)


def payment_of(order) -> Payment:
    return Payment.objects.get(order=order)


def requests_of(order) -> list[PaymentRequest]:
    return list(PaymentRequest.objects.filter(payment__order=order).order_by("pk"))


def entries_of(order, kind: str, status: str = "succeeded") -> list[Decimal]:
    rows = PaymentTransaction.objects.filter(
        payment__order=order, kind=kind, status=status
    )
    return list(rows.order_by("pk").values_list("amount", flat=True))


def soon(**delta):
    return timezone.now() + timezone.timedelta(**delta)


ASK = {"capture": asking.request_captures, "void": asking.request_voids}


@pytest.fixture
def impatient(settings):
    settings.OMS_OUTSIDE_TIMEOUT = 0.4


@pytest.fixture
def order(world, later, card):
    [order] = shop.place_orders(later, payments=(card("10.00"),))
    return order


def ask(order, kind="capture", amount="10.00") -> PaymentRequest:
    out = ASK[kind]([Wanted(order.pk, Decimal(amount))], actor="t")
    assert not out.refused
    return out.done[0]


def later_on(request: PaymentRequest, at=None):
    """When it is due again."""
    request.refresh_from_db()
    return at or request.next_attempt_at


def items() -> dict[str, str]:
    return dict(WorkItem.objects.values_list("kind", "status"))


def is_done_once(order, sandbox, kind: str) -> bool:
    ours = entries_of(order, kind)
    theirs = [Decimal(c["body"]["amount"]) for c in sandbox.ledger("gateway", kind)]
    return ours == theirs == [Decimal("10.00")] and not violations()
