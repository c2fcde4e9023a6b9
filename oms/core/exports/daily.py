"""Exports that go out by themselves, once a day: what the list shows to their owner,
into a folder or by mail. What goes wrong is a work item until it goes well."""

import re
from collections.abc import Iterable
from datetime import datetime, time, timedelta
from pathlib import Path

from django.conf import settings
from django.contrib import admin
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest, QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from oms.core import jobs, workitems
from oms.core.exceptions import BusinessRuleError
from oms.core.exports import making, resources
from oms.core.exports.models import DailyExport, ExportFile
from oms.core.exports.resources import ExportResource
from oms.core.files.placing import placed
from oms.core.files.writing import FORMATS
from oms.core.models import Job, WorkItem

KIND, SUBJECT = "export_failed", "dailyexport"
MOST_BY_MAIL = 10 * 1024 * 1024
LEASE = timedelta(minutes=10)  # after which nobody is sending it any more
PLAIN = re.compile(r"[\w-]+(/[\w-]+)*", re.ASCII)


def next_moment(at: time, after: datetime) -> datetime:
    """The next time that the shop's clock shows it."""
    zone = timezone.get_default_timezone()
    day = timezone.localdate(after, zone)
    found = datetime.combine(day, at, zone)
    while found <= after:
        day += timedelta(days=1)
        found = datetime.combine(day, at, zone)
    return found


def folder_of(daily: DailyExport) -> Path:
    """Below the folder of exports, whatever is written there."""
    if not PLAIN.fullmatch(daily.folder):
        raise BusinessRuleError(
            _("The folder may have letters, digits, “-” and “_”, and “/” between them.")
        )
    root = settings.OMS_EXPORT_DIR.resolve()
    found = (root / daily.folder).resolve()
    if not found.is_relative_to(root):
        raise BusinessRuleError(_("The folder leads out of the folder of exports."))
    return found


def rows_shown(what: type[ExportResource], query: str, user) -> QuerySet:
    """What the list shows to this person at such an address, or a BusinessRuleError."""
    page = admin.site.get_model_admin(what.list_model())
    request = HttpRequest()
    request.method, request.GET, request.user = "GET", QueryDict(query), user
    if not page.has_view_permission(request) or not user.has_perm(what.permission()):
        text = _("%(person)s may not export this list.")
        raise BusinessRuleError(text % {"person": user.get_username()})
    return what.rows(page.export_rows(request))


# --- By the clock ---------------------------------------------------------------------


def run_daily() -> None:
    """Every minute: start what is due, send what is finished."""
    now = timezone.now()
    for pk in _due(now).values_list("pk", flat=True):
        start(pk, at=now)
    for pk in _unsent().order_by("pk").values_list("pk", flat=True):
        send(pk, at=timezone.now())


def _due(now: datetime) -> QuerySet[DailyExport]:
    return DailyExport.objects.filter(is_active=True, next_at__lte=now).order_by("pk")


@transaction.atomic
def start(pk: int, *, at: datetime) -> None:
    """Once, whoever else looks: its row is the lock."""
    locked = DailyExport.objects.select_for_update(no_key=True, skip_locked=True)
    daily = locked.filter(pk=pk, is_active=True, next_at__lte=at).first()
    if daily is None:
        return
    daily.next_at = next_moment(daily.at, at)
    daily.save(update_fields=["next_at", "updated_at"])
    try:
        with transaction.atomic():
            start_now(daily, at=at)
    except BusinessRuleError as error:
        _fail(daily, str(error), at)


def start_now(daily: DailyExport, *, at: datetime) -> Job:
    """Outside of its time too. Raises BusinessRuleError."""
    what, owner = resources.named(daily.what), daily.owner
    if what is None:
        text = _("There is no list “%(name)s” to export in this version.")
        raise BusinessRuleError(text % {"name": daily.what})
    if not owner.is_active:
        text = _("%(person)s, whose export it is, has no access any more.")
        raise BusinessRuleError(text % {"person": owner.get_username()})
    rows = rows_shown(what, daily.query, owner)
    actor = f"user:{owner.get_username()}"
    wanted = making.Wanted(what, FORMATS[daily.format], rows, actor)
    return making.start_file(wanted, daily=daily, at=at)


def send(pk: int, *, at: datetime) -> None:
    """Deliver a file whose job is over. A worker that dies on the way leaves it to the
    next: a file takes the place of the same file, a mail may come twice."""
    free = Q(claimed_at=None) | Q(claimed_at__lt=at - LEASE)
    files = _unsent().filter(free, pk=pk)
    if not files.exclude(job__status__in=jobs.OPEN).update(claimed_at=at):
        return
    file = ExportFile.objects.select_related("daily", "job").get(pk=pk)
    daily = file.daily
    try:
        if making.file_of(file.job) is None:
            raise BusinessRuleError(
                _("Its job has not written all of it. See the job and go on there.")
            )
        deliver = _into_folder if daily.folder else _by_mail
        deliver(daily, file.name, making.bytes_of(file))
    except (BusinessRuleError, OSError) as error:  # mail servers' errors are OSErrors
        file.error = str(error)[:300]
        _fail(daily, file.error, at)
    else:
        file.sent_at = at
        workitems.resolve_items(SUBJECT, [daily.pk], at=at, kinds=[KIND])
    file.save(update_fields=["sent_at", "error", "updated_at"])


def _unsent() -> QuerySet[ExportFile]:
    files = ExportFile.objects.filter(job__isnull=False, is_gone=False)
    return files.filter(daily__isnull=False, sent_at=None, error="")


def _into_folder(daily: DailyExport, name: str, pieces: Iterable[bytes]) -> None:
    folder = folder_of(daily)
    folder.mkdir(parents=True, exist_ok=True)
    with placed(folder / name) as out:
        out.writelines(pieces)


def _by_mail(daily: DailyExport, name: str, pieces: Iterable[bytes]) -> None:
    if not settings.EMAIL_HOST:
        raise BusinessRuleError(
            _("No mail server is set. Set EMAIL_HOST, or choose a folder.")
        )
    content = bytearray()
    for piece in pieces:
        content += piece
        if len(content) > MOST_BY_MAIL:
            text = _("It has more than %(mb)d MB. Filter the list, or use a folder.")
            raise BusinessRuleError(text % {"mb": MOST_BY_MAIL // 2**20})
    kind = FORMATS[daily.format].content_type
    message = EmailMessage(
        subject=name,
        body=_("The export “%(name)s” is attached.") % {"name": daily.name},
        to=[daily.email],
        attachments=[(name, bytes(content), kind)],
    )
    message.send()


def _fail(daily: DailyExport, text: str, at: datetime) -> None:
    title = _("The export “%(name)s” did not go out: %(why)s")
    title = title % {"name": daily.name, "why": text}
    item = WorkItem(
        kind=KIND, subject_type=SUBJECT, subject_id=daily.pk, title=title[:300]
    )
    workitems.open_items([item], at=at)
