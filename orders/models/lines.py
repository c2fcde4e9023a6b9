"""The lines of an order, with counters of where their pieces are."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from inventory.models import Product
from oms.core.base import TimestampedModel
from orders.models.orders import Order


class OrderLine(TimestampedModel):
    """A SKU and its quantity, followed by counters of where the pieces are.

    quantity = cancelled + shipped + open; open = allocated + waiting. An allocated
    piece stands at a location; shipping moves it from allocated to shipped.

    A bundle is a line with the price and, after it, a line without a price for each of
    its components (`parent`). Only components are sent; the counters of the bundle
    follow theirs: a bundle is where all of its components are.
    """

    order = models.ForeignKey(
        Order, models.PROTECT, related_name="lines", verbose_name=_("order")
    )
    position = models.PositiveSmallIntegerField(_("position"))
    product = models.ForeignKey(
        Product,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="order_lines",
        verbose_name=_("product"),
        db_index=False,  # orderline_waiting serves the hot query
    )
    sku = models.CharField(_("SKU"), max_length=64)
    channel_sku = models.CharField(
        _("channel's SKU"),
        max_length=64,
        blank=True,
        help_text=_("What the channel said, where it is not our SKU."),
    )
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="components",
        verbose_name=_("bundle"),
        db_index=False,  # the lines of one order are read together
    )
    pieces_per_bundle = models.PositiveIntegerField(
        _("pieces per bundle"), null=True, blank=True
    )
    is_bundle = models.BooleanField(_("bundle"), default=False)
    name = models.CharField(_("name"), max_length=200, blank=True)

    quantity = models.IntegerField(_("quantity"))
    cancelled_quantity = models.IntegerField(_("cancelled"), default=0)
    allocated_quantity = models.IntegerField(_("allocated"), default=0)
    shipped_quantity = models.IntegerField(_("shipped"), default=0)
    delivered_quantity = models.IntegerField(_("delivered"), default=0)
    returned_quantity = models.IntegerField(_("returned"), default=0)
    waiting_quantity = models.GeneratedField(
        expression=F("quantity")
        - F("cancelled_quantity")
        - F("allocated_quantity")
        - F("shipped_quantity"),
        output_field=models.IntegerField(),
        db_persist=True,
        verbose_name=_("waiting"),
    )

    unit_price = models.DecimalField(_("unit price"), max_digits=14, decimal_places=4)
    discount_amount = models.DecimalField(
        _("discount"), max_digits=14, decimal_places=4, default=0
    )
    tax_amount = models.DecimalField(
        _("tax"), max_digits=14, decimal_places=4, default=0
    )
    total_amount = models.DecimalField(_("total"), max_digits=14, decimal_places=4)

    class Meta:
        verbose_name = _("order line")
        verbose_name_plural = _("order lines")
        permissions = [
            ("export_orderline", "Can export order lines"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(quantity__gt=0), name="orderline_quantity_positive"
            ),
            models.CheckConstraint(
                condition=Q(cancelled_quantity__gte=0)
                & Q(allocated_quantity__gte=0)
                & Q(shipped_quantity__gte=0)
                & Q(delivered_quantity__gte=0)
                & Q(returned_quantity__gte=0),
                name="orderline_counters_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(waiting_quantity__gte=0), name="orderline_not_over_served"
            ),
            models.CheckConstraint(
                condition=Q(parent__isnull=True, pieces_per_bundle__isnull=True)
                | Q(parent__isnull=False, pieces_per_bundle__gt=0, is_bundle=False),
                name="orderline_component_of_a_bundle",
            ),
            models.CheckConstraint(
                condition=Q(delivered_quantity__lte=F("shipped_quantity"))
                & Q(returned_quantity__lte=F("shipped_quantity")),
                name="orderline_back_only_what_left",
            ),
        ]
        indexes = [
            # demand that waits for stock of a product
            models.Index(
                fields=["product"],
                name="orderline_waiting",
                condition=Q(waiting_quantity__gt=0),
            ),
            # searches: which orders have a SKU
            models.Index(fields=["sku", "order"], name="orderline_sku"),
        ]

    def __str__(self):
        return f"{self.quantity} × {self.sku}"

    @property
    def open_quantity(self) -> int:
        """Neither cancelled nor shipped; true for changes in memory too, unlike the
        generated column."""
        return self.quantity - self.cancelled_quantity - self.shipped_quantity

    @property
    def unserved_quantity(self) -> int:
        """Open and at no location: the waiting quantity as it stands in memory."""
        return self.open_quantity - self.allocated_quantity

    @property
    def wanted_quantity(self) -> int:
        """The pieces to find a location for: a bundle is sent as its components."""
        return 0 if self.is_bundle else self.unserved_quantity
