import factory
from factory.django import DjangoModelFactory

from channels.models import Channel


class ChannelFactory(DjangoModelFactory):
    class Meta:
        model = Channel
        django_get_or_create = ["code"]

    code = factory.Sequence(lambda n: f"channel-{n}")
    name = factory.LazyAttribute(lambda channel: channel.code.title())
    payment = Channel.Payment.CHANNEL
