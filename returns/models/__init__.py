from returns.models.lines import ReturnItem, ReturnLine
from returns.models.policies import ReturnPolicy
from returns.models.refunds import Refund, RefundLine, RefundPart
from returns.models.returns import Return

__all__ = [
    "Refund",
    "RefundLine",
    "RefundPart",
    "Return",
    "ReturnItem",
    "ReturnLine",
    "ReturnPolicy",
]
