"""Files on their way through the whole machine: sent, previewed, applied, undone."""

from pathlib import Path

from oms.core.files.deciding import apply_run, undo_run
from oms.core.files.models import ImportRun
from oms.core.files.runs import answer, upload

ACTOR = "user:ann"


def send(path: Path, *, profile: str = "", **options) -> ImportRun:
    """Up to its preview. What has to be said of the whole file is in `options`."""
    run = upload([path.read_bytes()], path.name, actor=ACTOR, profile=profile)
    if options:
        answer(run, profile=run.profile, options=options, columns={})
    return run


def apply(run: ImportRun, **how) -> ImportRun:
    apply_run(run, actor=ACTOR, **how)
    run.refresh_from_db()
    return run


def undo(run: ImportRun) -> ImportRun:
    undo_run(run, actor=ACTOR)
    run.refresh_from_db()
    return run


def sent_and_applied(path: Path, **how) -> ImportRun:
    run = send(path, **how)
    assert run.status == ImportRun.Status.PREVIEWED, run.error
    assert not said(run), said(run)
    return apply(run)


def said(run: ImportRun) -> dict[int, str]:
    """{row of the file: what is wrong with it}."""
    return {
        row.number: " ".join(each["text"] for each in row.errors)
        for row in run.rows.exclude(errors=[]).order_by("position")
    }


def left(run: ImportRun) -> dict[int, str]:
    """{row of the file: why it is left as it is}."""
    rows = run.rows.filter(effect="unchanged").exclude(note="")
    return dict(rows.order_by("position").values_list("number", "note"))


def counts(run: ImportRun) -> dict[str, int]:
    """Those that are not 0."""
    return {effect: n for effect, n in run.counts().items() if n}
