"""What returns do when something happens to their left. One line each."""

from django.dispatch import receiver

from channels.models import InboundMessage
from channels.signals import message_received
from oms.core.tasks import enqueue


@receiver(message_received)
def take_in(messages, **_kwargs):
    asked = [m.pk for m in messages if m.kind == InboundMessage.Kind.RETURN]
    enqueue("returns.tasks.take_in", asked)
