"""What stands still in the background, for its tests."""

from django.utils import timezone
from django_q.models import OrmQ

from channels.services import inbox


def refused(channel, number: int = 1) -> list[int]:
    raw = [inbox.RawMessage(f"R{n}", {"no": "order"}) for n in range(number)]
    keys = [
        message.pk for message in inbox.store_messages(channel, raw, actor="t").done
    ]
    inbox.finish_messages(dict.fromkeys(keys, "No lines."), at=timezone.now())
    OrmQ.objects.all().delete()
    return keys
