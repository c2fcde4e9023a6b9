"""What the whole system does by the clock."""

from zlib import crc32

from django.utils import timezone
from django.utils.translation import gettext as _

from oms.core import workitems
from oms.core.models import WorkItem
from oms.invariants import INVARIANTS, Violation, violations

SUBJECT = "invariant"


def check_invariants() -> None:
    """Every day: a work item for each invariant that is broken, closed again when it
    holds. Warnings open none."""
    found = violations()
    items = [
        WorkItem(
            kind=f"broken:{each.code}",
            subject_type=SUBJECT,
            subject_id=_key(each.code),
            title=_title(each),
        )
        for each in found
    ]
    at = timezone.now()
    workitems.resolve_items(
        SUBJECT,
        map(_key, INVARIANTS),
        at=at,
        keep=[(item.subject_id, item.kind) for item in items],
    )
    workitems.open_items(items, at=at)


def _key(code: str) -> int:
    """A work item names its subject by a number; an invariant has a code only."""
    return crc32(code.encode())


def _title(violation: Violation) -> str:
    title = _(
        "Broken invariant %(code)s: %(text)s (%(rows)d rows; manage.py "
        "check_invariants shows them)."
    ) % {
        "code": violation.code,
        "text": violation.invariant.text,
        "rows": violation.count,
    }
    return title[:300]
