"""The order: one agreement with a customer, never split, and its lines with
counters."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django_fsm import transition

from channels.models import Channel, InboundMessage
from inventory.models import Product
from oms.core.base import StatusField, StatusModel, TimestampedModel
from orders import guards
from orders.models.customers import Customer
from orders.models.statuses import FulfillmentStatus, PaymentStatus, Phase, Status


class Order(StatusModel):
    """The row is the lock of everything that belongs to the order.

    `payment_status`, `fulfillment_status` and `phase` are derived by
    `orders/services/rollups.py` and written there only.
    """

    Status = Status
    LIVE = (Status.CONFIRMED, Status.PROCESSING)  # what stock may be given to

    number = models.CharField(_("number"), max_length=32, unique=True)
    status = StatusField(_("status"), choices=Status, default=Status.PENDING)
    channel = models.ForeignKey(
        Channel, models.PROTECT, related_name="orders", verbose_name=_("channel")
    )
    external_id = models.CharField(_("external id"), max_length=128)
    inbound_message = models.OneToOneField(
        InboundMessage,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="order",
        verbose_name=_("inbound message"),
    )
    customer = models.ForeignKey(
        Customer,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="orders",
        verbose_name=_("customer"),
    )
    priority = models.SmallIntegerField(
        _("priority"), default=0, help_text=_("Higher goes first.")
    )
    placed_at = models.DateTimeField(_("placed at"))
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True, blank=True)
    completed_at = models.DateTimeField(_("completed at"), null=True, blank=True)
    cancelled_at = models.DateTimeField(_("cancelled at"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)

    currency = models.CharField(_("currency"), max_length=3)
    prices_include_tax = models.BooleanField(_("prices include tax"), default=True)
    shipping_amount = models.DecimalField(
        _("shipping"), max_digits=14, decimal_places=4, default=0
    )
    shipping_tax_amount = models.DecimalField(
        _("tax on shipping"), max_digits=14, decimal_places=4, default=0
    )
    fee_amount = models.DecimalField(
        _("fee"), max_digits=14, decimal_places=4, default=0
    )
    total_amount = models.DecimalField(_("total"), max_digits=14, decimal_places=4)
    claimed_total_amount = models.DecimalField(
        _("total the channel says"),
        max_digits=14,
        decimal_places=4,
        null=True,
        blank=True,
    )

    payment_status = models.CharField(
        _("payment"),
        max_length=24,
        choices=PaymentStatus,
        default=PaymentStatus.UNPAID,
    )
    fulfillment_status = models.CharField(
        _("fulfillment"),
        max_length=24,
        choices=FulfillmentStatus,
        default=FulfillmentStatus.UNFULFILLED,
    )
    phase = models.CharField(
        _("phase"), max_length=24, choices=Phase, default=Phase.NEW
    )

    ship_to_name = models.CharField(_("name"), max_length=200, blank=True)
    ship_to_company = models.CharField(_("company"), max_length=200, blank=True)
    ship_to_street = models.CharField(_("street"), max_length=200, blank=True)
    ship_to_street2 = models.CharField(
        _("street, 2nd line"), max_length=200, blank=True
    )
    ship_to_city = models.CharField(_("city"), max_length=200, blank=True)
    ship_to_region = models.CharField(_("region"), max_length=200, blank=True)
    ship_to_postal_code = models.CharField(_("postal code"), max_length=200, blank=True)
    ship_to_country = models.CharField(_("country"), max_length=2, blank=True)
    ship_to_phone = models.CharField(_("phone"), max_length=200, blank=True)
    ship_to_lat = models.FloatField(_("latitude"), null=True, blank=True)
    ship_to_lon = models.FloatField(_("longitude"), null=True, blank=True)

    class Meta:
        verbose_name = _("order")
        verbose_name_plural = _("orders")
        constraints = [
            models.UniqueConstraint(
                fields=["channel", "external_id"],
                name="order_external_id_unique_per_channel",
            ),
            models.CheckConstraint(
                condition=Q(status__in=Status.values), name="order_status_known"
            ),
        ]
        indexes = [
            # the newest orders of the list, and of one day
            models.Index(fields=["-placed_at", "-id"], name="order_newest"),
            # queues and counts look at open orders only
            models.Index(
                fields=["status", "phase", "placed_at"],
                name="order_open",
                condition=Q(status__in=["pending", "confirmed", "processing"]),
            ),
        ]

    def __str__(self):
        return _("Order %(number)s") % {"number": self.number}

    @transition(
        field="status",
        source=Status.PENDING,
        target=Status.CONFIRMED,
        conditions=[
            guards.has_lines,
            guards.skus_are_known,
            guards.address_is_complete,
            guards.totals_add_up,
            guards.payment_is_secured,
        ],
        custom={"action": "order.confirmed"},
    )
    def confirm(self, *, at):
        self.confirmed_at = at

    @transition(
        field="status",
        source=Status.CONFIRMED,
        target=Status.PROCESSING,
        custom={"action": "order.processing_started"},
    )
    def start(self, *, at):
        """Work on the first fulfillment order has begun."""

    @transition(
        field="status",
        source=[Status.CONFIRMED, Status.PROCESSING],
        target=Status.COMPLETED,
        conditions=[guards.nothing_is_open, guards.something_shipped],
        custom={"action": "order.completed"},
    )
    def complete(self, *, at):
        self.completed_at = at

    @transition(
        field="status",
        source=[Status.DRAFT, Status.PENDING, Status.CONFIRMED, Status.PROCESSING],
        target=Status.CANCELLED,
        conditions=[guards.nothing_shipped],
        custom={"action": "order.cancelled"},
    )
    def cancel(self, *, at, reason):
        self.cancelled_at = at


class OrderLine(TimestampedModel):
    """A SKU and its quantity, followed by counters of where the pieces are.

    quantity = cancelled + shipped + open; open = allocated + waiting. An allocated
    piece stands at a location; shipping moves it from allocated to shipped.
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
