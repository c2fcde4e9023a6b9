"""message_received(sender, messages, actor, at): new inbound messages, stored in this
transaction. Receivers enqueue their handling.
skus_mapped(sender, listings, actor): what a channel calls our products. Receivers
enqueue the orders that waited for it."""

from django.dispatch import Signal

message_received = Signal()
skus_mapped = Signal()
