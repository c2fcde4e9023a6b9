"""A small shop lives through a day, and one of its orders is told in full."""

from django.conf import settings
from django.core.management import BaseCommand, CommandError, call_command
from django.utils import timezone
from django.utils.translation import gettext as _

from oms.story import account, play, shop, telling
from orders.models import Order


class Command(BaseCommand):
    help = "Play a small shop and tell one order from inbox to delivered; for demos."

    def handle(self, *args: object, **options: object) -> None:
        if not settings.DEBUG:
            raise CommandError(_("The story makes orders; it is refused with DEBUG=0."))
        at = timezone.now()
        here = shop.open_shop(at)
        if not Order.objects.filter(external_id="story-plain-01").exists():
            play.play_first_day(here, at)
            self._title(_("A shop opens"))
            self.stdout.write(
                _(
                    "Two warehouses, BER and NYC, and a store, HAM. %(products)d "
                    "products. The web shop sends %(orders)d orders."
                )
                % {"products": len(here.products), "orders": len(play.first_day())}
            )
        self._title(_("One order, from the inbox to the door"))
        self._say(telling.tell_order(here, at))
        if goods := list(telling.tell_goods_in(here, at)):
            self._title(_("Goods arrive"))
            self._say(goods)
        self._title(_("How things stand"))
        self._say(account.orders_by_phase())
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
