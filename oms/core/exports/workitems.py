"""Work items as a file."""

from django.utils.translation import gettext_lazy as _

from oms.core.exports.making import register_export
from oms.core.exports.resources import ExportResource, column
from oms.core.files.cells import Moment, Number, Text, Word
from oms.core.models import WorkItem


@register_export
class WorkItems(ExportResource):
    """Titles may name somebody."""

    name, label = "work_items", _("Work items")
    has_persons = True

    kind = column(Text(), "kind")
    title = column(Text(), "title")
    status = column(Word(), "status")
    subject = column(Word(), "subject_type")
    subject_id = column(Number(), "subject_id")
    owner = column(Text(), "owner__username")
    opened_at = column(Moment(), "opened_at")
    snoozed_until = column(Moment(), "snoozed_until")
    resolved_at = column(Moment(), "resolved_at")

    class Meta:
        model = WorkItem
