"""When work is to be done, and when it was."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Timed(models.Model):
    work_on = models.DateField(
        _("work on"),
        null=True,
        blank=True,
        help_text=_("The day of the work in the location's zone; counts its capacity."),
    )
    ship_by = models.DateTimeField(_("ship by"), null=True, blank=True)
    promised_at = models.DateField(_("promised for"), null=True, blank=True)
    fulfil_at = models.DateTimeField(
        _("not before"), null=True, blank=True, help_text=_("While it is scheduled.")
    )
    scheduled_reason = models.CharField(_("why scheduled"), max_length=200, blank=True)
    reserved_until = models.DateTimeField(
        _("reserved until"), null=True, blank=True, help_text=_("While it is reserved.")
    )
    assigned_at = models.DateTimeField(_("assigned at"))
    released_at = models.DateTimeField(_("released at"), null=True, blank=True)
    picking_at = models.DateTimeField(_("picking since"), null=True, blank=True)
    packed_at = models.DateTimeField(_("packed at"), null=True, blank=True)
    fulfilled_at = models.DateTimeField(_("fulfilled at"), null=True, blank=True)
    cancelled_at = models.DateTimeField(_("cancelled at"), null=True, blank=True)

    class Meta:
        abstract = True


CONSTRAINTS = [
    models.CheckConstraint(
        condition=~Q(status="reserved") | Q(reserved_until__isnull=False),
        name="fulfillmentorder_reserved_until",
    ),
    models.CheckConstraint(
        condition=~Q(status="scheduled") | Q(fulfil_at__isnull=False),
        name="fulfillmentorder_scheduled_at",
    ),
]
