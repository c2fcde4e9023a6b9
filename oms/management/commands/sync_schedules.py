"""The clock of the task queue, as oms/schedules.py lists it."""

from django.core.management import BaseCommand
from django.utils.translation import ngettext

from oms import schedules


class Command(BaseCommand):
    help = "Make the periodic tasks agree with oms/schedules.py; may run at any time."

    def handle(self, *args: object, **options: object) -> None:
        changed = schedules.sync()
        for name in changed:
            self.stdout.write(name)
        text = ngettext(
            "%(n)d periodic task, %(changed)d changed.",
            "%(n)d periodic tasks, %(changed)d changed.",
            len(schedules.PERIODIC),
        )
        numbers = {"n": len(schedules.PERIODIC), "changed": len(changed)}
        self.stdout.write(text % numbers)
