"""What a list of the back office shows, as a file."""

from pathlib import Path

from django.core.management import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from oms.core.exceptions import BusinessRuleError
from oms.core.exports import making, resources
from oms.core.exports.daily import rows_shown
from oms.core.files.placing import placed
from oms.core.files.writing import FORMATS
from oms.core.models import User
from oms.core.words import whole

ACTOR = "command:export_data"


class Command(BaseCommand):
    help = (
        "Write what a list of the back office shows into a file. Search and filters "
        "are those of its address, behind the “?”, as in --query 'queue=late'."
    )

    def add_arguments(self, parser):
        parser.add_argument("what", choices=sorted(resources.all_named()))
        parser.add_argument("--format", choices=sorted(FORMATS), default="csv")
        parser.add_argument("--query", default="", help="search and filters")
        parser.add_argument(
            "--output", type=Path, help="the file; otherwise one with the date, here"
        )

    def handle(self, *args, what, format, query, output, **options) -> None:  # noqa: A002
        resource, kind = resources.named(what), FORMATS[format]
        everybody = User(username="export_data", is_superuser=True, is_staff=True)
        try:
            rows = rows_shown(resource, query.removeprefix("?"), everybody)
            wanted = making.Wanted(resource, kind, rows, ACTOR)
            path = output or Path(wanted.file(what, timezone.now()).name)
            with placed(path) as out:
                file = making.write_file(wanted, out)
        except (BusinessRuleError, OSError) as error:
            raise CommandError(str(error)) from error
        said = {"rows": whole(file.row_count), "path": path}
        self.stderr.write(_("%(rows)s rows written to %(path)s.") % said)
