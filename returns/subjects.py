"""What partners hear of returns and refunds. A return that nobody has matched to an
order yet belongs to no channel: only who sees all channels hears of it."""

from oms.core.webhooks.subjects import Facts, register_subject
from returns.models import Refund, Return


def returns(keys: set[int]) -> dict[int, Facts]:
    rows = Return.objects.filter(pk__in=keys).values_list(
        *("pk", "number", "order__channel__code", "updated_at"),
        "order__channel__is_sandbox",
        *("location__code", "order__number"),
    )
    return {pk: _facts(*row) for pk, *row in rows}


def refunds(keys: set[int]) -> dict[int, Facts]:
    rows = Refund.objects.filter(pk__in=keys).values_list(
        *("pk", "number", "order__channel__code", "updated_at"),
        "order__channel__is_sandbox",
        *("ret__location__code", "order__number"),
    )
    return {pk: _facts(*row) for pk, *row in rows}


def _facts(number, channel, updated_at, is_sandbox, location, order) -> Facts:
    is_practice = bool(is_sandbox)
    return Facts(
        number, channel or "", updated_at, is_practice, location or "", order or ""
    )


register_subject(Return, "return", returns)
register_subject(Refund, "refund", refunds)
