"""Orders as channels tell them, by dice. What an order costs is computed here by its
own arithmetic, told as its total and as its tenders: should ours differ by a cent, the
order waits for somebody, and the books name it."""

import itertools
import random
from decimal import ROUND_HALF_UP, Decimal

from django.utils import timezone

from channels.messages import (
    IncomingCustomer,
    IncomingLine,
    IncomingOrder,
    IncomingPayment,
)
from channels.models import Channel
from tests import shop
from tests.generated.company import BUNDLES, PRODUCTS

DIGITS = {"EUR": 2, "USD": 2, "JPY": 0, "KWD": 3}
SKUS = [f"P{number:02d}" for number in range(PRODUCTS)] + list(BUNDLES)
LOCAL = "manual", "channel"


def to_digits(amount: Decimal, currency: str) -> Decimal:
    return amount.quantize(Decimal(1).scaleb(-DIGITS[currency]), ROUND_HALF_UP)


class Messages:
    """The same seed tells the same orders."""

    def __init__(self, seed: int):
        self.dice = random.Random(f"messages-{seed}")
        self.seed, self.numbers = seed, itertools.count(1)

    def order(self, channel: Channel) -> IncomingOrder:
        dice, number = self.dice, f"{self.seed}-{next(self.numbers)}"
        currency = dice.choice(("EUR", "EUR", "USD", "JPY", "KWD"))
        included = dice.random() < 0.5
        skus = dice.sample(SKUS, dice.randint(1, 8))
        lines = [self._line(sku, currency) for sku in skus]
        goods = sum(self._value(line, currency, included) for line in lines)
        net = sum(line.unit_price * line.quantity for line in lines)
        discount = self._some(net, 0.3, 0.3, currency)
        shipping = self._some(Decimal(15), 1, 0.7, currency)
        shipping_tax = self._some(shipping, 0.2, 0.5, currency)
        fee = self._some(Decimal(3), 1, 0.2, currency)
        total = goods - discount + shipping + shipping_tax + fee
        return IncomingOrder(
            external_id=number,
            placed_at=timezone.now(),
            currency=currency,
            lines=tuple(lines),
            customer=IncomingCustomer(email=f"g{number}@example.org", name="Erika"),
            ship_to=shop.BERLIN,
            shipping_amount=shipping,
            shipping_tax_amount=shipping_tax,
            fee_amount=fee,
            discount_amount=discount,
            total_amount=total,
            prices_include_tax=included,
            payments=self._tenders(channel, number, total, currency),
        )

    def _line(self, sku: str, currency: str) -> IncomingLine:
        dice = self.dice
        digits = dice.randint(0, min(4, DIGITS[currency] + 2))
        price = Decimal(str(round(dice.uniform(0.5, 60), digits)))
        if dice.random() < 0.03:
            price = Decimal(0)  # a present
        quantity = dice.randint(1, 20)
        whole = price * quantity
        return IncomingLine(
            sku=sku,
            quantity=quantity,
            unit_price=price,
            discount_amount=self._some(whole, 0.4, 0.3, currency),
            tax_amount=self._some(whole, 0.2, 0.8, currency),
        )

    def _value(self, line: IncomingLine, currency: str, included: bool) -> Decimal:
        value = to_digits(line.unit_price * line.quantity, currency)
        return value - line.discount_amount + (0 if included else line.tax_amount)

    def _some(self, whole: Decimal, most: float, odds: float, currency: str) -> Decimal:
        """At these odds up to so much of the whole, else nothing."""
        if self.dice.random() >= odds:
            return Decimal(0)
        return to_digits(whole * Decimal(str(self.dice.uniform(0, most))), currency)

    def _tenders(
        self, channel: Channel, number: str, total: Decimal, currency: str
    ) -> tuple[IncomingPayment, ...]:
        """One to three, told by the message; none where the channel collects."""
        if channel.payment == Channel.Payment.CHANNEL or total <= 0:
            return ()
        dice, parts = self.dice, []
        for _ in range(dice.randint(0, 2)):
            part = self._some(total - sum(parts), 0.7, 1, currency)
            if part > 0:
                parts.append(part)
        if total > sum(parts):
            parts.append(total - sum(parts))
        return tuple(
            IncomingPayment(
                gateway="moody" if dice.random() < 0.3 else dice.choice(LOCAL),
                amount=part,
                status=dice.choice(("authorized", "captured")),
                reference=f"{number}-{position}",
            )
            for position, part in enumerate(parts)
        )
