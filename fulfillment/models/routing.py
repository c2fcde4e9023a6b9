"""How locations are chosen: policies, and the decisions made by them."""

from decimal import Decimal

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from channels.models import Channel
from oms.core.base import TimestampedModel
from orders.models import Order


class Criterion(models.TextChoices):
    """What may rank locations, each with its own better end."""

    FEWEST_SPLITS = "fewest_splits", _("Fewest parcels")
    REGION = "region", _("In the region of the address")
    NEAREST = "nearest", _("Nearest")
    LOWEST_COST = "lowest_cost", _("Lowest shipping cost")
    FASTEST = "fastest", _("Fastest delivery")
    MOST_STOCK = "most_stock", _("Most available stock")
    CAPACITY = "capacity", _("Most spare capacity")
    PREFERRED = "preferred", _("Preferred location")


def default_criteria():
    return [Criterion.FEWEST_SPLITS, Criterion.NEAREST, Criterion.PREFERRED]


class RoutingPolicy(TimestampedModel):
    """One version of the rules by which locations are chosen, for one channel or for
    all. An active version is never edited: a draft is made of it and activated.

    Money is in `currency`; `max_parcels` 0 is no limit.
    """

    class Mode(models.TextChoices):
        RANKED = "ranked", _("Ranked: criteria in their order")
        CHEAPEST = "cheapest", _("Cheapest: everything in money")

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        ACTIVE = "active", _("Active")
        RETIRED = "retired", _("Retired")

    channel = models.ForeignKey(
        Channel,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="routing_policies",
        verbose_name=_("channel"),
        help_text=_("Empty for all channels without a policy of their own."),
    )
    version = models.PositiveIntegerField(_("version"))
    status = models.CharField(
        _("status"), max_length=16, choices=Status, default=Status.DRAFT
    )
    note = models.CharField(
        _("note"), max_length=200, blank=True, help_text=_("What changed, and why.")
    )
    mode = models.CharField(_("mode"), max_length=16, choices=Mode, default=Mode.RANKED)
    criteria = ArrayField(
        models.CharField(max_length=24, choices=Criterion),
        verbose_name=_("criteria"),
        default=default_criteria,
        blank=True,
        help_text=_("Ranked mode: the first that is no tie decides."),
    )
    max_parcels = models.PositiveSmallIntegerField(
        _("most parcels"), default=0, help_text=_("0 for no limit.")
    )
    max_distance_km = models.PositiveIntegerField(
        _("farthest (km)"), null=True, blank=True
    )
    currency = models.CharField(_("currency"), max_length=3, default="EUR")
    parcel_cost = models.DecimalField(
        _("cost of another parcel"),
        max_digits=14,
        decimal_places=4,
        default=Decimal(0),
        validators=[MinValueValidator(0)],
        help_text=_("Cheapest mode: for each parcel beyond the first."),
    )
    late_cost = models.DecimalField(
        _("cost of a late parcel"),
        max_digits=14,
        decimal_places=4,
        default=Decimal(0),
        validators=[MinValueValidator(0)],
    )
    over_capacity_cost = models.DecimalField(
        _("cost above the capacity"),
        max_digits=14,
        decimal_places=4,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
        help_text=_("Empty: the capacity of a day is a hard limit."),
    )
    promise_days = models.PositiveSmallIntegerField(
        _("promise (days)"),
        default=5,
        validators=[MaxValueValidator(365)],
        help_text=_("A parcel that arrives later is late."),
    )
    activated_at = models.DateTimeField(_("activated at"), null=True, blank=True)

    class Meta:
        verbose_name = _("routing policy")
        verbose_name_plural = _("routing policies")
        constraints = [
            models.UniqueConstraint(
                fields=["channel", "version"],
                nulls_distinct=False,
                name="routingpolicy_version_once",
            ),
            models.UniqueConstraint(
                fields=["channel"],
                condition=Q(status="active"),
                nulls_distinct=False,
                name="routingpolicy_one_active",
            ),
        ]

    def __str__(self):
        scope = self.channel.code if self.channel_id else _("all channels")
        return f"{scope} v{self.version}"


class RoutingDecision(models.Model):
    """Why the pieces of an order are where they are: one row for each run of the
    routing over an order, with an entry for each of its lines. Insert-only.

    `candidates`, best first: [{"code": …, "distance_km": … if known, "excluded": code
    if left out}]. `lines`: [{"position": …, "wanted": …, "available": {location code:
    pieces}, "granted": {location code: pieces}}]. `plans`: the best plans compared, in
    numbers. `fulfillment/routing/explain.py` makes sentences of it.
    """

    class Kind(models.TextChoices):
        AUTOMATIC = "automatic", _("Automatic")
        OVERRIDE = "override", _("Chosen by hand")

    order = models.ForeignKey(
        Order,
        models.PROTECT,
        related_name="routing_decisions",
        verbose_name=_("order"),
    )
    policy = models.ForeignKey(
        RoutingPolicy,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="decisions",
        verbose_name=_("policy"),
        db_index=False,  # nobody lists the decisions of a policy in a hurry
    )
    kind = models.CharField(
        _("kind"), max_length=16, choices=Kind, default=Kind.AUTOMATIC
    )
    mode = models.CharField(_("mode"), max_length=16)
    candidates = models.JSONField(_("candidates"))
    lines = models.JSONField(_("lines"))
    plans = models.JSONField(_("plans"), default=list)
    splits = models.PositiveSmallIntegerField(_("parts"))
    actor = models.CharField(_("actor"), max_length=64, blank=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("routing decision")
        verbose_name_plural = _("routing decisions")
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind="override") | ~Q(reason=""),
                name="routingdecision_override_has_reason",
            ),
        ]

    def __str__(self):
        return _("Routing of order %(order)s") % {"order": self.order_id}
