"""Tables of the partner API: its keys, answers that are kept, and how often it is
asked."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from oms.core.base import TimestampedModel


class Scope(models.TextChoices):
    ORDERS_READ = "orders:read", _("Read orders and customers")
    ORDERS_WRITE = "orders:write", _("Create and change orders")
    STOCK_READ = "stock:read", _("Read stock")
    STOCK_WRITE = "stock:write", _("Set and adjust stock")
    SHIPMENTS_READ = "shipments:read", _("Read fulfillment orders and shipments")
    SHIPMENTS_WRITE = "shipments:write", _("Pick, pack and ship")
    RETURNS_READ = "returns:read", _("Read returns and refunds")
    RETURNS_WRITE = "returns:write", _("Open and receive returns")
    PRODUCTS_READ = "products:read", _("Read products and listings")
    PRODUCTS_WRITE = "products:write", _("Change products and listings")
    WEBHOOKS = "webhooks", _("Webhooks and the feed of events")
    JOBS = "jobs", _("Imports and exports")


class ApiKey(TimestampedModel):
    """What a partner's program shows at the door. Only a hash of it is kept, and its
    first characters, by which people know it.

    `channels` and `locations` are codes: the apps that own them say what a code means.
    Empty is no limit. `origin` is the first of the keys that replaced each other.
    """

    name = models.CharField(_("name"), max_length=40)
    prefix = models.CharField(_("begins with"), max_length=20)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    is_sandbox = models.BooleanField(
        _("sandbox"), default=False, help_text=_("Sees only what is marked as sandbox.")
    )
    scopes = ArrayField(
        models.CharField(max_length=24, choices=Scope), verbose_name=_("may")
    )
    channels = ArrayField(
        models.CharField(max_length=32),
        verbose_name=_("channels"),
        default=list,
        blank=True,
        help_text=_("Codes; empty for all."),
    )
    locations = ArrayField(
        models.CharField(max_length=32),
        verbose_name=_("locations"),
        default=list,
        blank=True,
        help_text=_("Codes; empty for all."),
    )
    per_minute = models.PositiveIntegerField(_("requests a minute"), default=1000)
    origin = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="replaced_by",
        verbose_name=_("first key"),
    )
    expires_at = models.DateTimeField(_("expires at"), null=True, blank=True)
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)

    class Meta:
        verbose_name = _("API key")
        verbose_name_plural = _("API keys")
        constraints = [
            models.CheckConstraint(
                condition=Q(scopes__len__gt=0), name="apikey_may_do_something"
            ),
            models.CheckConstraint(
                condition=Q(per_minute__gt=0), name="apikey_is_answered_at_all"
            ),
            models.UniqueConstraint(  # what it does stands under its name
                fields=["name"],
                condition=Q(origin__isnull=True),
                name="apikey_name_is_of_one_client",
            ),
        ]

    is_authenticated = True  # in the place of a user, where libraries ask for one

    def __str__(self):
        return f"{self.name} ({self.prefix}…)"

    @property
    def timeline_root(self) -> tuple[str, int]:
        return "apikey", self.pk

    @property
    def client(self) -> int:
        """The same for a key and those that replace it."""
        return self.origin_id or self.pk

    @property
    def actor(self) -> str:
        return f"key:{self.name}"

    def get_username(self) -> str:
        return self.actor

    def why_not(self, at=None) -> str:
        """Why it opens nothing now: "expired", "revoked" or ""."""
        if self.revoked_at is not None:
            return "revoked"
        if self.expires_at is not None and self.expires_at <= (at or timezone.now()):
            return "expired"
        return ""


class IdempotencyKey(models.Model):
    """The answer to a request that had an effect, written with the effect: a client
    that never saw it repeats the request and gets this."""

    client = models.BigIntegerField(_("client"))
    key = models.CharField(_("key"), max_length=255)
    target = models.CharField(_("method and path"), max_length=500)
    digest = models.CharField(_("hash of the body"), max_length=64)
    status = models.PositiveSmallIntegerField(_("status"))
    headers = models.JSONField(_("headers"), default=dict)
    body = models.TextField(_("body"))
    expires_at = models.DateTimeField(_("expires at"), db_index=True)

    class Meta:
        verbose_name = _("kept answer")
        verbose_name_plural = _("kept answers")
        constraints = [
            models.UniqueConstraint(
                fields=["client", "key"], name="idempotencykey_once_per_client"
            ),
        ]

    def __str__(self):
        return self.key


class ApiUse(models.Model):
    """How often somebody has asked since `began_at`. The table is not logged: a crash
    may forget it, and counting costs no wait for the disk."""

    subject = models.CharField(_("who"), max_length=64, primary_key=True)
    began_at = models.DateTimeField(_("since"))
    hits = models.PositiveIntegerField(_("requests"))

    class Meta:
        verbose_name = _("use of the API")
        verbose_name_plural = _("uses of the API")

    def __str__(self):
        return f"{self.subject}: {self.hits}"
