from datetime import datetime

from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.timezone import get_default_timezone, localdate
from django.utils.translation import gettext_lazy as _

from oms.core.api.models import ApiKey
from oms.core.base import TimestampedModel

PRINTABLE = r"^[!-~]+$"  # what a keyboard scanner can type


class ProductSet(models.QuerySet):
    def for_key(self, _key: ApiKey) -> "ProductSet":
        """There is one catalogue, which every partner may read."""
        return self.all()


class Product(TimestampedModel):
    """What can be ordered. The SKU is its key in every file and every message."""

    sku = models.CharField(_("SKU"), max_length=64, unique=True)
    name = models.CharField(_("name"), max_length=200)
    tracks_stock = models.BooleanField(
        _("tracks stock"),
        default=True,
        help_text=_("Off for services, fees and what never runs out."),
    )
    is_bundle = models.BooleanField(
        _("bundle"),
        default=False,
        help_text=_("Sold as one, sent as its components; keeps no stock itself."),
    )
    weight_grams = models.PositiveIntegerField(_("weight (g)"), default=0)
    list_price = models.DecimalField(
        _("list price"),
        max_digits=14,
        decimal_places=4,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
        help_text=_("What a channel that checks prices compares with."),
    )
    list_currency = models.CharField(_("currency"), max_length=3, blank=True)
    backorder_limit = models.PositiveIntegerField(
        _("backorder limit"),
        null=True,
        blank=True,
        help_text=_("Pieces that may be sold beyond the stock; empty for any number."),
    )
    available_from = models.DateField(
        _("available from"),
        null=True,
        blank=True,
        help_text=_("Pre-order: nothing is sent before this day."),
    )
    is_active = models.BooleanField(_("active"), default=True)

    objects = ProductSet.as_manager()

    class Meta:
        verbose_name = _("product")
        verbose_name_plural = _("products")
        permissions = [
            ("export_product", "Can export products"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(sku=""), name="product_sku_not_empty"),
            models.CheckConstraint(
                condition=Q(is_bundle=False) | Q(tracks_stock=False),
                name="product_bundle_keeps_no_stock",
            ),
        ]
        indexes = [
            # what has changed, for who follows it through the API
            models.Index(fields=["updated_at", "id"], name="product_changes"),
        ]

    def __str__(self):
        return self.sku

    def is_available(self, at: datetime) -> bool:
        """Whether it may be sent by then; days are those of the shop's zone."""
        if self.available_from is None:
            return True
        return self.available_from <= localdate(at, get_default_timezone())


class BundleComponent(TimestampedModel):
    """`quantity` pieces of `component` are in each `bundle`. One level: a component is
    no bundle. Orders freeze the composition when they are taken in."""

    bundle = models.ForeignKey(
        Product, models.CASCADE, related_name="components", verbose_name=_("bundle")
    )
    component = models.ForeignKey(
        Product,
        models.PROTECT,
        related_name="bundles",
        verbose_name=_("component"),
    )
    quantity = models.PositiveIntegerField(
        _("quantity"), default=1, validators=[MinValueValidator(1)]
    )

    class Meta:
        verbose_name = _("bundle component")
        verbose_name_plural = _("bundle components")
        constraints = [
            models.UniqueConstraint(
                fields=["bundle", "component"], name="bundlecomponent_once"
            ),
            models.CheckConstraint(
                condition=Q(quantity__gt=0), name="bundlecomponent_positive"
            ),
            models.CheckConstraint(
                condition=~Q(bundle=F("component")), name="bundlecomponent_not_itself"
            ),
        ]

    def __str__(self):
        return f"{self.quantity} × {self.component}"


class Barcode(TimestampedModel):
    """What a scanner reads off a product. One product has several; a code belongs to
    one product only."""

    product = models.ForeignKey(
        Product, models.CASCADE, related_name="barcodes", verbose_name=_("product")
    )
    code = models.CharField(
        _("barcode"),
        max_length=64,
        unique=True,
        validators=[
            RegexValidator(PRINTABLE, _("Letters, digits and signs, no spaces."))
        ],
    )

    class Meta:
        verbose_name = _("barcode")
        verbose_name_plural = _("barcodes")
        constraints = [
            models.CheckConstraint(
                condition=Q(code__regex=PRINTABLE), name="barcode_is_printable"
            ),
        ]

    def __str__(self):
        return self.code
