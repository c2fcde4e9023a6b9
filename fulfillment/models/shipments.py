"""Parcels on their way."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_fsm import transition

from fulfillment import guards
from fulfillment.models.allocations import FulfillmentOrderLine
from fulfillment.models.keys import ChangesWithOrder, ShipmentSet
from fulfillment.models.work import FulfillmentOrder
from oms.core.base import LoadedModel, StatusField, StatusModel
from orders.models import Order, OrderLine


class ShipmentStatus(models.TextChoices):
    DRAFT = "draft", _("Draft")
    SHIPPED = "shipped", _("Shipped")
    DELIVERED = "delivered", _("Delivered")
    VOIDED = "voided", _("Voided")


class TrackingStatus(models.TextChoices):
    """What the carrier says, kept apart from what we know."""

    UNKNOWN = "unknown", _("Unknown")
    PRE_TRANSIT = "pre_transit", _("Pre-transit")
    IN_TRANSIT = "in_transit", _("In transit")
    OUT_FOR_DELIVERY = "out_for_delivery", _("Out for delivery")
    AVAILABLE_FOR_PICKUP = "available_for_pickup", _("Available for pickup")
    DELIVERED = "delivered", _("Delivered")
    DELIVERY_FAILED = "delivery_failed", _("Delivery failed")
    RETURN_TO_SENDER = "return_to_sender", _("Return to sender")
    EXCEPTION = "exception", _("Exception")


class Shipment(ChangesWithOrder, StatusModel):
    """One parcel of one fulfillment order. Locked through its order."""

    Status = ShipmentStatus

    number = models.CharField(_("number"), max_length=32, unique=True)
    order = models.ForeignKey(
        Order, models.PROTECT, related_name="shipments", verbose_name=_("order")
    )
    fulfillment_order = models.ForeignKey(
        FulfillmentOrder,
        models.PROTECT,
        related_name="shipments",
        verbose_name=_("fulfillment order"),
    )
    status = StatusField(
        _("status"), choices=ShipmentStatus, default=ShipmentStatus.DRAFT
    )
    carrier = models.CharField(_("carrier"), max_length=64, blank=True)
    tracking_number = models.CharField(_("tracking number"), max_length=64, blank=True)
    tracking_status = models.CharField(
        _("tracking"),
        max_length=24,
        choices=TrackingStatus,
        default=TrackingStatus.UNKNOWN,
    )
    service = models.CharField(_("service"), max_length=32, blank=True)
    weight_grams = models.PositiveIntegerField(_("weight (g)"), null=True, blank=True)
    promised_at = models.DateField(_("promised for"), null=True, blank=True)
    last_event_at = models.DateTimeField(
        _("last heard of"),
        null=True,
        blank=True,
        help_text=_("Shipped, or the newest report of the carrier."),
    )
    shipped_at = models.DateTimeField(_("shipped at"), null=True, blank=True)
    handed_over_at = models.DateTimeField(
        _("handed over at"), null=True, blank=True, help_text=_("To its carrier.")
    )
    delivered_at = models.DateTimeField(_("delivered at"), null=True, blank=True)

    objects = ShipmentSet.as_manager()

    class Meta:
        verbose_name = _("shipment")
        verbose_name_plural = _("shipments")
        permissions = [
            ("ship_shipment", "Can ship parcels and hand them over"),
            ("export_shipment", "Can export shipments"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["tracking_number", "carrier"],
                condition=~Q(tracking_number=""),
                name="shipment_tracking_number_once",
            ),
            models.CheckConstraint(
                condition=Q(status__in=ShipmentStatus.values),
                name="shipment_status_known",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["draft", "voided"]) | ~Q(tracking_number=""),
                name="shipment_shipped_has_tracking",
            ),
            models.CheckConstraint(
                condition=Q(handed_over_at__isnull=True)
                | Q(status__in=["shipped", "delivered"]),
                name="shipment_handed_over_has_left",
            ),
        ]
        indexes = [
            # parcels on their way, the longest silent first
            models.Index(
                fields=["last_event_at"],
                name="shipment_silent",
                condition=Q(status="shipped"),
            ),
            # what has left today
            models.Index(
                fields=["shipped_at"],
                name="shipment_shipped",
                condition=Q(shipped_at__isnull=False),
            ),
            # parcels that have a label and stand here
            models.Index(
                fields=["fulfillment_order"],
                name="shipment_not_handed_over",
                condition=Q(status__in=["draft", "shipped"])
                & Q(handed_over_at__isnull=True),
            ),
        ]

    def __str__(self):
        return _("Shipment %(number)s") % {"number": self.number}

    @property
    def timeline_root(self) -> tuple[str, int]:
        return "order", self.order_id

    @property
    def kilograms(self) -> str:
        return f"{(self.weight_grams or 0) / 1000:.3f}"

    @transition(
        field="status",
        source=ShipmentStatus.DRAFT,
        target=ShipmentStatus.SHIPPED,
        conditions=[
            guards.work_is_packed,
            guards.has_tracking_number,
            guards.no_hold_on_shipping,
        ],
        custom={"action": "shipment.shipped"},
    )
    def ship(self, *, at):
        self.shipped_at = self.last_event_at = at

    @transition(
        field="status",
        source=ShipmentStatus.SHIPPED,
        target=ShipmentStatus.DELIVERED,
        custom={"action": "shipment.delivered"},
    )
    def deliver(self, *, at):
        self.delivered_at = at

    @transition(
        field="status",
        source=ShipmentStatus.DRAFT,
        target=ShipmentStatus.VOIDED,
        custom={"action": "shipment.voided"},
    )
    def void(self, *, at):
        """It never leaves: its order was cancelled while it stood packed."""


class ShipmentLine(LoadedModel):
    shipment = models.ForeignKey(
        Shipment, models.PROTECT, related_name="lines", verbose_name=_("shipment")
    )
    fulfillment_line = models.ForeignKey(
        FulfillmentOrderLine,
        models.PROTECT,
        related_name="shipment_lines",
        verbose_name=_("fulfillment order line"),
    )
    order_line = models.ForeignKey(
        OrderLine,
        models.PROTECT,
        related_name="shipment_lines",
        verbose_name=_("order line"),
    )
    quantity = models.IntegerField(_("quantity"))

    class Meta:
        verbose_name = _("shipment line")
        verbose_name_plural = _("shipment lines")
        constraints = [
            models.CheckConstraint(
                condition=Q(quantity__gt=0), name="shipmentline_quantity_positive"
            ),
        ]

    def __str__(self):
        return f"{self.quantity} × {self.order_line_id}"


class TrackingEvent(LoadedModel):
    """What a carrier reported, once: insert-only."""

    shipment = models.ForeignKey(
        Shipment,
        models.PROTECT,
        related_name="tracking_events",
        verbose_name=_("shipment"),
        db_index=False,  # trackingevent_stored_once serves it
    )
    status = models.CharField(_("status"), max_length=24, choices=TrackingStatus)
    description = models.CharField(_("description"), max_length=200, blank=True)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("tracking event")
        verbose_name_plural = _("tracking events")
        constraints = [
            models.UniqueConstraint(
                fields=["shipment", "at", "status"], name="trackingevent_stored_once"
            ),
        ]

    def __str__(self):
        return f"{self.status} {self.at:%Y-%m-%d %H:%M}"
