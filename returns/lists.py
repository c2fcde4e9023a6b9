"""What returns add to the list of orders: a queue, their numbers, their work items."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from oms.core.lists import Finder, Queue, add_to_list
from orders.models import Order
from orders.search import spellings
from returns.models import Refund, Return


def _by_number(text: str) -> Q:
    returns = Return.objects.filter(number__in=spellings(text), order__isnull=False)
    return Q(pk__in=returns.values("order_id"))


def _to_do() -> Q:
    """Something of it comes back, and it is our turn."""
    returns = Return.objects.filter(status__in=Return.OURS, order__isnull=False)
    return Q(pk__in=returns.values("order_id"))


add_to_list(
    Order,
    queues=[Queue("returns", _("Returns"), _to_do, 95)],
    finders=[Finder("return", _by_number)],
    parts=[Return, Refund],
)
