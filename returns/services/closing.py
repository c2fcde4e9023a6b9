"""Returns that end by themselves: settled ones close, those of which nothing came
expire."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from oms.core import transitions, workitems
from oms.core.outcome import Outcome
from orders.services import rollups
from returns.models import Return, ReturnItem, ReturnLine
from returns.models.returns import Money
from returns.services.locking import lock_returns

Status = Return.Status
SETTLED = (Money.NOT_DUE, Money.REFUNDED, Money.DENIED)


@transaction.atomic
def close_settled(returns: Iterable[int], *, actor: str, at=None) -> Outcome:
    """Close those of these returns, by primary key, that have come to their end. done:
    the closed ones; the others stay as they are."""
    at = at or timezone.now()
    ready = [
        ret
        for ret in lock_returns(returns, whole_orders=False)
        if _nothing_more_comes(ret, at) and not transitions.refusals(ret, "close")
    ]
    out = transitions.apply_many(ready, "close", actor=actor, at=at)
    workitems.resolve_items("return", [ret.pk for ret in out.done], at=at)
    rollups.touch({ret.order_id for ret in out.done})
    return out


def _nothing_more_comes(ret: Return, at: datetime) -> bool:
    """All that was agreed is here, or its time is over. An unknown parcel is closed by
    people only."""
    if ret.order_id is None:
        return False
    if ret.expires_at is not None and ret.expires_at <= at:
        return True
    return all(
        line.received_quantity >= line.authorized_quantity for line in ret.lines.all()
    )


def settled_returns(at: datetime | None = None) -> list[int]:
    """Keys of returns that look as if they could be closed."""
    at = at or timezone.now()
    lines = ReturnLine.objects.filter(ret=OuterRef("pk"))
    items = ReturnItem.objects.filter(
        line__ret=OuterRef("pk"), disposition__in=ReturnItem.UNDECIDED
    )
    short = lines.filter(received_quantity__lt=F("authorized_quantity"))
    rows = Return.objects.filter(
        ~Exists(items),
        Q(expires_at__lte=at) | ~Exists(short),
        status=Status.INSPECTED,
        money__in=SETTLED,
        order__isnull=False,
    )
    return list(rows.order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def expire_returns(returns: Iterable[int], *, actor: str, at=None) -> Outcome:
    """End those of these approved returns, by primary key, of which nothing has come in
    time. Their pieces may be asked for again; a parcel that comes late all the same
    goes on with its return."""
    at = at or timezone.now()
    late = [
        ret
        for ret in lock_returns(returns, whole_orders=False)
        if ret.expires_at is not None
        and ret.expires_at <= at
        and not transitions.refusals(ret, "expire")
    ]
    out = transitions.apply_many(late, "expire", actor=actor, at=at)
    rollups.touch({ret.order_id for ret in out.done})
    return out


def late_returns(at: datetime | None = None) -> list[int]:
    """Keys of the approved returns whose time is over."""
    at = at or timezone.now()
    rows = Return.objects.filter(status=Status.APPROVED, expires_at__lte=at)
    return list(rows.order_by("pk").values_list("pk", flat=True))
