"""The order: one agreement with a customer, never split, and its lines with
counters."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django_fsm import transition

from channels.models import Channel, InboundMessage, PaymentTerms
from oms.core.api.models import ApiKey
from oms.core.base import StatusField, StatusModel
from orders import guards
from orders.models.addresses import NAME_WORDS, PHONE_DIGITS, ShipTo
from orders.models.customers import Customer
from orders.models.statuses import FulfillmentStatus, PaymentStatus, Phase, Status


class OrderSet(models.QuerySet):
    def for_key(self, key: ApiKey) -> "OrderSet":
        """What a partner's key may see: the orders of its channels."""
        channels = Channel.objects.for_key(key).values_list("pk", flat=True)
        return self.filter(channel__in=list(channels))


class Order(ShipTo, StatusModel):
    """The row is the lock of everything that belongs to the order.

    `payment_status`, `fulfillment_status` and `phase` are derived by
    `orders/services/rollups.py` and written there only.
    """

    Status = Status
    LIVE = (Status.CONFIRMED, Status.PROCESSING)  # what stock may be given to
    asked_pieces = 0  # that partners were asked to cancel, by the service just called
    over_limit = ""  # why it may not wait for stock; see services/backorders.py
    TURN = ("-priority", F("ship_by").asc(nulls_last=True), "placed_at", "pk")

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

    payment_terms = models.CharField(
        _("payment terms"),
        max_length=16,
        choices=PaymentTerms,
        default="",
        blank=True,
    )
    ship_complete = models.BooleanField(
        _("ship complete"),
        default=False,
        help_text=_("Waits until everything is there."),
    )
    service = models.CharField(
        _("delivery service"),
        max_length=32,
        blank=True,
        help_text=_("What the customer chose, as in express; empty for the cheapest."),
    )
    ship_by = models.DateTimeField(_("ship by"), null=True, blank=True)
    promised_at = models.DateField(_("promised for"), null=True, blank=True)
    active_holds = models.JSONField(
        _("active holds"),
        default=list,
        editable=False,
        help_text=_("Derived from the holds, for guards."),
    )
    tags = ArrayField(
        models.CharField(max_length=32),
        verbose_name=_("tags"),
        default=list,
        blank=True,
        size=20,
    )
    is_gift = models.BooleanField(_("gift"), default=False)
    gift_message = models.CharField(_("gift message"), max_length=500, blank=True)
    accepted_findings = models.JSONField(
        _("accepted findings"),
        default=list,
        editable=False,
        help_text=_("What somebody has looked at and found right; see the timeline."),
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

    objects = OrderSet.as_manager()

    class Meta:
        verbose_name = _("order")
        verbose_name_plural = _("orders")
        permissions = [
            ("confirm_order", "Can confirm orders"),
            ("cancel_order", "Can cancel orders"),
            ("correct_order", "Can correct addresses and accept findings"),
            ("reship_order", "Can send again what has left, free of charge"),
            ("annotate_order", "Can set notes, tags, gift and priority"),
            ("import_order", "Can import orders from files"),
            ("export_order", "Can export orders"),
        ]
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
            # partners' programs follow what has changed
            models.Index(fields=["updated_at", "id", "channel"], name="order_changes"),
            # what is late, and work by its deadline
            models.Index(
                fields=["ship_by"],
                name="order_due",
                condition=Q(status__in=["confirmed", "processing"]),
            ),
            # what is not at home with its customer yet, by its deadline
            models.Index(
                fields=["ship_by", "promised_at", "placed_at", "id"],
                name="order_moving",
                condition=Q(status__in=["pending", "confirmed", "processing"])
                | Q(phase="shipped"),
            ),
            # searches: by phone number, by words of the name
            models.Index(
                PHONE_DIGITS, name="order_phone", condition=~Q(ship_to_phone="")
            ),
            GinIndex(NAME_WORDS, name="order_name_words"),
            # tag: of the search; most orders have none
            GinIndex(fields=["tags"], name="order_tags", condition=~Q(tags=[])),
        ]

    def __str__(self):
        return _("Order %(number)s") % {"number": self.number}

    @property
    def turn(self) -> tuple:
        """Who gets scarce stock first, as TURN sorts: priority, the earlier ship-by
        date (none comes last), age."""
        due = self.ship_by
        return (
            -self.priority,
            due is None,
            due or self.placed_at,
            self.placed_at,
            self.pk,
        )

    @transition(
        field="status",
        source=Status.PENDING,
        target=Status.CONFIRMED,
        conditions=[
            guards.has_lines,
            guards.skus_are_known,
            guards.address_is_sound,
            guards.totals_add_up,
            guards.prices_are_right,
            guards.is_no_duplicate,
            guards.within_backorder_limit,
            guards.payment_is_secured,
            guards.no_hold_on_confirming,
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
