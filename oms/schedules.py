"""Everything that runs by the clock, in one list. `manage.py sync_schedules` makes the
rows of the task queue agree with it."""

from typing import Any, NamedTuple

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_q.models import Schedule

PREFIX = "oms:"  # the rows that are ours; others, made by hand, are left alone


class Periodic(NamedTuple):
    """A task without arguments; it asks by itself what there is to do."""

    func: str
    minutes: int
    label: Any

    @property
    def name(self) -> str:
        return PREFIX + self.func


PERIODIC = [
    Periodic("channels.tasks.sweep_calls", 1, _("Read kept calls of channels")),
    Periodic(
        "fulfillment.tasks.sweep_waiting", 2, _("Serve orders that wait for stock")
    ),
    Periodic("fulfillment.tasks.expire_reservations", 1, _("End reservations")),
    Periodic("fulfillment.tasks.settle_labels", 1, _("Ask carriers about labels")),
    Periodic("fulfillment.tasks.watch_parcels", 60, _("Look for silent parcels")),
    Periodic("orders.tasks.sweep_inbox", 2, _("Take in forgotten orders")),
    Periodic("orders.tasks.sweep_payments", 1, _("Ask gateways about payments")),
    Periodic("orders.tasks.sweep_pending", 5, _("Try waiting orders again")),
    Periodic(
        "orders.tasks.release_due_holds", 1, _("Release holds whose time has come")
    ),
    Periodic(
        "orders.tasks.watch_authorizations", 60, _("Look for authorizations that end")
    ),
    Periodic("returns.tasks.settle_refunds", 1, _("End refunds that are paid")),
    Periodic("returns.tasks.close_returns", 1, _("Close settled returns")),
    Periodic("returns.tasks.expire_returns", 60, _("Expire returns that never came")),
    Periodic("returns.tasks.sweep_messages", 2, _("Take in forgotten returns")),
    Periodic("oms.core.files.background.sweep_imports", 1, _("Read forgotten files")),
    Periodic("oms.core.files.forgetting.sweep_runs", 60, _("Take old imports away")),
    Periodic("oms.core.jobs.sweep_jobs", 1, _("Go on with jobs")),
    Periodic("oms.core.tasks.deliver_webhooks", 1, _("Send webhooks")),
    Periodic(
        "oms.core.tasks.sweep_deliveries", 24 * 60, _("Delete old webhook deliveries")
    ),
    Periodic("oms.core.exports.daily.run_daily", 1, _("Send daily exports")),
    Periodic("oms.core.exports.making.sweep_files", 60, _("Take old exports away")),
    Periodic("oms.core.tasks.wake_items", 1, _("Wake snoozed work items")),
    Periodic("oms.core.tasks.forget_answers", 60, _("Forget answers to partners")),
    Periodic("oms.tasks.check_invariants", 24 * 60, _("Check the books")),
]


@transaction.atomic
def sync() -> list[str]:
    """Make, correct and delete rows; the names of those that were not right. When a
    task runs next stays as it is, unless how often it runs has changed."""
    wanted = {periodic.name: periodic for periodic in PERIODIC}
    ours = Schedule.objects.select_for_update().filter(name__startswith=PREFIX)
    have, changed = {}, []
    for row in ours.order_by("pk"):
        if row.name in wanted and row.name not in have:
            have[row.name] = row
        else:
            changed.append(row.name)
            row.delete()
    for name, periodic in wanted.items():
        row = have.get(name) or Schedule(name=name)
        if row.pk is None or _facts(row) != _facts_wanted(periodic):
            row.func, row.schedule_type, row.minutes, row.repeats = _facts_wanted(
                periodic
            )
            row.next_run = timezone.now()
            row.save()
            changed.append(name)
    return changed


def _facts(row: Schedule) -> tuple:
    return row.func, row.schedule_type, row.minutes, row.repeats


def _facts_wanted(periodic: Periodic) -> tuple:
    return periodic.func, Schedule.MINUTES, periodic.minutes, -1
