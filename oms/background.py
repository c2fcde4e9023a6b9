"""What goes on in the background: the workers, the queue, the clock, and what stands
still. A few statements, however much waits."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import Count, Max, Min, OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_q.brokers import get_broker
from django_q.humanhash import uuid
from django_q.models import Failure, OrmQ, Schedule, Task
from django_q.signing import SignedPackage

from channels.models import HookCall, InboundMessage
from channels.services.inbox import retry_messages
from fulfillment.models import Label
from fulfillment.services.label_retrying import retry_labels
from oms.core import panels
from oms.core.outcome import Outcome
from oms.schedules import PERIODIC
from oms.worker import LATE_AFTER, heartbeat_age
from orders.models import PaymentRequest
from orders.services.settling import retry_requests

MOST = 50  # rows of a table
BATCH = 500  # failed tasks of one go
PATIENCE = timedelta(minutes=5)
MINUTE = timedelta(minutes=1)
LATEST = 50_000  # messages that are looked through for refused ones
LABELS = {periodic.func: periodic.label for periodic in PERIODIC} | {
    "orders.tasks.take_in": gettext_lazy("Take in orders"),
    "orders.tasks.paid": gettext_lazy("Go on with paid orders"),
    "orders.tasks.try_again": gettext_lazy("Try orders again"),
    "orders.tasks.heal": gettext_lazy("Fill in SKUs that are known now"),
    "orders.tasks.settle_payments": gettext_lazy("Ask gateways about payments"),
    "fulfillment.tasks.allocate_waiting": gettext_lazy("Serve what waits for stock"),
    "returns.tasks.take_in": gettext_lazy("Take in returns"),
}
SHORT = 200
WORDS = {  # what errors say, in plain words
    "exceeded maximum timeout": gettext_lazy("It took too long and was stopped."),
    "is not defined": gettext_lazy("This version knows no such task."),
    "deadlock detected": gettext_lazy(
        "It met somebody else at work, and one had to stop."
    ),
    "lock timeout": gettext_lazy("It waited too long for somebody else’s work."),
    "statement timeout": gettext_lazy("The database took too long over it."),
    "connection": gettext_lazy("The database could not be reached."),
}


class Queue(NamedTuple):
    waiting: int
    at_work: int
    oldest: datetime | None


class Failed(NamedTuple):
    pk: str
    label: str
    func: str
    at: datetime
    why: str
    said: str
    healed: datetime | None  # when the same task has gone well since


class Run(NamedTuple):
    label: Any
    func: str
    minutes: int | None
    last: datetime | None
    went_well: bool | None
    next_run: datetime | None
    late: bool

    @property
    def just_now(self) -> bool:
        return self.last is not None and timezone.now() - self.last < MINUTE


class Standing(NamedTuple):
    """Rows that do not go on, with what can be done."""

    name: str
    label: str
    rows: Sequence[tuple[int, str, str, datetime]]
    permission: str


def silent() -> bool:
    age = heartbeat_age()
    return age is None or age > LATE_AFTER


def queue(now: datetime) -> Queue:
    numbers = OrmQ.objects.aggregate(
        waiting=Count("pk", filter=Q(lock__lte=now)),
        at_work=Count("pk", filter=Q(lock__gt=now)),
        oldest=Min("lock", filter=Q(lock__lte=now)),
    )
    return Queue(**numbers)


def label_of(func: str) -> str:
    name = func.rpartition(".")[2].replace("_", " ").capitalize()
    return str(LABELS.get(func, name))


def in_plain_words(said: Any) -> str:
    text = str(said or "").split(" : Traceback")[0].strip()
    for part, words in WORDS.items():
        if part in text:
            return str(words)
    return text.splitlines()[0][:SHORT] if text else _("It did not say why.")


def failed() -> tuple[int, list[Failed]]:
    """How many, and the newest of them."""
    rows = list(Failure.objects.order_by("-stopped")[:MOST])
    number = len(rows) if len(rows) < MOST else Failure.objects.count()
    well = Task.objects.filter(success=True, func__in={row.func for row in rows})
    since = dict(well.order_by().values_list("func").annotate(at=Max("stopped")))
    return number, [
        Failed(
            row.pk,
            label_of(row.func),
            row.func,
            row.stopped,
            in_plain_words(row.result),
            str(row.result)[:4000],
            _later(since.get(row.func), row.stopped),
        )
        for row in rows
    ]


def _later(at: datetime | None, than: datetime) -> datetime | None:
    return at if at is not None and at > than else None


def runs(now: datetime) -> list[Run]:
    task = Task.objects.filter(pk=OuterRef("task"))
    rows = Schedule.objects.annotate(
        last=Subquery(task.values("stopped")[:1]),
        went_well=Subquery(task.values("success")[:1]),
    )
    return [
        Run(
            label_of(row.func),
            row.func,
            row.minutes,
            row.last,
            row.went_well,
            row.next_run,
            row.next_run is not None and row.next_run < now - PATIENCE,
        )
        for row in rows.order_by("next_run", "func")
    ]


def standing(now: datetime) -> list[Standing]:
    """What was refused at the inbox, and what nobody has answered or read."""
    before = now - PATIENCE
    newest = InboundMessage.objects.aggregate(pk=Max("pk"))["pk"] or 0
    recent = InboundMessage.objects.filter(pk__gt=newest - LATEST)
    refused = recent.filter(status=InboundMessage.Status.REFUSED)
    waiting = InboundMessage.objects.filter(
        status=InboundMessage.Status.WAITING, received_at__lt=before
    )
    kept = HookCall.objects.filter(status=HookCall.Status.KEPT, received_at__lt=before)
    asked = PaymentRequest.objects.filter(
        status__in=PaymentRequest.OPEN, created_at__lt=before
    )
    labels = Label.objects.filter(status__in=Label.OPEN, created_at__lt=before)
    return [
        Standing(
            "messages",
            _("Messages that were refused"),
            _rows(refused.defer("payload"), "error", "received_at"),
            "orders.confirm_order",
        ),
        Standing(
            "requests",
            _("Payments that gateways have not answered"),
            _rows(asked, "error", "created_at"),
            "orders.capture_payment",
        ),
        Standing(
            "labels",
            _("Labels that carriers have not answered"),
            _rows(labels.defer("document"), "error", "created_at"),
            "fulfillment.buy_label",
        ),
        Standing(
            "unread",
            _("Messages and calls that nobody has read"),
            [
                *_rows(waiting.defer("payload"), "error", "received_at"),
                *_rows(kept.defer("body"), "note", "received_at"),
            ],
            "",
        ),
    ]


def _rows(rows, said: str, at: str) -> list[tuple[int, str, str, datetime]]:
    return [
        (
            row.pk,
            panels.link(type(row), row.pk, str(row)),
            getattr(row, said),
            getattr(row, at),
        )
        for row in rows.order_by("-pk")[:MOST]
    ]


# --- Trying again --------------------------------------------------------------------

RETRY = {"messages": retry_messages, "requests": retry_requests, "labels": retry_labels}


@transaction.atomic
def retry_tasks(pks: Collection[str] | None, *, actor: str, at=None) -> Outcome:
    """Queue failed tasks again, all of them without `pks`. done: the names of their
    functions; refused: those that somebody has dealt with."""
    at = at or timezone.now()
    rows, out = _lock(pks)
    key = get_broker().list_key
    OrmQ.objects.bulk_create(
        OrmQ(key=key, payload=SignedPackage.dumps(_again(row, at)), lock=at)
        for row in rows
    )
    _delete(rows)
    out.done = [row.func for row in rows]
    return out


@transaction.atomic
def forget_tasks(pks: Collection[str] | None, *, actor: str) -> Outcome:
    """Take failed tasks off the list: what they had to do is done, or not wanted."""
    rows, out = _lock(pks)
    _delete(rows)
    out.done = [row.func for row in rows]
    return out


def _lock(pks: Collection[str] | None) -> tuple[list[Task], Outcome]:
    rows = Task.objects.filter(success=False).order_by("pk")
    rows = rows if pks is None else rows.filter(pk__in=pks)
    found, out = list(rows.select_for_update()[:BATCH]), Outcome()
    for pk in set(pks or ()) - {row.pk for row in found}:
        out.refuse(pk, _("Somebody has dealt with this task already."))
    return found, out


def _delete(rows: Collection[Task]) -> None:
    Task.objects.filter(pk__in=[row.pk for row in rows]).delete()


def _again(row: Task, at: datetime) -> dict:
    """The task as the library packs it."""
    return {
        "id": uuid()[1],
        "name": row.name,
        "func": row.func,
        "args": row.args or (),
        "kwargs": row.kwargs or {},
        "ack_failure": True,
        "started": at,
    }
