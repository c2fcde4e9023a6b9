"""Asking a gateway, and not believing it: what it answers is compared with what was
asked, and with what it says it has done.

No transaction is open here. The other side is looked up before anything is asked a
second time, and after every answer that may be wrong.
"""

import logging
from typing import NamedTuple

from django.utils.translation import gettext as _

from oms.core.exceptions import RefusedError, UnansweredError, UnavailableError
from oms.core.faults import fault_point
from oms.core.outside import MOST_ATTEMPTS
from oms.core.sound import is_text
from orders.gateways.base import Answer, Ask, Gateway
from orders.models import PaymentRequest

log = logging.getLogger(__name__)

Status = PaymentRequest.Status


class Verdict(NamedTuple):
    """What became of a request. `mismatch`: the other side did something else, or
    contradicts itself."""

    status: Status
    reference: str = ""
    error: str = ""
    mismatch: bool = False


def verdict_of(gateway: Gateway, ask: Ask, attempts: int) -> Verdict:
    """Ask, or find out what became of it. `attempts` counts this one."""
    if attempts > 1:
        if found := _look_up(gateway, ask):
            return found
        if attempts > MOST_ATTEMPTS:
            text = _("it was tried %(n)d times, nothing was done there")
            return Verdict(Status.FAILED, error=text % {"n": MOST_ATTEMPTS})
    fault_point(f"{ask.kind}.before_call")
    try:
        answer = getattr(gateway, ask.kind)(ask)
    except RefusedError as error:
        return _look_up(gateway, ask) or Verdict(Status.FAILED, error=_text(error))
    except UnavailableError as error:
        last = attempts >= MOST_ATTEMPTS
        return Verdict(Status.FAILED if last else Status.WAITING, error=_text(error))
    except Exception as error:
        return Verdict(Status.UNKNOWN, error=_unexpected(error))
    fault_point(f"{ask.kind}.after_call")
    if _fits(answer, ask):
        return Verdict(Status.SUCCEEDED, answer.reference)
    return _look_up(gateway, ask) or Verdict(
        Status.UNKNOWN,
        error=_("it says that it is done, and does not know of it when looked up"),
        mismatch=True,
    )


def _look_up(gateway: Gateway, ask: Ask) -> Verdict | None:
    """What the other side has done under this key; None: nothing."""
    fault_point(f"{ask.kind}.before_look_up")
    try:
        found = gateway.look_up(ask)
    except Exception as error:
        return Verdict(Status.UNKNOWN, error=_unexpected(error))
    if found is None:
        return None
    if _fits(found, ask):
        return Verdict(Status.SUCCEEDED, found.reference)
    text = _("%(amount)s %(currency)s were asked, it did %(done)s %(other)s")
    return Verdict(
        Status.UNKNOWN,
        error=text
        % {
            "amount": f"{ask.amount:.2f}",
            "currency": ask.currency,
            "done": f"{found.amount:.2f}",
            "other": found.currency,
        },
        mismatch=True,
    )


def _fits(answer: Answer, ask: Ask) -> bool:
    same = (answer.amount, answer.currency) == (ask.amount, ask.currency)
    return same and is_text(answer.reference, 128) and bool(answer.reference)


def _unexpected(error: Exception) -> str:
    """Whatever a gateway's program does wrong: nobody knows what was done."""
    if isinstance(error, UnansweredError | UnavailableError | RefusedError):
        return _text(error)
    log.error("a gateway failed unexpectedly", exc_info=error)
    return _("its program failed (%(error)s); see the log") % {
        "error": type(error).__name__
    }


def _text(error: Exception) -> str:
    """What a column can hold of it."""
    text = str(error).replace("\x00", "")[:250]
    return text.encode("utf-8", "replace").decode()
