"""Work in the hands of a partner: a 3PL or a supplier was sent it and answers, also
where we ask to have it cancelled."""

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from fulfillment.models.statuses import Status

HELD = (Status.RELEASED, Status.PICKING, Status.PACKED)  # by whoever was sent it


class Cancellation(models.TextChoices):
    """What became of our wish that a partner lets go of work."""

    REQUESTED = "requested", _("Cancellation asked for")
    ACCEPTED = "accepted", _("Given back")
    REJECTED = "rejected", _("Cancellation refused")
    WITHDRAWN = "withdrawn", _("Not asked for any more")


class WithPartner(models.Model):
    """What a partner was sent and has answered. `cancellation` is of the newest request
    for it; the ones before stand on the timeline."""

    Cancellation = Cancellation

    submitted_at = models.DateTimeField(
        _("sent to the partner at"), null=True, blank=True
    )
    accepted_at = models.DateTimeField(
        _("accepted by the partner at"), null=True, blank=True
    )
    partner_reference = models.CharField(
        _("partner's reference"), max_length=64, blank=True
    )
    cancellation = models.CharField(
        _("cancellation"), max_length=16, choices=Cancellation, blank=True
    )
    cancellation_reason = models.CharField(
        _("why it is to be cancelled"), max_length=200, blank=True
    )
    cancellation_reroutes = models.BooleanField(
        _("sent from elsewhere then"),
        default=False,
        help_text=_("Its pieces are still wanted, only not from this location."),
    )
    cancellation_asked_at = models.DateTimeField(
        _("cancellation asked for at"), null=True, blank=True
    )
    cancellation_answer = models.CharField(
        _("what the partner answered"), max_length=200, blank=True
    )
    cancellation_answered_at = models.DateTimeField(
        _("answered at"), null=True, blank=True
    )

    class Meta:
        abstract = True

    @property
    def is_with_partner(self) -> bool:
        """It was sent to somebody who may be at it: not ours to take away."""
        return self.submitted_at is not None and self.status in HELD

    @property
    def is_asked_back(self) -> bool:
        return self.cancellation == Cancellation.REQUESTED

    def end_request(
        self, how: Cancellation, at: datetime | None, answer: str = ""
    ) -> None:
        self.cancellation = how
        self.cancellation_answer = answer
        self.cancellation_answered_at = at

    def refuse_request(self, at: datetime, answer: str) -> None:
        """What has left cannot be given back any more."""
        if self.is_asked_back:
            self.end_request(Cancellation.REJECTED, at, str(answer))

    def drop_request(self, at: datetime) -> None:
        """Nothing is left to give back."""
        if self.is_asked_back:
            self.end_request(Cancellation.WITHDRAWN, at)


_OPEN = Q(cancellation=Cancellation.REQUESTED)
_NONE = Q(cancellation="")
CONSTRAINTS = [
    models.CheckConstraint(
        condition=_NONE | Q(cancellation__in=Cancellation.values),
        name="fulfillmentorder_cancellation_known",
    ),
    models.CheckConstraint(  # only what a partner has is asked back
        condition=~_OPEN | Q(submitted_at__isnull=False, status__in=HELD),
        name="fulfillmentorder_asked_while_held",
    ),
    models.CheckConstraint(
        condition=~Q(cancellation=Cancellation.ACCEPTED)
        | Q(status__in=[*HELD, Status.CANCELLED, Status.FULFILLED]),
        name="fulfillmentorder_given_back_once_held",
    ),
    models.CheckConstraint(
        condition=_NONE & Q(cancellation_asked_at__isnull=True, cancellation_reason="")
        | ~_NONE & Q(cancellation_asked_at__isnull=False) & ~Q(cancellation_reason=""),
        name="fulfillmentorder_asked_with_reason",
    ),
    models.CheckConstraint(
        condition=(_NONE | _OPEN)
        & Q(cancellation_answered_at__isnull=True, cancellation_answer="")
        | ~(_NONE | _OPEN) & Q(cancellation_answered_at__isnull=False),
        name="fulfillmentorder_answered_once_asked",
    ),
    models.CheckConstraint(
        condition=~Q(cancellation=Cancellation.REJECTED) | ~Q(cancellation_answer=""),
        name="fulfillmentorder_refused_with_reason",
    ),
]
INDEXES = [
    # what a partner has to answer
    models.Index(fields=["location"], name="fulfillmentorder_asked", condition=_OPEN),
]
