"""What carriers charge and how long they take, from tables that need no network."""

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from oms.core.base import TimestampedModel


class RateTable(TimestampedModel):
    """One service of one carrier: its zones, its prices by weight, its days.

    `carrier` is the code of the carrier that buys the label.
    """

    carrier = models.CharField(_("carrier"), max_length=32)
    service = models.CharField(_("service"), max_length=32)
    name = models.CharField(_("name"), max_length=100)
    currency = models.CharField(_("currency"), max_length=3)
    is_active = models.BooleanField(_("active"), default=True)
    delivers_on_saturday = models.BooleanField(_("delivers on Saturday"), default=False)

    class Meta:
        verbose_name = _("rate table")
        verbose_name_plural = _("rate tables")
        constraints = [
            models.UniqueConstraint(
                fields=["carrier", "service"], name="ratetable_service_once"
            ),
        ]

    def __str__(self):
        return self.name


class RateZone(TimestampedModel):
    """Where a zone is: by distance, or by country and postal code. The longest matching
    prefix wins, then the country, then the shortest distance that reaches."""

    table = models.ForeignKey(
        RateTable, models.CASCADE, related_name="zones", verbose_name=_("rate table")
    )
    zone = models.CharField(_("zone"), max_length=16)
    country = models.CharField(_("country"), max_length=2, blank=True)
    postal_prefix = models.CharField(_("postal code prefix"), max_length=16, blank=True)
    max_distance_km = models.PositiveIntegerField(
        _("up to (km)"), null=True, blank=True
    )
    transit_days = models.PositiveSmallIntegerField(
        _("days in transit"), help_text=_("Working days of the carrier.")
    )

    class Meta:
        verbose_name = _("rate zone")
        verbose_name_plural = _("rate zones")
        constraints = [
            models.UniqueConstraint(
                fields=["table", "country", "postal_prefix", "max_distance_km"],
                nulls_distinct=False,
                name="ratezone_once",
            ),
            models.CheckConstraint(
                condition=~Q(country="") | Q(max_distance_km__isnull=False),
                name="ratezone_says_where",
            ),
        ]

    def __str__(self):
        return f"{self.table} {self.zone}"


class Rate(TimestampedModel):
    """The price of a parcel up to a weight in a zone."""

    table = models.ForeignKey(
        RateTable, models.CASCADE, related_name="rates", verbose_name=_("rate table")
    )
    zone = models.CharField(_("zone"), max_length=16)
    max_weight_grams = models.PositiveIntegerField(
        _("up to (g)"), validators=[MinValueValidator(1)]
    )
    price = models.DecimalField(
        _("price"),
        max_digits=14,
        decimal_places=4,
        validators=[MinValueValidator(0)],
    )

    class Meta:
        verbose_name = _("rate")
        verbose_name_plural = _("rates")
        constraints = [
            models.UniqueConstraint(
                fields=["table", "zone", "max_weight_grams"], name="rate_once"
            ),
            models.CheckConstraint(condition=Q(price__gte=0), name="rate_not_negative"),
        ]

    def __str__(self):
        return f"{self.zone} ≤ {self.max_weight_grams} g: {self.price:.2f}"
