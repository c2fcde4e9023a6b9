"""The roles of staff, as oms/roles.py lists them."""

from django.core.management import BaseCommand
from django.utils.translation import gettext as _

from oms import roles


class Command(BaseCommand):
    help = "Make the groups agree with oms/roles.py; may run at any time."

    def handle(self, *args: object, **options: object) -> None:
        for name, count in roles.sync().items():
            self.stdout.write(
                _("%(role)s: %(n)d permissions") % {"role": name, "n": count}
            )
