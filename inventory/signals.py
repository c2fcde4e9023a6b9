"""stock_changed(sender, changed, risen, actor, at): sets of product ids whose available
quantity changed, and which of them rose. Sent inside the transaction that holds the
lock of the levels: receivers lock and write nothing but a task."""

from django.dispatch import Signal

stock_changed = Signal()
