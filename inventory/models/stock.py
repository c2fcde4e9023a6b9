"""Stock: what is there, what is promised, and the ledger that explains both.

Only `inventory/services/stock.py` writes these tables.
"""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from inventory.models.locations import Location
from inventory.models.products import Product
from oms.core.api.models import ApiKey
from oms.core.base import LoadedModel, TimestampedModel


class Condition(models.TextChoices):
    SELLABLE = "sellable", _("Sellable")
    QUARANTINE = "quarantine", _("Quarantine")
    DAMAGED = "damaged", _("Damaged")


class StockLevelSet(models.QuerySet):
    def for_key(self, key: ApiKey) -> "StockLevelSet":
        """What a partner's key may see: the stock of its locations."""
        return self.filter(location__in=Location.objects.for_key(key))


class StockLevel(TimestampedModel):
    """One product at one location in one condition.

    `on_hand` is what a picker can count, `allocated` what is promised to orders.
    """

    product = models.ForeignKey(
        Product,
        models.PROTECT,
        related_name="stock_levels",
        verbose_name=_("product"),
        db_index=False,  # stocklevel_unique serves it
    )
    location = models.ForeignKey(
        Location,
        models.PROTECT,
        related_name="stock_levels",
        verbose_name=_("location"),
    )
    condition = models.CharField(
        _("condition"), max_length=16, choices=Condition, default=Condition.SELLABLE
    )
    on_hand = models.IntegerField(_("on hand"), default=0)
    allocated = models.IntegerField(_("allocated"), default=0)
    safety_stock = models.PositiveIntegerField(
        _("safety stock"),
        default=0,
        help_text=_("Pieces that are not promised to new orders."),
    )
    bin = models.CharField(
        _("bin"),
        max_length=32,
        blank=True,
        default="",
        db_default="",
        help_text=_("Where it lies; pickers walk in the order of the bins."),
    )
    available = models.GeneratedField(
        expression=F("on_hand") - F("allocated"),
        output_field=models.IntegerField(),
        db_persist=True,
        verbose_name=_("available"),
    )

    objects = StockLevelSet.as_manager()

    class Meta:
        verbose_name = _("stock level")
        verbose_name_plural = _("stock levels")
        permissions = [
            ("receive_stocklevel", "Can receive stock"),
            ("adjust_stocklevel", "Can count, adjust and move stock"),
            ("export_stocklevel", "Can export stock levels"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["product", "location", "condition"], name="stocklevel_unique"
            ),
            models.CheckConstraint(
                condition=Q(allocated__gte=0) & Q(allocated__lte=F("on_hand")),
                name="stocklevel_not_oversold",
            ),
            models.CheckConstraint(
                condition=Q(allocated=0) | Q(condition=Condition.SELLABLE),
                name="stocklevel_only_sellable_allocated",
            ),
            models.CheckConstraint(
                condition=Q(condition__in=Condition.values),
                name="stocklevel_condition_known",
            ),
        ]

    def __str__(self):
        return f"{self.product} @ {self.location}"

    @property
    def timeline_root(self) -> tuple[str, int]:
        return "stocklevel", self.pk

    @property
    def atp(self) -> int:
        """Available to promise: what new orders may have."""
        if self.condition != Condition.SELLABLE:
            return 0
        return max(0, self.available - self.safety_stock)


class StockMovement(LoadedModel):
    """The ledger: insert-only. The sum of each delta is the level's number."""

    class Kind(models.TextChoices):
        RECEIVED = "received", _("Received")
        ADJUSTED = "adjusted", _("Adjusted")
        ALLOCATED = "allocated", _("Allocated")
        RELEASED = "released", _("Released")
        SHIPPED = "shipped", _("Shipped")
        RESTOCKED = "restocked", _("Restocked")
        CONDITION_CHANGED = "condition_changed", _("Condition changed")

    stock_level = models.ForeignKey(
        StockLevel,
        models.PROTECT,
        related_name="movements",
        verbose_name=_("stock level"),
        db_index=False,  # stockmovement_ledger serves it
    )
    kind = models.CharField(_("kind"), max_length=24, choices=Kind)
    on_hand_delta = models.IntegerField(_("on hand ±"), default=0)
    allocated_delta = models.IntegerField(_("allocated ±"), default=0)
    ref_type = models.CharField(_("document"), max_length=24, blank=True)
    ref_id = models.BigIntegerField(_("document id"), null=True, blank=True)
    actor = models.CharField(_("actor"), max_length=64)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("stock movement")
        verbose_name_plural = _("stock movements")
        permissions = [
            ("export_stockmovement", "Can export stock movements"),
        ]
        indexes = [
            # the ledger of one level, in order
            models.Index(fields=["stock_level", "id"], name="stockmovement_ledger"),
            # what a document moved
            models.Index(fields=["ref_type", "ref_id"], name="stockmovement_ref"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(on_hand_delta=0, allocated_delta=0),
                name="stockmovement_moves",
            ),
            models.CheckConstraint(
                condition=~Q(kind="adjusted") | ~Q(reason=""),
                name="stockmovement_adjusted_has_reason",
            ),
        ]

    def __str__(self):
        return f"{self.kind} {self.on_hand_delta:+d}/{self.allocated_delta:+d}"
