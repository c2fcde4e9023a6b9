"""What the policy of a channel says about a return: binding for customers, advice for
staff."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Max
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from fulfillment.models import Shipment
from orders.models import Order, OrderLine
from returns.models import ReturnPolicy

DEFAULT = ReturnPolicy()  # where no policy is kept: its defaults


class Policies:
    """The policies of some orders, loaded once: three statements."""

    def __init__(self, orders: Iterable[Order]):
        orders = list(orders)
        self.by_channel: dict[int | None, ReturnPolicy] = {}
        self.final: dict[int | None, set[int]] = {}
        rows = ReturnPolicy.objects.prefetch_related("final_sale")
        for policy in rows:
            self.by_channel[policy.channel_id] = policy
            self.final[policy.channel_id] = {p.pk for p in policy.final_sale.all()}
        self.arrived = dict(
            Shipment.objects.filter(order__in=orders, delivered_at__isnull=False)
            .values_list("order")
            .annotate(Max("delivered_at"))
        )

    def of(self, order: Order) -> ReturnPolicy:
        own = self.by_channel.get(order.channel_id)
        return own or self.by_channel.get(None) or DEFAULT

    def objections(
        self, order: Order, lines: Iterable[OrderLine], at: datetime
    ) -> list[str]:
        """Why the policy does not allow it; empty where it does."""
        policy = self.of(order)
        found = []
        arrived = self.arrived.get(order.pk)
        last = arrived and arrived + timedelta(days=policy.window_days)
        if last and at > last:
            found.append(
                _("the %(days)d days to return it ended on %(day)s")
                % {
                    "days": policy.window_days,
                    "day": date_format(last, "SHORT_DATE_FORMAT"),
                }
            )
        final = self.final.get(policy.channel_id, set())
        found += (
            _("%(sku)s is a final sale") % {"sku": line.sku}
            for line in lines
            if line.product_id in final
        )
        return found
