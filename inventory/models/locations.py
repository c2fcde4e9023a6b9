from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from oms.core.api.models import ApiKey
from oms.core.base import TimestampedModel
from oms.core.models import validate_time_zone


class LocationSet(models.QuerySet):
    def for_key(self, key: ApiKey) -> "LocationSet":
        """What a partner's key may see: all, or those that it names. A key that is
        limited to channels belongs to a shop, and sees no location unless it names
        one; a sandbox key sees places of practice, others only real ones."""
        rows = self.filter(is_sandbox=key.is_sandbox)
        if key.locations or key.channels:
            rows = rows.filter(code__in=key.locations)
        return rows


class Location(TimestampedModel):
    """Where stock is and work is done; a place of practice (`is_sandbox`) has stock
    that is none."""

    class Kind(models.TextChoices):
        WAREHOUSE = "warehouse", _("Warehouse")
        STORE = "store", _("Store")
        THIRD_PARTY = "3pl", _("3PL")
        SUPPLIER = "supplier", _("Supplier")

    PARTNERS = (Kind.THIRD_PARTY, Kind.SUPPLIER)  # who are sent work, and answer

    code = models.CharField(_("code"), max_length=16, unique=True)
    name = models.CharField(_("name"), max_length=100)
    kind = models.CharField(
        _("kind"), max_length=16, choices=Kind, default=Kind.WAREHOUSE
    )
    is_active = models.BooleanField(_("active"), default=True)
    priority = models.PositiveSmallIntegerField(
        _("priority"), default=100, help_text=_("Lower is preferred.")
    )
    country = models.CharField(
        _("country"), max_length=2, blank=True, help_text=_("ISO code, as in DE.")
    )
    lat = models.FloatField(
        _("latitude"),
        null=True,
        blank=True,
        validators=[MinValueValidator(-90), MaxValueValidator(90)],
    )
    lon = models.FloatField(
        _("longitude"),
        null=True,
        blank=True,
        validators=[MinValueValidator(-180), MaxValueValidator(180)],
    )
    time_zone = models.CharField(
        _("time zone"), max_length=64, default="UTC", validators=[validate_time_zone]
    )
    cut_off = models.TimeField(
        _("cut-off"),
        null=True,
        blank=True,
        help_text=_("Local time; what is assigned later is worked on the next day."),
    )
    daily_capacity = models.PositiveIntegerField(
        _("daily capacity"),
        null=True,
        blank=True,
        help_text=_("Fulfillment orders a day; empty for no limit."),
    )
    handling_days = models.PositiveSmallIntegerField(
        _("handling days"),
        default=0,
        help_text=_("Working days from the day of the work to the carrier."),
    )
    closed_weekdays = ArrayField(
        models.PositiveSmallIntegerField(),
        verbose_name=_("closed weekdays"),
        default=list,
        blank=True,
        help_text=_("0 for Monday to 6 for Sunday, as in 5,6."),
    )
    closed_on = ArrayField(
        models.DateField(),
        verbose_name=_("closed on"),
        default=list,
        blank=True,
        help_text=_("Days without work, as in 2026-12-25,2026-12-26."),
    )
    ships_to = ArrayField(
        models.CharField(max_length=2),
        verbose_name=_("ships to"),
        default=list,
        blank=True,
        help_text=_("Countries that it can send to; empty for all."),
    )
    region = ArrayField(
        models.CharField(max_length=2),
        verbose_name=_("region"),
        default=list,
        blank=True,
        help_text=_("Countries it is at home in; empty for its own."),
    )
    order_cost = models.DecimalField(
        _("cost of a parcel"),
        max_digits=14,
        decimal_places=4,
        default=0,
        help_text=_("Handling, in the currency of the routing policy."),
    )
    piece_cost = models.DecimalField(
        _("cost of a piece"), max_digits=14, decimal_places=4, default=0
    )
    is_sandbox = models.BooleanField(
        _("sandbox"),
        default=False,
        help_text=_(
            "To practise with: it serves channels that are marked as sandbox, and no "
            "other; real locations serve real ones. It stays what it is made."
        ),
    )
    staff = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        related_name="locations",
        blank=True,
        verbose_name=_("staff"),
        help_text=_("People who see only the locations that name them."),
    )

    objects = LocationSet.as_manager()

    class Meta:
        verbose_name = _("location")
        verbose_name_plural = _("locations")
        permissions = [
            ("export_location", "Can export locations"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(lat__isnull=True, lon__isnull=True)
                | models.Q(lat__range=(-90, 90), lon__range=(-180, 180)),
                name="location_coordinates_valid",
            ),
        ]

    def __str__(self):
        return self.code

    @property
    def keeps_stock(self) -> bool:
        """A supplier sends what it offers; we do not count its shelves."""
        return self.kind != self.Kind.SUPPLIER


class SupplierOffer(TimestampedModel):
    """A product that a supplier sends to our customers."""

    location = models.ForeignKey(
        Location, models.CASCADE, related_name="offers", verbose_name=_("supplier")
    )
    product = models.ForeignKey(
        "inventory.Product",
        models.CASCADE,
        related_name="offers",
        verbose_name=_("product"),
    )
    supplier_sku = models.CharField(_("supplier's SKU"), max_length=64, blank=True)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("supplier offer")
        verbose_name_plural = _("supplier offers")
        constraints = [
            models.UniqueConstraint(
                fields=["location", "product"], name="supplieroffer_once"
            ),
        ]

    def __str__(self):
        return f"{self.product} @ {self.location}"


class LocationGroup(TimestampedModel):
    """A pool: the locations that serve one or more channels."""

    name = models.CharField(_("name"), max_length=100, unique=True)
    locations = models.ManyToManyField(
        Location, related_name="groups", verbose_name=_("locations")
    )

    class Meta:
        verbose_name = _("location group")
        verbose_name_plural = _("location groups")

    def __str__(self):
        return self.name
