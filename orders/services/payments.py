"""Payments. For now the channel has collected the money, or nobody has."""

from collections.abc import Sequence
from datetime import datetime

from channels.models import Channel
from oms.core.sets import assign_ids, preload
from orders.models import Order, Payment, PaymentTransaction

CHANNEL_GATEWAY = "channel"


def collected_by_channel(
    orders: Sequence[Order], actor: str, at: datetime
) -> tuple[list[Payment], list[PaymentTransaction]]:
    """Unsaved payments, with their captures, of new orders whose channel has the money.

    Every order gets its `payments` loaded, so that guards can read them.
    """
    tenders = []
    for order in orders:
        mine = []
        collected = order.total_amount
        if order.claimed_total_amount is not None:
            collected = order.claimed_total_amount
        if order.channel.payment == Channel.Payment.CHANNEL and collected > 0:
            mine.append(
                Payment(
                    order=order,
                    gateway=CHANNEL_GATEWAY,
                    currency=order.currency,
                    authorized_amount=collected,
                    captured_amount=collected,
                )
            )
        preload(order, payments=mine)
        tenders += mine
    assign_ids(tenders)
    transactions = [
        PaymentTransaction(
            payment=tender,
            kind=PaymentTransaction.Kind.CAPTURE,
            status=PaymentTransaction.Status.SUCCEEDED,
            amount=tender.captured_amount,
            currency=tender.currency,
            idempotency_key=f"capture:{tender.pk}",
            actor=actor,
            at=at,
        )
        for tender in tenders
    ]
    return tenders, transactions
