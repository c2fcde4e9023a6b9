"""How far work is, and why a location would not do it."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Status(models.TextChoices):
    RESERVED = "reserved", _("Reserved")
    SCHEDULED = "scheduled", _("Scheduled")
    ASSIGNED = "assigned", _("Assigned")
    RELEASED = "released", _("Released")
    PICKING = "picking", _("Picking")
    PACKED = "packed", _("Packed")
    FULFILLED = "fulfilled", _("Fulfilled")
    CANCELLED = "cancelled", _("Cancelled")


class RejectCode(models.TextChoices):
    """Why a location cannot send it; the first two say something about its stock."""

    NOT_IN_STOCK = "not_in_stock", _("Not in stock")
    DAMAGED = "damaged", _("Damaged")
    NO_CAPACITY = "no_capacity", _("No capacity")
    CANNOT_SHIP = "cannot_ship", _("Cannot ship there")
    OTHER = "other", _("Other")
