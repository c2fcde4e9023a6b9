"""Work: the quantities of one order that one location sends. Its lines are the
allocations: the pieces that stand promised there."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django_fsm import transition

from fulfillment import guards
from inventory.models import Location, StockLevel
from oms.core.base import StatusField, StatusModel, TimestampedModel
from orders.models import Order, OrderLine


class Status(models.TextChoices):
    ASSIGNED = "assigned", _("Assigned")
    RELEASED = "released", _("Released")
    PICKING = "picking", _("Picking")
    PACKED = "packed", _("Packed")
    FULFILLED = "fulfilled", _("Fulfilled")
    CANCELLED = "cancelled", _("Cancelled")


class FulfillmentOrder(StatusModel):
    """Made with its location, which never changes. Locked through its order."""

    Status = Status
    STOPPABLE = (Status.ASSIGNED, Status.RELEASED)  # nobody has goods in hand
    IN_HAND = (Status.PICKING, Status.PACKED)
    OPEN = (*STOPPABLE, *IN_HAND)

    number = models.CharField(_("number"), max_length=32, unique=True)
    order = models.ForeignKey(
        Order,
        models.PROTECT,
        related_name="fulfillment_orders",
        verbose_name=_("order"),
    )
    location = models.ForeignKey(
        Location,
        models.PROTECT,
        related_name="fulfillment_orders",
        verbose_name=_("location"),
        db_index=False,  # fulfillmentorder_open serves the floor
    )
    status = StatusField(_("status"), choices=Status, default=Status.ASSIGNED)
    assigned_at = models.DateTimeField(_("assigned at"))
    released_at = models.DateTimeField(_("released at"), null=True, blank=True)
    picking_at = models.DateTimeField(_("picking since"), null=True, blank=True)
    packed_at = models.DateTimeField(_("packed at"), null=True, blank=True)
    fulfilled_at = models.DateTimeField(_("fulfilled at"), null=True, blank=True)
    cancelled_at = models.DateTimeField(_("cancelled at"), null=True, blank=True)

    class Meta:
        verbose_name = _("fulfillment order")
        verbose_name_plural = _("fulfillment orders")
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=Status.values),
                name="fulfillmentorder_status_known",
            ),
        ]
        indexes = [
            # the work of a location by status, oldest first
            models.Index(
                fields=["location", "status", "assigned_at"],
                name="fulfillmentorder_open",
                condition=~Q(status__in=["fulfilled", "cancelled"]),
            ),
        ]

    def __str__(self):
        return _("Fulfillment order %(number)s") % {"number": self.number}

    @property
    def timeline_root(self) -> tuple[str, int]:
        return "order", self.order_id

    @transition(
        field="status",
        source=Status.ASSIGNED,
        target=Status.RELEASED,
        conditions=[guards.order_is_live, guards.has_open_pieces],
        custom={"action": "fulfillmentorder.released"},
    )
    def release(self, *, at):
        self.released_at = at

    @transition(
        field="status",
        source=Status.RELEASED,
        target=Status.PICKING,
        custom={"action": "fulfillmentorder.picking_started"},
    )
    def start_picking(self, *, at):
        self.picking_at = at

    @transition(
        field="status",
        source=Status.PICKING,
        target=Status.PACKED,
        conditions=[guards.all_is_picked, guards.has_open_pieces],
        custom={"action": "fulfillmentorder.packed"},
    )
    def pack(self, *, at):
        self.packed_at = at

    @transition(
        field="status",
        source=Status.PACKED,
        target=Status.PICKING,
        custom={"action": "fulfillmentorder.unpacked"},
    )
    def unpack(self, *, at):
        """A part of it was cancelled: the box has to be opened again."""
        self.packed_at = None

    @transition(
        field="status",
        source=Status.PACKED,
        target=Status.FULFILLED,
        custom={"action": "fulfillmentorder.fulfilled"},
    )
    def fulfill(self, *, at):
        self.fulfilled_at = at

    @transition(
        field="status",
        source=[Status.ASSIGNED, Status.RELEASED, Status.PICKING, Status.PACKED],
        target=Status.CANCELLED,
        conditions=[guards.nothing_left],
        custom={"action": "fulfillmentorder.cancelled"},
    )
    def cancel(self, *, at):
        """What it held must be given back first."""
        self.cancelled_at = at


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
