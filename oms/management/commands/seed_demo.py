"""Fill an empty database with a shop that has been living for some weeks."""

from datetime import timedelta

from django.conf import settings
from django.core.management import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django_q.models import OrmQ

from channels.models import Channel
from inventory.models import Location, Product
from oms.core.progress import Progress
from oms.demo.days import Demo
from oms.demo.opening import open_shop
from oms.demo.plan import DAYS, USUAL, plan
from orders.models import Order

LEAST, LEAST_DAYS = 100, 20
STRANGERS = (Channel, Location, Product, Order)


class Command(BaseCommand):
    help = "Fill an empty database with the demo shop: products, places, 2,000 orders."

    def add_arguments(self, parser) -> None:
        parser.add_argument(
            "--orders",
            type=int,
            default=USUAL,
            help=_("how many orders in all; 2000 unless said otherwise"),
        )
        parser.add_argument(
            "--days",
            type=int,
            default=DAYS,
            help=_("how long the shop has been living; 60 days unless said otherwise"),
        )
        parser.add_argument(
            "--if-empty",
            action="store_true",
            help=_("do nothing, instead of failing, where there are rows already"),
        )

    def handle(
        self, *args: object, orders: int, days: int, if_empty: bool, **_o: object
    ) -> None:
        if not settings.DEBUG:
            raise CommandError(
                _("The demo shop makes up orders; it is refused with DEBUG=0.")
            )
        if orders < LEAST:
            raise CommandError(
                _("--orders %(n)d: at least %(least)d make a shop.")
                % {"n": orders, "least": LEAST}
            )
        if days < LEAST_DAYS:
            raise CommandError(
                _("--days %(n)d: all that happens takes at least %(least)d.")
                % {"n": days, "least": LEAST_DAYS}
            )
        if found := [model for model in STRANGERS if model.objects.exists()]:
            if if_empty:
                return
            raise CommandError(
                _(
                    "The database holds %(what)s already; the demo shop fills an empty "
                    "one only. Make a new database, or leave this one as it is."
                )
                % {"what": found[0]._meta.verbose_name_plural}
            )
        self._fill(orders, days)

    def _fill(self, orders: int, days: int) -> None:
        """All of it or nothing: whoever stops it leaves the database empty."""
        now = timezone.now()
        midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
        first_day = midnight - timedelta(days=days)
        planned = plan(orders, first_day, now)
        with transaction.atomic(), Progress(days, self.stderr, _("days")) as progress:
            shop = open_shop(first_day)
            Demo(shop, planned, first_day).live(now, progress.advance)
            OrmQ.objects.all().delete()  # what was queued has been done above
        self.stdout.write(
            _(
                "The demo shop: %(products)d products, %(places)d places, "
                "%(channels)d channels, %(orders)d orders in %(days)d days."
            )
            % {
                "products": len(shop.products),
                "places": len(shop.locations),
                "channels": len(shop.channels),
                "orders": len(planned),
                "days": days,
            }
        )
