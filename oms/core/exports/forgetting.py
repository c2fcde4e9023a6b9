"""Searches that name somebody who is erased: in saved views and daily exports."""

import re
from collections.abc import Collection
from urllib.parse import unquote_plus

from django.db.models import QuerySet
from django.utils import timezone

from oms.core.exports.models import DailyExport
from oms.core.models import SavedView


def erase_searches(words: Collection[str]) -> None:
    """Those with one of these texts: views go. Daily exports stop: without what they
    looked for they would send everything."""
    if not words:
        return
    texts = "|".join(re.escape(word.casefold()) for word in words)
    wanted = re.compile(rf"(?<!\w)({texts})(?!\w)")
    _naming(SavedView.objects.all(), wanted).delete()
    daily = _naming(DailyExport.objects.all(), wanted)
    daily.update(query="", is_active=False, updated_at=timezone.now())


def _naming(rows: QuerySet, wanted: re.Pattern) -> QuerySet:
    asked = rows.exclude(query="").values_list("pk", "query")
    said = {pk: unquote_plus(query).casefold() for pk, query in asked}
    return rows.filter(pk__in=[pk for pk, text in said.items() if wanted.search(text)])
