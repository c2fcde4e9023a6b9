"""Where orders come from, and what our products are called and shown there."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from inventory.models import LocationGroup, Product
from oms.core.api.models import ApiKey
from oms.core.base import TimestampedModel


class PaymentTerms(models.TextChoices):
    COD = "cod", _("Cash on delivery")
    INVOICE = "invoice", _("Invoice")


class ChannelSet(models.QuerySet):
    def for_key(self, key: ApiKey) -> "ChannelSet":
        """What a partner's key may see: a sandbox key practice channels only, others
        only real ones. A key that is limited to locations belongs to a warehouse, and
        sees no channel unless it names one."""
        rows = self.filter(is_sandbox=key.is_sandbox)
        if key.channels or key.locations:
            rows = rows.filter(code__in=key.channels)
        return rows


class Channel(TimestampedModel):
    """A place that orders come from."""

    class Payment(models.TextChoices):
        CHANNEL = "channel", _("Paid by the channel")
        LATER = "later", _("Paid later")

    code = models.SlugField(_("code"), max_length=32, unique=True)
    name = models.CharField(_("name"), max_length=100)
    payment = models.CharField(
        _("payment"),
        max_length=16,
        choices=Payment,
        default=Payment.CHANNEL,
        help_text=_("Who has the money when an order arrives."),
    )
    payment_terms = models.CharField(
        _("payment terms"),
        max_length=16,
        choices=PaymentTerms,
        default="",
        blank=True,
        help_text=_("Orders on terms are sent before they are paid."),
    )
    reserve_minutes = models.PositiveIntegerField(
        _("minutes of reservation"),
        default=60,
        help_text=_("How long an order that waits holds its stock; 0 for not at all."),
    )
    risk_limit = models.PositiveIntegerField(
        _("risk limit"),
        null=True,
        blank=True,
        help_text=_("Orders that score this or more wait for a review; empty for off."),
    )
    duplicate_hours = models.PositiveIntegerField(
        _("duplicate window (h)"),
        null=True,
        blank=True,
        help_text=_(
            "The same customer ordering the same again within it waits for a look; "
            "empty for off."
        ),
    )
    price_tolerance = models.DecimalField(
        _("price tolerance (%)"),
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        help_text=_("Prices that differ more from the list wait; empty for off."),
    )
    address_checked = models.BooleanField(
        _("addresses checked"),
        default=False,
        help_text=_("Check postal codes, regions and fields by country."),
    )
    ship_complete = models.BooleanField(
        _("ship complete"),
        default=False,
        help_text=_("Its orders wait until everything is there."),
    )
    address_required = models.BooleanField(_("address required"), default=True)
    is_sandbox = models.BooleanField(
        _("sandbox"),
        default=False,
        help_text=_("To practise with: what test keys see, and reports leave out."),
    )
    pool = models.ForeignKey(
        LocationGroup,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="channels",
        verbose_name=_("pool"),
        help_text=_("The locations that serve it; empty for all active ones."),
    )

    objects = ChannelSet.as_manager()

    class Meta:
        verbose_name = _("channel")
        verbose_name_plural = _("channels")

    def __str__(self):
        return self.name

    @property
    def timeline_root(self) -> tuple[str, int]:
        return "channel", self.pk


class ListingSet(models.QuerySet):
    def for_key(self, key: ApiKey) -> "ListingSet":
        """What a partner's key may see: the listings of its channels."""
        return self.filter(channel__in=Channel.objects.for_key(key))


class Listing(TimestampedModel):
    """A product as a channel calls it and shows it: shown is what may be promised, less
    the buffer, of that a percentage, and never more than `most`.
    """

    channel = models.ForeignKey(
        Channel, models.PROTECT, related_name="listings", verbose_name=_("channel")
    )
    sku = models.CharField(_("channel's SKU"), max_length=64)
    product = models.ForeignKey(
        Product, models.PROTECT, related_name="listings", verbose_name=_("product")
    )
    buffer = models.PositiveIntegerField(
        _("buffer"), default=0, help_text=_("Pieces that the channel does not see.")
    )
    percent = models.PositiveSmallIntegerField(
        _("share shown (%)"),
        default=100,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
        help_text=_("Of what is left after the buffer, rounded down."),
    )
    most = models.PositiveIntegerField(
        _("at most"),
        null=True,
        blank=True,
        help_text=_("Never show more pieces; empty for no limit."),
    )

    objects = ListingSet.as_manager()

    class Meta:
        verbose_name = _("listing")
        verbose_name_plural = _("listings")
        permissions = [
            ("export_listing", "Can export listings"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["channel", "sku"], name="listing_sku_once_per_channel"
            ),
            models.CheckConstraint(
                condition=~models.Q(sku=""), name="listing_sku_not_empty"
            ),
            models.CheckConstraint(
                condition=models.Q(percent__range=(1, 100)),
                name="listing_percent_from_1_to_100",
            ),
        ]
        indexes = [
            # what has changed, for who follows it through the API
            models.Index(fields=["updated_at", "id"], name="listing_changes"),
        ]

    def __str__(self):
        return f"{self.sku} → {self.product}"
