"""Which orders the list shows at an address: for what is done to all of them, and for
the counts of saved views."""

from django.contrib.admin.utils import (
    build_q_object_from_lookup_parameters,
    prepare_lookup_value,
)
from django.contrib.admin.views.main import PAGE_VAR, SEARCH_VAR
from django.core.exceptions import FieldError, ValidationError
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _

from oms.core.exceptions import BusinessRuleError
from orders import queues
from orders.search import search, searched

QUEUE = "queue"
VIEW = "view"
ALL = "all"
NO_FILTERS = {QUEUE, VIEW, SEARCH_VAR, PAGE_VAR, "e"}


def queue_in(query: QueryDict) -> queues.Queue:
    """The one of the address; all orders where it names none that there is."""
    known = queues.all_queues()
    return known.get(query.get(QUEUE), known[ALL])


def without_page(query: QueryDict, *more: str) -> str:
    """The address of a list but for its page, and for what else is named."""
    kept = query.copy()
    for name in (PAGE_VAR, "e", *more):
        kept.pop(name, None)
    return kept.urlencode()


def filtered(page, request, query: QueryDict) -> QuerySet:
    """What queue and filters of an address leave; BusinessRuleError where they make no
    sense."""
    filters = {
        name: prepare_lookup_value(name, values)
        for name, values in query.lists()
        if name not in NO_FILTERS
    }
    for name, values in filters.items():
        if not all(page.lookup_allowed(name, value, request) for value in values):
            raise BusinessRuleError(_no_filter(name))
    rows = page.get_queryset(request).filter(queue_in(query).where())
    try:
        return rows.filter(build_q_object_from_lookup_parameters(filters))
    except (FieldError, ValidationError, ValueError, TypeError):
        raise BusinessRuleError(_no_filter(", ".join(filters))) from None


def rows_at(page, request, query: QueryDict) -> QuerySet:
    """The orders that the list shows there, in no order."""
    where: Q = search(query.get(SEARCH_VAR, "")).where
    rows = searched(filtered(page, request, query)).filter(where)
    return rows.order_by()


def _no_filter(name: str) -> str:
    return _(
        "The list of orders cannot be filtered by “%(name)s” like this; choose a "
        "filter of the list."
    ) % {"name": name[:100]}


def keys_ticked(values: list[str]) -> Q:
    """Ticked rows; what is no key finds nothing."""
    keys = [int(text) for text in values if text.isascii() and text.isdigit()]
    return Q(pk__in=[key for key in keys if key < 2**63])
