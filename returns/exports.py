"""Returns as a file."""

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from oms.core.exports.making import register_export
from oms.core.exports.resources import ExportResource, column
from oms.core.files.cells import Moment, Number, Text, Word
from returns.models import Return, ReturnLine


@register_export
class Returns(ExportResource):
    name, label = "returns", _("Returns")
    api_list = "returns"
    has_persons = True  # notes may name somebody

    number = column(Text(), "number")
    order = column(Text(), "order__number")
    channel = column(Text(), "order__channel__code")
    external_id = column(Text(), "external_id")
    status = column(Word(), "status")
    money = column(Word(), "money")
    source = column(Word(), "source")
    reason = column(Word(), "reason")
    note = column(Text(), "note")
    location = column(Text(), "location__code")
    tracking_number = column(Text(), "tracking_number")
    fee_percent = column(Number(), "fee_percent")
    requested_at = column(Moment(), "requested_at")
    approved_at = column(Moment(), "approved_at")
    expires_at = column(Moment(), "expires_at")
    received_at = column(Moment(), "received_at")
    inspected_at = column(Moment(), "inspected_at")
    closed_at = column(Moment(), "closed_at")

    class Meta:
        model = Return


@register_export
class ReturnLines(ExportResource):
    """One row for a line of the returns that the list shows, the newest first: what can
    be announced by a file."""

    name, label = "return_lines", _("Return lines")
    api_list = "returns"
    listed = Return
    has_persons = True

    order = column(Text(), "ret__order__number")
    sku = column(Text(), "sku")
    quantity = column(Number(), "authorized_quantity")
    number = column(Text(), "ret__number")
    external_id = column(Text(), "ret__external_id")
    reason = column(Word(), "ret__reason")
    note = column(Text(), "ret__note")
    channel = column(Text(), "ret__order__channel__code")
    status = column(Word(), "ret__status")
    requested_at = column(Moment(), "ret__requested_at")

    class Meta:
        model = ReturnLine

    @classmethod
    def rows(cls, listed: QuerySet) -> QuerySet:
        returns = listed.order_by().values("pk")
        return ReturnLine.objects.filter(ret__in=returns).order_by("-ret_id", "pk")
