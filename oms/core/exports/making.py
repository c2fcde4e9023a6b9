"""Making the files: few rows at once, many in parts by a job.

Which rows are in a file, and in which order, is fixed when it is asked for. A part is
written in one transaction with the progress of its job: a worker that dies leaves no
half of one.
"""

import zlib
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import chain, islice
from typing import IO, NamedTuple

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from oms.core import jobs, panels
from oms.core.api.models import ApiKey
from oms.core.exceptions import BusinessRuleError
from oms.core.exports import resources
from oms.core.exports.models import DailyExport, ExportFile, ExportPart
from oms.core.exports.resources import ExportResource, Reading
from oms.core.files.writing import FORMATS, MOST_IN_A_SHEET, Format
from oms.core.models import Job
from oms.core.outcome import Outcome
from oms.core.sets import assign_ids, insert_rows, update_rows
from oms.core.timeline import event_of
from oms.core.words import whole

AT_ONCE = 5_000  # rows that are written while the person waits
PART = 2_000
PARTS = 20  # whose keys are written together
KEPT = timedelta(days=3)

panels.describe_events(
    {"exportfile.made": gettext_lazy("List exported")},
    {
        "what": gettext_lazy("list"),
        "format": gettext_lazy("format"),
        "rows": gettext_lazy("rows"),
    },
)


def register_export(resource: type[ExportResource]) -> type[ExportResource]:
    """With the kind of job that makes its large files."""
    resources.add(resource)
    jobs.register_kind(
        jobs.Kind(
            f"export.{resource.name}",
            resource.title(),
            resource.permission(),
            write_parts,
            done=gettext_lazy("Written"),
            words=lambda params: "",
            nouns=(gettext_lazy("part"), gettext_lazy("parts")),
            chunk=1,
            at_once=0,
            file=file_of,
        )
    )
    return resource


class Wanted(NamedTuple):
    """`rows` are those of the resource, in their order. `key`: a partner's program asks
    for them."""

    resource: type[ExportResource]
    format: Format
    rows: QuerySet
    actor: str
    key: ApiKey | None = None

    def file(self, stem: str, at: datetime, **more) -> ExportFile:
        return ExportFile(
            what=self.resource.name,
            format=self.format.name,
            name=f"{stem}-{timezone.localdate(at):%Y-%m-%d}.{self.format.name}",
            actor=self.actor,
            key=self.key,
            **more,
        )


def is_large(rows: QuerySet) -> bool:
    return rows.order_by()[: AT_ONCE + 1].count() > AT_ONCE


# --- At once --------------------------------------------------------------------------


@transaction.atomic
def write_file(
    wanted: Wanted, out: IO[bytes], *, at: datetime | None = None
) -> ExportFile:
    """All rows, as one state of the data, into `out`; the log says that it was done."""
    at, resource, format_ = at or timezone.now(), wanted.resource, wanted.format
    file, reading = wanted.file(resource.name, at), resource.reading()

    def pieces() -> Iterator[bytes]:
        for part in _batches(_values(resource, wanted.rows, reading), PART):
            file.row_count += len(part)
            _check_size(format_, file.row_count)
            yield format_.piece(part, reading.cells)

    for data in format_.whole(reading.names, pieces()):
        out.write(data)
    file.save()
    _log(file, at)
    return file


def _values(
    resource: type[ExportResource], rows: QuerySet, reading: Reading, *more: str
) -> Iterator[tuple]:
    found = resource.facts(rows).values_list(*more, *reading.attributes)
    return found.iterator(chunk_size=PART)


def _batches(values: Iterable, size: int) -> Iterator[list]:
    values = iter(values)
    return iter(lambda: list(islice(values, size)), [])


def _check_size(format_: Format, number: int) -> None:
    if format_.name == "xlsx" and number > MOST_IN_A_SHEET:
        raise BusinessRuleError(
            _("A sheet holds %(most)s rows. Filter the list, or take CSV.")
            % {"most": whole(MOST_IN_A_SHEET)}
        )


def _log(file: ExportFile, at: datetime) -> None:
    """Without the search, which may name somebody."""
    data = {"what": file.what, "format": file.format, "rows": file.row_count}
    event = event_of(file, "exportfile.made", actor=file.actor, at=at, data=data)
    insert_rows([event])


# --- By a job -------------------------------------------------------------------------


@transaction.atomic
def start_file(
    wanted: Wanted,
    *,
    token: str | None = None,
    daily: DailyExport | None = None,
    at: datetime | None = None,
) -> Job:
    """Choose the rows and start the job that writes them. With a token that was used
    before, the job that it started."""
    at, name = at or timezone.now(), wanted.resource.name
    if token is not None and (before := Job.objects.filter(token=token).first()):
        return before
    file = wanted.file(daily.name if daily else name, at, daily=daily)
    file.save()
    subjects = _choose(file, wanted)
    kind, facts = jobs.kind_named(f"export.{name}"), {"file": file.pk}
    job = jobs.start_job(kind, subjects, facts, actor=wanted.actor, token=token)
    if job.params["file"] != file.pk:  # sent twice at the same time
        transaction.set_rollback(True)
        return job
    file.job = job
    file.save(update_fields=["job", "row_count", "updated_at"])
    _log(file, at)
    return job


def _choose(file: ExportFile, wanted: Wanted) -> list[tuple[int, str]]:
    """The parts of the file, each with the keys of its rows."""
    keys = wanted.rows.values_list("pk", flat=True).iterator(chunk_size=PART)
    found = []
    parts = (ExportPart(file=file, keys=part) for part in _batches(keys, PART))
    for some in _batches(parts, PARTS):
        assign_ids(some)
        insert_rows(some)
        for part in some:
            first = file.row_count + 1
            file.row_count += len(part.keys)
            found.append((part.pk, _label(first, file.row_count)))
        _check_size(wanted.format, file.row_count)
    return found


def _label(first: int, last: int) -> str:
    return _("Rows %(first)s to %(last)s") % {
        "first": whole(first),
        "last": whole(last),
    }


def write_parts(keys: Iterable[int], params: dict, actor: str) -> Outcome:
    """Of one file, each from rows as they are now. done: the keys of the parts;
    refused: those that were taken away meanwhile."""
    parts = ExportPart.objects.filter(pk__in=keys, file=params["file"])
    parts = list(
        parts.select_related("file").only("keys", "file__what", "file__format")
    )
    out = Outcome(done=[part.pk for part in parts])
    for pk in set(keys) - set(out.done):
        out.refuse(pk, _("The file was taken away; export the list again."))
    if not parts:
        return out
    file = parts[0].file
    resource, format_ = resources.named(file.what), FORMATS[file.format]
    reading = resource.reading()
    wanted = list(chain.from_iterable(part.keys for part in parts))
    rows = resource._meta.model.objects.filter(pk__in=wanted).order_by()
    found = {pk: row for pk, *row in _values(resource, rows, reading, "pk")}
    contents = {part.pk: (_packed(part, found, format_, reading),) for part in parts}
    update_rows(ExportPart, contents, ["content"])
    mine = ExportFile.objects.filter(pk=file.pk)
    mine.update(updated_at=timezone.now())  # who follows it sees that it goes on
    return out


def _packed(part: ExportPart, found: dict, format_: Format, reading: Reading) -> bytes:
    rows = [found[key] for key in part.keys if key in found]
    return zlib.compress(format_.piece(rows, reading.cells), level=1)


def file_of(job: Job) -> jobs.Attachment | None:
    """What the job has made, once all of it is written and while it is kept."""
    file = ExportFile.objects.filter(pk=job.params["file"], is_gone=False).first()
    if file is None or job.status != Job.Status.DONE or is_unfinished(file):
        return None
    return jobs.Attachment(file.name, FORMATS[file.format].content_type, bytes_of(file))


def is_unfinished(file: ExportFile) -> bool:
    return file.parts.filter(content=None).exists()


def bytes_of(file: ExportFile) -> Iterator[bytes]:
    """One part in memory at a time, and no cursor that waits for a slow reader."""
    names = resources.named(file.what).reading().names
    keys = list(file.parts.order_by("pk").values_list("pk", flat=True))
    contents = file.parts.values_list("content", flat=True)
    pieces = (zlib.decompress(contents.get(pk=key)) for key in keys)
    return FORMATS[file.format].whole(names, pieces)


def sweep_files() -> None:
    """Every hour: files that were kept long enough."""
    old = ExportFile.objects.filter(created_at__lt=timezone.now() - KEPT)
    take_away(old.filter(job__isnull=False, is_gone=False))


@transaction.atomic
def take_away(files: QuerySet) -> None:
    """What was done stays in the log; the rows of people do not stay in files."""
    keys = list(files.order_by("pk").values_list("pk", flat=True))
    ExportPart.objects.filter(file__in=keys).delete()
    ExportFile.objects.filter(pk__in=keys).update(
        is_gone=True, updated_at=timezone.now()
    )
