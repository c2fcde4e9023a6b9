"""Import a file, packed by gzip or not: what it would do, and with --apply do it."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from oms.core.exceptions import BusinessRuleError
from oms.core.files import applying, deciding, runs, showing
from oms.core.files.keeping import pieces_of
from oms.core.files.models import ImportRow, ImportRun
from oms.core.jobs import work_on
from oms.core.words import inside

MOST_SAID = 20
ACTOR = "command:import_file"
Status = ImportRun.Status


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument("path", type=Path)
        parser.add_argument("--profile", default="", help="what the file is, by code")
        parser.add_argument(
            "--option",
            action="append",
            default=[],
            metavar="NAME=VALUE",
            help="what holds for all rows, such as channel=web or location=MUC",
        )
        parser.add_argument(
            "--column",
            action="append",
            default=[],
            metavar="OURS=THEIRS",
            help="what the file calls one of our columns",
        )
        parser.add_argument("--date-order", choices=["dmy", "mdy"], default="")
        parser.add_argument("--ignore-unknown", action="store_true")
        parser.add_argument("--apply", action="store_true")
        parser.add_argument(
            "--whole", action="store_true", help="nothing while a row is wrong"
        )
        parser.add_argument("--errors", type=Path, help="write the rows left out here")

    def handle(self, *args, **given):
        path = given["path"]
        if not path.is_file():
            raise CommandError(_("%(path)s: there is no such file.") % {"path": path})
        try:
            run = self._preview(path, given)
            self._say(run)
            if given["apply"]:
                self._apply(run, given["whole"])
        except BusinessRuleError as error:
            raise CommandError(str(error)) from error
        if given["errors"]:
            with given["errors"].open("w", encoding="utf-8", newline="") as file:
                file.writelines(showing.error_file(run))

    def _preview(self, path: Path, given: dict) -> ImportRun:
        options = _pairs(given["option"])
        if given["column"]:
            options["columns"] = _pairs(given["column"])
        if given["date_order"]:
            options["date_order"] = given["date_order"]
        if given["ignore_unknown"]:
            options["ignored"] = ["*"]
        run = runs.upload(
            pieces_of(path),
            path.name,
            actor=ACTOR,
            profile=given["profile"],
            options=options,
        )
        runs.preview(run.pk)  # a large one too: there is nobody to wait for
        run.refresh_from_db()
        if run.status != Status.PREVIEWED:
            raise BusinessRuleError(run.error)
        return run

    def _say(self, run: ImportRun) -> None:
        counts = ", ".join(f"{name} {n}" for name, n in run.counts().items())
        self.stdout.write(f"{run.name}: {run.profile}, {run.row_count} ({counts})")
        for repair in showing.repairs(run)[:MOST_SAID]:
            place = f"{repair.number}, {repair.column}".removesuffix(", ")
            self.stdout.write(f"  {repair.count} × {place}: {repair.text}")
        for number, reason in showing.left(run):
            self.stdout.write(f"  {number} × {reason}")
        for text, concerned in run.consequences:
            names = ", ".join(name for _model, _pk, name in concerned)
            self.stdout.write(f"  {text} {names}".rstrip())

    def _apply(self, run: ImportRun, whole: bool) -> None:
        deciding.apply_run(run, actor=ACTOR, whole=whole)
        run.refresh_from_db()
        work_on(run.job_id)
        run.refresh_from_db()
        results = applying.results(run)
        labels = ImportRow.Status
        said = ", ".join(
            f"{inside(labels(name).label)} {n}" for name, n in sorted(results.items())
        )
        self.stdout.write(f"{run.get_status_display()}: {said}")


def _pairs(said: list[str]) -> dict[str, str]:
    pairs = {}
    for each in said:
        name, sign, value = each.partition("=")
        if not sign:
            raise CommandError(_("%(said)s: write NAME=VALUE.") % {"said": each})
        pairs[name] = value
    return pairs
