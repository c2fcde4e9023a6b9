"""What the pages of stock show of one level: its sum, and its ledger."""

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from inventory.models import StockLevel
from inventory.models.stock import Condition
from oms.core import panels
from oms.core.causes import causes

NEWEST_MOVEMENTS = 50


def formula(level: StockLevel) -> str:
    if level.condition != Condition.SELLABLE:
        return _("0, as only sellable goods are promised")
    return f"{level.atp} = {level.on_hand} − {level.allocated} − {level.safety_stock}"


def other_conditions(level: StockLevel) -> panels.Table | None:
    """What lies at the same place in another condition."""
    others = StockLevel.objects.filter(
        product=level.product_id, location=level.location_id
    ).exclude(pk=level.pk)
    rows = [
        [
            panels.status_badge(other, "condition"),
            panels.link(StockLevel, other.pk, other.on_hand),
        ]
        for other in others.order_by("condition")
    ]
    if not rows:
        return None
    return panels.Table(_("Here too"), [_("Condition"), _("On hand")], rows)


def newest_movements(level: StockLevel, most: int = NEWEST_MOVEMENTS) -> panels.Table:
    movements = list(level.movements.order_by("-id")[:most])
    known = causes((row.ref_type, row.ref_id) for row in movements)
    headings = [_("At"), _("What"), _("On hand"), _("Allocated"), _("Cause")]
    return panels.Table(
        _("Ledger, newest first"),
        [*headings, _("Reason"), _("By")],
        [
            [
                panels.moment(movement.at),
                movement.get_kind_display(),
                signed(movement.on_hand_delta),
                signed(movement.allocated_delta),
                known[movement.ref_type, movement.ref_id],
                movement.reason or panels.NOTHING,
                movement.actor,
            ]
            for movement in movements
        ],
        note=format_html('<a href="{}">{}</a>', ledger_url(level), _("Whole ledger")),
        empty=_("Nothing has moved."),
    )


def signed(pieces: int) -> str:
    return f"{pieces:+d}" if pieces else "0"


def ledger_url(level: StockLevel) -> str:
    url = reverse("admin:inventory_stockmovement_changelist")
    return f"{url}?stock_level__id__exact={level.pk}"
