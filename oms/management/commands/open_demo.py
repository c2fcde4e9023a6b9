"""All that bin/demo needs of Django, in one process: each start takes a second."""

from io import StringIO

from django.conf import settings
from django.core.management import BaseCommand, CommandError, call_command
from django.db import DatabaseError
from django.utils.translation import gettext as _

QUIET = ("sync_schedules", "sync_roles", "ensure_demo_admin")


class Command(BaseCommand):
    help = (
        "Migrate the database of the local demo, fill it where it is empty, and tell "
        "the story of one order; refused with DEBUG=0."
    )

    def handle(self, *args: object, **options: object) -> None:
        if not settings.DEBUG:
            raise CommandError(
                _("The demo has published passwords and is refused with DEBUG=0.")
            )
        migrate()
        for name in QUIET:
            call_command(name, stdout=StringIO())
        said = {"stdout": self.stdout, "stderr": self.stderr}
        call_command("seed_demo", if_empty=True, **said)
        call_command("tell_story", **said)


def migrate() -> None:
    try:
        call_command("migrate", interactive=False, verbosity=0)
    except DatabaseError as error:
        text = _(
            "The database could not be prepared: correct DATABASE_URL, or look with"
            " .venv/bin/python manage.py doctor. It said: %(error)s"
        )
        raise CommandError(text % {"error": " ".join(str(error).split())}) from error
