"""A return: what one customer sends back of one order."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_fsm import transition

from fulfillment.models.keys import at_places, channels_of
from inventory.models import Location
from oms.core.api.models import ApiKey
from oms.core.base import StatusField, StatusModel
from orders.models import Order
from returns import guards


class ReturnReason(models.TextChoices):
    CHANGED_MIND = "changed_mind", _("Changed mind")
    DAMAGED = "damaged", _("Damaged")
    FAULTY = "faulty", _("Faulty")
    WRONG_ITEM = "wrong_item", _("Wrong item sent")
    NOT_AS_DESCRIBED = "not_as_described", _("Not as described")
    TOO_LATE = "too_late", _("Arrived too late")
    OTHER = "other", _("Other")


class Money(models.TextChoices):
    """The other axis of a return; either may come first."""

    NOT_DUE = "not_due", _("Not due")
    PENDING = "pending", _("Pending")
    ASKED = "asked", _("Asked for")
    REFUNDED = "refunded", _("Refunded")
    DENIED = "denied", _("Denied")


class Status(models.TextChoices):
    REQUESTED = "requested", _("Requested")
    APPROVED = "approved", _("Approved")
    RECEIVED = "received", _("Received")
    INSPECTED = "inspected", _("Inspected")
    CLOSED = "closed", _("Closed")
    DECLINED = "declined", _("Declined")
    CANCELLED = "cancelled", _("Cancelled")
    EXPIRED = "expired", _("Expired")


class ReturnSet(models.QuerySet):
    def for_key(self, key: ApiKey) -> "ReturnSet":
        """A warehouse sees what comes to its locations, a shop what comes back of its
        orders; a parcel that nobody knows, who sees all channels."""
        seen = Q(order__channel__in=channels_of(key))
        if not key.channels and not key.is_sandbox:
            seen |= Q(order__isnull=True)
        return at_places(self, key, "location").filter(seen)


class Return(StatusModel):
    """What one customer sends back of one order. `order` is empty for a parcel that
    nobody knows (a blind return) until it is matched.

    Locked through its order; a blind one by its own row.
    """

    Status = Status
    OPEN = (Status.REQUESTED, Status.APPROVED, Status.RECEIVED, Status.INSPECTED)
    OURS = (Status.REQUESTED, Status.RECEIVED, Status.INSPECTED)  # whose turn it is

    class Source(models.TextChoices):
        CUSTOMER = "customer", _("Customer")
        STAFF = "staff", _("Staff")
        CHANNEL = "channel", _("Channel")
        BLIND = "blind", _("Unknown parcel")
        DESK = "desk", _("Returns desk")

    number = models.CharField(_("number"), max_length=32, unique=True)
    status = StatusField(_("status"), choices=Status, default=Status.REQUESTED)
    order = models.ForeignKey(
        Order,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="returns",
        verbose_name=_("order"),
    )
    external_id = models.CharField(
        _("external id"),
        max_length=128,
        blank=True,
        help_text=_("The channel's number of the return or credit note."),
    )
    source = models.CharField(_("source"), max_length=16, choices=Source)
    location = models.ForeignKey(
        Location,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="returns",
        verbose_name=_("location"),
        help_text=_("Where it is expected; then where it was counted first."),
    )
    reason = models.CharField(_("reason"), max_length=24, choices=ReturnReason)
    note = models.CharField(_("note"), max_length=200, blank=True)
    advice = models.CharField(
        _("against the policy"),
        max_length=300,
        blank=True,
        help_text=_("What the policy says against it; staff took it all the same."),
    )
    fee_percent = models.PositiveSmallIntegerField(_("fee (%)"), default=0)
    money = models.CharField(
        _("money"), max_length=16, choices=Money, default=Money.PENDING
    )
    tracking_number = models.CharField(_("tracking number"), max_length=64, blank=True)
    opened_by_form = models.UUIDField(
        _("form of the desk"),
        null=True,
        blank=True,
        unique=True,
        editable=False,
        help_text=_("A form that is sent twice opens one return."),
    )
    requested_at = models.DateTimeField(_("requested at"))
    expires_at = models.DateTimeField(
        _("expires at"),
        null=True,
        blank=True,
        help_text=_("If nothing of it has come by then; nobody waits for the rest."),
    )
    approved_at = models.DateTimeField(_("approved at"), null=True, blank=True)
    received_at = models.DateTimeField(_("received at"), null=True, blank=True)
    inspected_at = models.DateTimeField(_("inspected at"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)

    objects = ReturnSet.as_manager()

    class Meta:
        verbose_name = _("return")
        verbose_name_plural = _("returns")
        permissions = [
            ("request_return", "Can open returns"),
            ("approve_return", "Can approve, decline and cancel returns"),
            ("receive_return", "Can receive and inspect returns"),
            ("export_return", "Can export returns"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=Status.values), name="return_status_known"
            ),
            models.CheckConstraint(
                condition=Q(order__isnull=False) | Q(source="blind"),
                name="return_belongs_to_an_order",
            ),
            models.UniqueConstraint(
                fields=["order", "external_id"],
                condition=~Q(external_id=""),
                name="return_external_id_once",
            ),
        ]
        indexes = [
            models.Index(
                fields=["status", "requested_at"],
                name="return_open",
                condition=~Q(status__in=["closed", "declined", "cancelled", "expired"]),
            ),
            # what has changed since somebody asked
            models.Index(fields=["updated_at", "id"], name="return_changes"),
            # what the desk scans off a parcel
            models.Index(
                fields=["tracking_number"],
                name="return_tracking",
                condition=~Q(tracking_number=""),
            ),
        ]

    def __str__(self):
        return _("Return %(number)s") % {"number": self.number}

    @property
    def timeline_root(self) -> tuple[str, int]:
        return ("order", self.order_id) if self.order_id else ("return", self.pk)

    @transition(
        field="status",
        source=Status.REQUESTED,
        target=Status.APPROVED,
        custom={"action": "return.approved"},
    )
    def approve(self, *, at):
        self.approved_at = at

    @transition(
        field="status",
        source=Status.REQUESTED,
        target=Status.DECLINED,
        custom={"action": "return.declined"},
    )
    def decline(self, *, at, reason):
        self.closed_at, self.money = at, Money.NOT_DUE

    @transition(
        field="status",
        source=[Status.REQUESTED, Status.APPROVED],
        target=Status.CANCELLED,
        conditions=[guards.nothing_received],
        custom={"action": "return.cancelled"},
    )
    def cancel(self, *, at, reason):
        self.closed_at, self.money = at, Money.NOT_DUE

    @transition(
        field="status",
        source=Status.APPROVED,
        target=Status.EXPIRED,
        conditions=[guards.nothing_received],
        custom={"action": "return.expired"},
    )
    def expire(self, *, at):
        self.closed_at, self.money = at, Money.NOT_DUE

    @transition(
        field="status",
        source=[Status.APPROVED, Status.INSPECTED, Status.EXPIRED],
        target=Status.RECEIVED,
        conditions=[guards.something_received],
        custom={"action": "return.received"},
    )
    def receive(self, *, at):
        """The first parcel, another one, or one that comes late."""
        self.received_at = self.received_at or at
        self.inspected_at = self.closed_at = None

    @transition(
        field="status",
        source=Status.RECEIVED,
        target=Status.INSPECTED,
        conditions=[guards.all_is_inspected],
        custom={"action": "return.inspected"},
    )
    def inspect(self, *, at):
        self.inspected_at = at

    @transition(
        field="status",
        source=Status.INSPECTED,
        target=Status.CLOSED,
        conditions=[guards.all_is_settled],
        custom={"action": "return.closed"},
    )
    def close(self, *, at):
        self.closed_at = at
