"""What returns add to the list of orders: their numbers, and their work items."""

from django.db.models import Q

from oms.core.lists import Finder, add_to_list
from orders.models import Order
from orders.search import spellings
from returns.models import Refund, Return


def _by_number(text: str) -> Q:
    returns = Return.objects.filter(number__in=spellings(text), order__isnull=False)
    return Q(pk__in=returns.values("order_id"))


add_to_list(Order, finders=[Finder("return", _by_number)], parts=[Return, Refund])
