"""message_received(sender, messages, actor, at): new inbound messages, stored in this
transaction. Receivers enqueue their handling."""

from django.dispatch import Signal

message_received = Signal()
