import factory
from django.contrib.auth.models import Group
from factory.django import DjangoModelFactory

from oms.core.models import User


class UserFactory(DjangoModelFactory):
    """Staff who may log in with the password `secret`; `groups`: names."""

    class Meta:
        model = User
        django_get_or_create = ["username"]
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"user{n}")
    email = factory.LazyAttribute(lambda user: f"{user.username}@example.org")
    password = factory.django.Password("secret")
    is_staff = True

    @factory.post_generation
    def groups(self, create, extracted, **kwargs):
        if create and extracted:
            self.groups.set(Group.objects.get_or_create(name=n)[0] for n in extracted)
