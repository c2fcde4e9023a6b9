"""The lines of the work are the allocations: pieces that stand promised at a
location."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from fulfillment.models.work import FulfillmentOrder
from inventory.models import StockLevel
from oms.core.base import TimestampedModel
from orders.models import OrderLine


class FulfillmentOrderLine(TimestampedModel):
    """The allocation: pieces of one order line at one stock level.

    open = quantity − shipped − released. `stock_level` is null for what keeps no stock.
    """

    fulfillment_order = models.ForeignKey(
        FulfillmentOrder,
        models.PROTECT,
        related_name="lines",
        verbose_name=_("fulfillment order"),
    )
    order_line = models.ForeignKey(
        OrderLine,
        models.PROTECT,
        related_name="fulfillment_lines",
        verbose_name=_("order line"),
    )
    stock_level = models.ForeignKey(
        StockLevel,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="fulfillment_lines",
        verbose_name=_("stock level"),
        db_index=False,  # fulfillmentorderline_open serves who holds a level
    )
    quantity = models.IntegerField(_("quantity"))
    picked_quantity = models.IntegerField(_("picked"), default=0)
    shipped_quantity = models.IntegerField(_("shipped"), default=0)
    released_quantity = models.IntegerField(_("given back"), default=0)
    open_quantity = models.GeneratedField(
        expression=F("quantity") - F("shipped_quantity") - F("released_quantity"),
        output_field=models.IntegerField(),
        db_persist=True,
        verbose_name=_("open"),
    )

    class Meta:
        verbose_name = _("fulfillment order line")
        verbose_name_plural = _("fulfillment order lines")
        constraints = [
            models.CheckConstraint(
                condition=Q(quantity__gt=0), name="fulfillmentorderline_positive"
            ),
            models.CheckConstraint(
                condition=Q(open_quantity__gte=0)
                & Q(shipped_quantity__gte=0)
                & Q(released_quantity__gte=0),
                name="fulfillmentorderline_not_over_used",
            ),
            models.CheckConstraint(
                condition=Q(picked_quantity__gte=0)
                & Q(picked_quantity__lte=F("quantity")),
                name="fulfillmentorderline_picked_within",
            ),
        ]
        indexes = [
            # which orders hold a stock level
            models.Index(
                fields=["stock_level"],
                name="fulfillmentorderline_open",
                condition=Q(open_quantity__gt=0),
            ),
        ]

    def __str__(self):
        return f"{self.quantity} × {self.order_line_id}"

    @property
    def held_quantity(self) -> int:
        """Open pieces as they stand in memory, unlike the generated column."""
        return self.quantity - self.shipped_quantity - self.released_quantity

    @property
    def unpicked_quantity(self) -> int:
        """Still to be taken from the shelf: what has left was picked too."""
        return self.quantity - self.released_quantity - self.picked_quantity
