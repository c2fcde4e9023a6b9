"""Files as people send them, through the services that the page calls."""

from oms.core.files import deciding, runs
from oms.core.files.models import ImportRun

ACTOR = "user:ann"


def send(content: str | bytes, name: str = "stock.csv", **options) -> ImportRun:
    """Upload and preview it; `options` are answered where they are asked for."""
    data = content if isinstance(content, bytes) else content.encode()
    run = runs.upload([data], name, actor=ACTOR)
    if run.status == ImportRun.Status.ASKING and options:
        runs.answer(run, profile=run.profile, options=options, columns={})
    return run


def apply(run: ImportRun, **choices) -> ImportRun:
    deciding.apply_run(run, actor=ACTOR, **choices)
    run.refresh_from_db()
    return run


def undo(run: ImportRun) -> ImportRun:
    deciding.undo_run(run, actor=ACTOR)
    run.refresh_from_db()
    return run


def counts(run: ImportRun) -> dict[str, int]:
    return {effect: n for effect, n in run.counts().items() if n}


def errors(run: ImportRun) -> dict[int, list[str]]:
    """{row of the file: what is wrong}."""
    return {
        row.number: [error["text"] for error in row.errors]
        for row in run.rows.order_by("position")
        if row.errors
    }


def left(run: ImportRun) -> dict[int, str]:
    """{row of the file: why it is left as it is}."""
    rows = run.rows.filter(effect="unchanged").exclude(note="").order_by("position")
    return dict(rows.values_list("number", "note"))
