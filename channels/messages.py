"""What channels say, in our words. Connectors translate into these and decide
nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, ClassVar

from django.utils.translation import gettext as _

from channels.models import PaymentTerms
from channels.reading import ZERO, MessageError, Reader

MOST_PIECES = 2_147_483_647
MOST_REFERENCE = 64

TERMS = "", *PaymentTerms.values


@dataclass(frozen=True, slots=True)
class IncomingAddress:
    name: str = ""
    company: str = ""
    street: str = ""
    street2: str = ""
    city: str = ""
    region: str = ""
    postal_code: str = ""
    country: str = ""  # ISO 3166 alpha-2, or "" for unknown
    phone: str = ""
    lat: float | None = None
    lon: float | None = None


@dataclass(frozen=True, slots=True)
class IncomingCustomer:
    """Known by the channel's id, else by e-mail."""

    external_id: str = ""
    email: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class IncomingLine:
    """`total_amount` = quantity × unit price − discount (+ tax unless prices include
    it), as the channel charges it; None to have it computed."""

    sku: str
    quantity: int
    unit_price: Decimal
    name: str = ""
    discount_amount: Decimal = ZERO
    tax_amount: Decimal = ZERO
    total_amount: Decimal | None = None


@dataclass(frozen=True, slots=True)
class IncomingPayment:
    """Money that a gateway holds ready (authorized) or has taken (captured)."""

    AUTHORIZED: ClassVar[str] = "authorized"
    CAPTURED: ClassVar[str] = "captured"

    gateway: str
    amount: Decimal
    status: str
    reference: str  # what the gateway calls it
    expires_at: datetime | None = None  # of an authorization


@dataclass(frozen=True, slots=True)
class IncomingOrder:
    """One order as a channel tells it. `external_id` is unique within the channel."""

    external_id: str
    placed_at: datetime
    currency: str
    lines: tuple[IncomingLine, ...]
    customer: IncomingCustomer | None = None
    ship_to: IncomingAddress = field(default_factory=IncomingAddress)
    shipping_amount: Decimal = ZERO
    shipping_tax_amount: Decimal = ZERO
    fee_amount: Decimal = ZERO
    discount_amount: Decimal = ZERO  # on the whole order, to be spread over its lines
    total_amount: Decimal | None = None  # what the channel says the order costs
    prices_include_tax: bool = True
    priority: int = 0
    payments: tuple[IncomingPayment, ...] = ()
    payment_terms: str = ""  # empty: those of the channel

    def to_payload(self) -> dict[str, Any]:
        """The JSON form that the inbox keeps: money as text, times in ISO 8601. Fields
        that hold their default are left out."""
        payload = _without_defaults(self)
        payload["placed_at"] = self.placed_at.isoformat()
        payload["lines"] = [_without_defaults(line) for line in self.lines]
        if self.customer:
            payload["customer"] = _without_defaults(self.customer)
        if ship_to := _without_defaults(self.ship_to):
            payload["ship_to"] = ship_to
        else:
            payload.pop("ship_to", None)
        if self.payments:
            payload["payments"] = [_payment_payload(each) for each in self.payments]
        return payload

    @classmethod
    def from_payload(cls, payload: Mapping[str, Any]) -> "IncomingOrder":
        """Read the JSON form. Raises MessageError that names the field."""
        read = Reader(payload, "")
        raw_lines = payload.get("lines")
        if not isinstance(raw_lines, list):
            raise MessageError(_("lines: a list of order lines is expected."))
        raw_payments = payload.get("payments") or []
        if not isinstance(raw_payments, list):
            raise MessageError(_("payments: a list of payments is expected."))
        customer = payload.get("customer")
        return cls(
            external_id=read.text("external_id", 128, required=True),
            placed_at=read.moment("placed_at"),
            currency=read.text("currency", 3, required=True),
            lines=tuple(
                _line(Reader(raw, f"lines[{position}]."))
                for position, raw in enumerate(raw_lines)
            ),
            customer=customer and _customer(Reader(customer, "customer.")),
            ship_to=_address(Reader(payload.get("ship_to") or {}, "ship_to.")),
            shipping_amount=read.money("shipping_amount"),
            shipping_tax_amount=read.money("shipping_tax_amount"),
            fee_amount=read.money("fee_amount"),
            discount_amount=read.money("discount_amount"),
            total_amount=read.money("total_amount", None),
            prices_include_tax=bool(payload.get("prices_include_tax", True)),
            priority=read.whole("priority", 0, least=-32768, most=32767),
            payments=tuple(
                _payment(Reader(raw, f"payments[{position}]."))
                for position, raw in enumerate(raw_payments)
            ),
            payment_terms=read.word("payment_terms", TERMS),
        )


@dataclass(frozen=True, slots=True)
class IncomingReturnLine:
    sku: str
    quantity: int


@dataclass(frozen=True, slots=True)
class IncomingReturn:
    """What a customer wants to send back, as a channel tells it. `order` is the
    channel's id of the order."""

    external_id: str
    order: str
    lines: tuple[IncomingReturnLine, ...]
    reason: str = ""
    note: str = ""

    @classmethod
    def from_payload(cls, payload: Mapping[str, Any]) -> "IncomingReturn":
        """Read the JSON form. Raises MessageError that names the field."""
        read = Reader(payload, "")
        raw_lines = payload.get("lines")
        if not isinstance(raw_lines, list) or not raw_lines:
            raise MessageError(_("lines: a list of what comes back is expected."))
        return cls(
            external_id=read.text("external_id", 128, required=True),
            order=read.text("order", 128, required=True),
            lines=tuple(
                _return_line(Reader(raw, f"lines[{position}]."))
                for position, raw in enumerate(raw_lines)
            ),
            reason=read.text("reason", 24),
            note=read.text("note", 200),
        )


def _return_line(read: Reader) -> IncomingReturnLine:
    return IncomingReturnLine(
        sku=read.text("sku", 64, required=True),
        quantity=read.whole("quantity", None, least=1, most=MOST_PIECES),
    )


def _line(read: Reader) -> IncomingLine:
    return IncomingLine(
        sku=read.text("sku", 64, required=True),
        quantity=read.whole("quantity", None, least=1, most=MOST_PIECES),
        unit_price=read.money("unit_price"),
        name=read.text("name", 200),
        discount_amount=read.money("discount_amount"),
        tax_amount=read.money("tax_amount"),
        total_amount=read.money("total_amount", None),
    )


def _payment(read: Reader) -> IncomingPayment:
    statuses = [IncomingPayment.AUTHORIZED, IncomingPayment.CAPTURED]
    if "status" not in read.source:
        read.fail("status", _("one of: %(all)s") % {"all": ", ".join(statuses)})
    amount = read.money("amount", None)
    if amount is None or amount <= 0:
        read.fail("amount", _("an amount above 0 as text, such as 12.50"))
    return IncomingPayment(
        gateway=read.text("gateway", 32, required=True),
        amount=amount,
        status=read.word("status", statuses),
        reference=read.text("reference", MOST_REFERENCE, required=True),
        expires_at=None
        if read.source.get("expires_at") is None
        else read.moment("expires_at"),
    )


def _payment_payload(payment: IncomingPayment) -> dict[str, Any]:
    payload = _without_defaults(payment)
    if payment.expires_at:
        payload["expires_at"] = payment.expires_at.isoformat()
    return payload


def _customer(read: Reader) -> IncomingCustomer:
    return IncomingCustomer(
        external_id=read.text("external_id", 128),
        email=read.text("email", 254),
        name=read.text("name", 200),
    )


def _address(read: Reader) -> IncomingAddress:
    if not read.source:
        return IncomingAddress()
    return IncomingAddress(
        **{
            name: read.text(name, 2 if name == "country" else 200)
            for name in IncomingAddress.__slots__
            if name not in ("lat", "lon")
        },
        lat=read.number("lat", 90),
        lon=read.number("lon", 180),
    )


def _without_defaults(value: Any) -> dict[str, Any]:
    kept = {}
    for name, spec in value.__dataclass_fields__.items():
        item = getattr(value, name)
        if item == spec.default:
            continue
        kept[name] = str(item) if isinstance(item, Decimal) else item
    return kept
