"""What comes back, piece by piece: what was agreed, what arrived, what became of it."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from inventory.models import Location, Product
from oms.core.base import TimestampedModel
from orders.models import OrderLine
from returns.models.returns import Return


class ReturnLine(TimestampedModel):
    """Pieces of one order line, or of an unknown one. authorized ≥ 0 pieces were
    agreed, `received_quantity` came, of these `rejected_quantity` earn no refund."""

    ret = models.ForeignKey(
        Return, models.PROTECT, related_name="lines", verbose_name=_("return")
    )
    order_line = models.ForeignKey(
        OrderLine,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="return_lines",
        verbose_name=_("order line"),
    )
    product = models.ForeignKey(
        Product,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="return_lines",
        verbose_name=_("product"),
        db_index=False,  # reports read returns by order line
    )
    sku = models.CharField(_("SKU"), max_length=64)
    authorized_quantity = models.IntegerField(_("authorized"), default=0)
    received_quantity = models.IntegerField(_("received"), default=0)
    rejected_quantity = models.IntegerField(_("rejected"), default=0)

    class Meta:
        verbose_name = _("return line")
        verbose_name_plural = _("return lines")
        permissions = [
            ("export_returnline", "Can export return lines"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(authorized_quantity__gte=0)
                & Q(received_quantity__gte=0)
                & Q(rejected_quantity__gte=0)
                & Q(rejected_quantity__lte=F("received_quantity")),
                name="returnline_counters_in_range",
            ),
            models.CheckConstraint(
                condition=Q(order_line__isnull=True)
                | Q(received_quantity__lte=F("authorized_quantity")),
                name="returnline_received_within_authorized",
            ),
            models.UniqueConstraint(
                fields=["ret", "order_line"],
                condition=Q(order_line__isnull=False),
                name="returnline_order_line_once",
            ),
        ]

    def __str__(self):
        return f"{self.authorized_quantity} × {self.sku}"

    @property
    def accepted_quantity(self) -> int:
        return self.received_quantity - self.rejected_quantity


class Disposition(models.TextChoices):
    """What becomes of pieces. The first four can be decided again."""

    PENDING = "pending", _("To be inspected")
    QUARANTINE = "quarantine", _("Quarantine")
    REFURBISH = "refurbish", _("Refurbish")
    RESTOCK = "restock", _("Back to stock")
    SCRAP = "scrap", _("Scrap")
    TO_VENDOR = "to_vendor", _("Back to the vendor")
    TO_CUSTOMER = "to_customer", _("Back to the customer")
    MISSING = "missing", _("Missing")


class ReturnItem(TimestampedModel):
    """Received pieces of one line that share their fate."""

    UNDECIDED = (
        Disposition.PENDING,
        Disposition.QUARANTINE,
        Disposition.REFURBISH,
    )

    line = models.ForeignKey(
        ReturnLine, models.PROTECT, related_name="items", verbose_name=_("return line")
    )
    location = models.ForeignKey(
        Location,
        models.PROTECT,
        related_name="return_items",
        verbose_name=_("location"),
        db_index=False,
    )
    quantity = models.IntegerField(_("quantity"))
    disposition = models.CharField(
        _("disposition"),
        max_length=16,
        choices=Disposition,
        default=Disposition.PENDING,
    )
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("returned item")
        verbose_name_plural = _("returned items")
        constraints = [
            models.CheckConstraint(
                condition=Q(quantity__gt=0), name="returnitem_quantity_positive"
            ),
            models.CheckConstraint(
                condition=Q(disposition__in=Disposition.values),
                name="returnitem_disposition_known",
            ),
        ]

    def __str__(self):
        return f"{self.quantity} × {self.line.sku}: {self.get_disposition_display()}"
