"""What orders do when something happens to their left. One line each."""

from django.dispatch import receiver

from channels.models import InboundMessage
from channels.signals import message_received, skus_mapped
from oms.core.tasks import enqueue


@receiver(message_received)
def take_in(messages, **_kwargs):
    placed = [m.pk for m in messages if m.kind == InboundMessage.Kind.ORDER]
    enqueue("orders.tasks.take_in", placed)


@receiver(skus_mapped)
def heal(listings, **_kwargs):
    enqueue("orders.tasks.heal", [listing.pk for listing in listings])
