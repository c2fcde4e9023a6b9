"""All that bin/demo needs of Django, in one process: each start takes a second."""

from io import StringIO

from django.core.management import BaseCommand, call_command

QUIET = ("sync_schedules", "sync_roles", "ensure_demo_admin")


class Command(BaseCommand):
    help = (
        "Prepare the local demo, fill the database where it is empty, and tell the "
        "story of one order; refused with DEBUG=0."
    )

    def handle(self, *args: object, **options: object) -> None:
        for name in QUIET:
            call_command(name, stdout=StringIO())
        said = {"stdout": self.stdout, "stderr": self.stderr}
        call_command("seed_demo", if_empty=True, **said)
        call_command("tell_story", **said)
