"""Asking a carrier about a label again, now and not when its turn comes."""

from collections.abc import Collection

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from fulfillment.models import Label
from fulfillment.services.labels import SETTLE
from oms.core import transitions
from oms.core.outcome import Outcome
from oms.core.sets import update_rows
from oms.core.sound import keys
from oms.core.tasks import enqueue


@transaction.atomic
def retry_labels(pks: Collection[int], *, actor: str, at=None) -> Outcome:
    """done: the labels that are due now; refused: those that are settled."""
    at = at or timezone.now()
    rows = Label.objects.filter(pk__in=keys(pks)).order_by("pk")
    locked = list(rows.select_for_update(no_key=True))
    out = transitions.missing(pks, locked, _("The label"))
    for label in locked:
        if label.status in Label.OPEN:
            label.next_attempt_at = at
            out.done.append(label)
        else:
            text = _("%(label)s is settled; nothing to do.")
            out.refuse(label.pk, text % {"label": label})
    update_rows(Label, {row.pk: (at,) for row in out.done}, ["next_attempt_at"])
    enqueue(SETTLE, [label.pk for label in out.done])
    return out
