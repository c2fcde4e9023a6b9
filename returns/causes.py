"""What the ledger's movements name of returns: the pieces that came back."""

from collections.abc import Collection

from oms.core import panels
from oms.core.causes import register_cause
from returns.models import Return, ReturnItem


def _items(keys: Collection[int]) -> dict[int, str]:
    items = ReturnItem.objects.filter(pk__in=keys).select_related("line__ret")
    return {
        item.pk: panels.link(Return, item.line.ret_id, item.line.ret) for item in items
    }


register_cause("returnitem", _items)
