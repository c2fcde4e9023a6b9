"""Work: the quantities of one order that one location sends."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_fsm import transition

from fulfillment import guards
from fulfillment.models import floor, negotiation, times
from fulfillment.models.floor import OnTheFloor
from fulfillment.models.keys import ChangesWithOrder, WorkSet
from fulfillment.models.negotiation import WithPartner
from fulfillment.models.statuses import RejectCode, Status
from fulfillment.models.times import Timed
from inventory.models import Location
from oms.core.base import StatusField, StatusModel
from orders.models import Order


class FulfillmentOrder(ChangesWithOrder, OnTheFloor, Timed, WithPartner, StatusModel):
    """Made with its location, which never changes. Locked through its order."""

    Status = Status
    STOPPABLE = (  # nobody has goods in hand
        Status.RESERVED,
        Status.SCHEDULED,
        Status.ASSIGNED,
        Status.RELEASED,
    )
    IN_HAND = (Status.PICKING, Status.PACKED)
    OPEN = (*STOPPABLE, *IN_HAND)

    number = models.CharField(_("number"), max_length=32, unique=True)
    order = models.ForeignKey(
        Order,
        models.PROTECT,
        related_name="fulfillment_orders",
        verbose_name=_("order"),
    )
    location = models.ForeignKey(
        Location,
        models.PROTECT,
        related_name="fulfillment_orders",
        verbose_name=_("location"),
        db_index=False,  # fulfillmentorder_open serves the floor
    )
    status = StatusField(_("status"), choices=Status, default=Status.ASSIGNED)
    service = models.CharField(_("delivery service"), max_length=32, blank=True)
    reject_code = models.CharField(
        _("rejected"), max_length=24, choices=RejectCode, blank=True
    )
    exclusion_lifted_at = models.DateTimeField(
        _("exclusion lifted at"),
        null=True,
        blank=True,
        help_text=_("A rejected order does not come back until then."),
    )
    objects = WorkSet.as_manager()

    class Meta:
        verbose_name = _("fulfillment order")
        verbose_name_plural = _("fulfillment orders")
        permissions = [
            ("release_fulfillmentorder", "Can release work and make waves"),
            ("pick_fulfillmentorder", "Can pick"),
            ("pack_fulfillmentorder", "Can pack"),
            ("reject_fulfillmentorder", "Can reject work and tell what is missing"),
            ("route_fulfillmentorder", "Can move work and route again"),
        ]
        constraints = [
            *floor.CONSTRAINTS,
            *negotiation.CONSTRAINTS,
            *times.CONSTRAINTS,
            models.CheckConstraint(
                condition=Q(status__in=Status.values),
                name="fulfillmentorder_status_known",
            ),
        ]
        indexes = [
            *negotiation.INDEXES,
            # the work of a location by status, oldest first
            models.Index(
                fields=["location", "status", "assigned_at"],
                name="fulfillmentorder_open",
                condition=~Q(status__in=["fulfilled", "cancelled"]),
            ),
            # reservations that run out
            models.Index(
                fields=["reserved_until"],
                name="fulfillmentorder_reserved",
                condition=Q(status="reserved"),
            ),
            # scheduled work whose day has come
            models.Index(
                fields=["fulfil_at"],
                name="fulfillmentorder_scheduled",
                condition=Q(status="scheduled"),
            ),
            # how much of a day's capacity is used
            models.Index(
                fields=["location", "work_on"],
                name="fulfillmentorder_capacity",
                condition=Q(work_on__isnull=False) & ~Q(status="cancelled"),
            ),
            # where an order must not be sent again
            models.Index(
                fields=["order"],
                name="fulfillmentorder_rejected",
                condition=~Q(reject_code="") & Q(exclusion_lifted_at__isnull=True),
            ),
        ]

    def __str__(self):
        return _("Fulfillment order %(number)s") % {"number": self.number}

    @property
    def timeline_root(self) -> tuple[str, int]:
        return "order", self.order_id

    @transition(
        field="status",
        source=Status.RESERVED,
        target=Status.ASSIGNED,
        custom={"action": "fulfillmentorder.assigned"},
    )
    def assign(self, *, at):
        """The order that reserved it is confirmed."""
        self.assigned_at = at
        self.reserved_until = None

    @transition(
        field="status",
        source=Status.ASSIGNED,
        target=Status.SCHEDULED,
        custom={"action": "fulfillmentorder.scheduled"},
    )
    def schedule(self, *, at, until, reason):
        self.fulfil_at = until
        self.scheduled_reason = reason

    @transition(
        field="status",
        source=Status.SCHEDULED,
        target=Status.ASSIGNED,
        custom={"action": "fulfillmentorder.activated"},
    )
    def activate(self, *, at):
        """Its day has come, or somebody wants it now."""
        self.fulfil_at = None
        self.scheduled_reason = ""

    def status_note(self) -> str:
        return guards.why_reserved(self)

    @transition(
        field="status",
        source=Status.ASSIGNED,
        target=Status.RELEASED,
        conditions=[
            guards.order_is_live,
            guards.has_open_pieces,
            guards.no_hold_on_releasing,
        ],
        custom={"action": "fulfillmentorder.released"},
    )
    def release(self, *, at):
        self.released_at = at

    @transition(
        field="status",
        source=Status.RELEASED,
        target=Status.PICKING,
        conditions=[guards.no_hold_on_shipping],
        custom={"action": "fulfillmentorder.picking_started"},
    )
    def start_picking(self, *, at):
        self.picking_at = at

    @transition(
        field="status",
        source=Status.PICKING,
        target=Status.PACKED,
        conditions=[
            guards.all_is_picked,
            guards.has_open_pieces,
            guards.no_hold_on_shipping,
        ],
        custom={"action": "fulfillmentorder.packed"},
    )
    def pack(self, *, at):
        self.packed_at = at

    @transition(
        field="status",
        source=Status.PICKING,
        target=Status.PACKED,
        conditions=[guards.has_open_pieces, guards.no_hold_on_shipping],
        custom={"action": "fulfillmentorder.packed"},
    )
    def pack_part(self, *, at):
        """The rest goes with another parcel."""
        self.packed_at = at

    @transition(
        field="status",
        source=Status.PACKED,
        target=Status.PICKING,
        custom={"action": "fulfillmentorder.unpacked"},
    )
    def unpack(self, *, at):
        """A part of it was cancelled: the box has to be opened again."""
        self.packed_at = None

    @transition(
        field="status",
        source=Status.PACKED,
        target=Status.PICKING,
        custom={"action": "fulfillmentorder.partly_shipped"},
    )
    def ship_part(self, *, at):
        """The rest is still to be sent."""
        self.packed_at = None
        self.refuse_request(at, _("A part of it had left already."))

    @transition(
        field="status",
        source=Status.PACKED,
        target=Status.FULFILLED,
        conditions=[guards.nothing_left],
        custom={"action": "fulfillmentorder.fulfilled"},
    )
    def fulfill(self, *, at):
        self.fulfilled_at = at
        self.refuse_request(at, _("It had left already."))

    @transition(
        field="status",
        source=list(IN_HAND),
        target=Status.FULFILLED,
        conditions=[guards.nothing_left],
        custom={"action": "fulfillmentorder.fulfilled"},
    )
    def finish(self, *, at):
        """A part has left, the rest is not wanted or not there."""
        self.fulfilled_at = at
        self.drop_request(at)

    @transition(
        field="status",
        source=list(OPEN),
        target=Status.CANCELLED,
        conditions=[guards.nothing_left],
        custom={"action": "fulfillmentorder.cancelled"},
    )
    def cancel(self, *, at):
        """What it held must be given back first."""
        self.cancelled_at = at
        self.drop_request(at)

    @transition(
        field="status",
        source=[Status.ASSIGNED, Status.RELEASED, Status.PICKING],
        target=Status.CANCELLED,
        conditions=[guards.nothing_has_left, guards.not_asked_back],
        custom={"action": "fulfillmentorder.rejected"},
    )
    def reject(self, *, at, code, location, reason):
        """The location cannot send it; what it held is given back with it."""
        self.cancelled_at = at
        self.reject_code = code

    @transition(
        field="status",
        source=[Status.ASSIGNED, Status.RELEASED],
        target=Status.CANCELLED,
        conditions=[guards.not_asked_back],
        custom={"action": "fulfillmentorder.moved"},
    )
    def move(self, *, at, location, to, reason):
        """Another location sends it; what it held is given back with it."""
        self.cancelled_at = at
