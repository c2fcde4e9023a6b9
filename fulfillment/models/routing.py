from django.db import models
from django.utils.translation import gettext_lazy as _

from orders.models import Order


class RoutingDecision(models.Model):
    """Why the pieces of an order are where they are: one row for each run of the
    routing over an order, with an entry for each of its lines. Insert-only.

    `candidates`, best first: [{"code": …, "distance_km": … if known, "excluded": code
    if left out}]. `lines`: [{"position": …, "wanted": …, "available": {location code:
    pieces}, "granted": {location code: pieces}}]. `fulfillment/routing/explain.py`
    makes sentences of it.
    """

    order = models.ForeignKey(
        Order,
        models.PROTECT,
        related_name="routing_decisions",
        verbose_name=_("order"),
    )
    mode = models.CharField(_("mode"), max_length=16)
    candidates = models.JSONField(_("candidates"))
    lines = models.JSONField(_("lines"))
    splits = models.PositiveSmallIntegerField(_("parts"))
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("routing decision")
        verbose_name_plural = _("routing decisions")

    def __str__(self):
        return _("Routing of order %(order)s") % {"order": self.order_id}
