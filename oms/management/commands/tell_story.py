"""One more order of the demo shop, told from the inbox to the refund."""

from django.conf import settings
from django.core.management import BaseCommand, CommandError, call_command
from django.utils import timezone
from django.utils.translation import gettext as _

from oms.story import account, play, telling


class Command(BaseCommand):
    help = "Play one order of the demo shop from its message to its refund."

    def handle(self, *args: object, **options: object) -> None:
        if not settings.DEBUG:
            raise CommandError(_("The story makes orders; it is refused with DEBUG=0."))
        if play.is_open():
            self._title(_("One order, from the inbox to the door and back"))
            self._say(telling.tell_order(timezone.now()))
            if goods := list(telling.tell_goods_in()):
                self._title(_("Goods arrive"))
                self._say(goods)
        else:
            self._say([_("The demo shop is not here: its story is left out.")])
        self._title(_("How things stand"))
        self._say(account.orders_by_phase())
        self._say(account.money())
        self._say(account.stock_identity())
        self._check()

    def _title(self, text: str) -> None:
        self.stdout.write("\n" + self.style.MIGRATE_HEADING(text))

    def _say(self, texts) -> None:
        for text in texts:
            self.stdout.write(text)

    def _check(self) -> None:
        """A broken number is said loudly, and does not keep the demo from serving."""
        try:
            call_command("check_invariants", stdout=self.stdout, stderr=self.stderr)
        except SystemExit:
            self.stderr.write(_("Some numbers are wrong: see the lines above."))
