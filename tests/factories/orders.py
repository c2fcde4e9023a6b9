import factory
from factory.django import DjangoModelFactory

from orders.models import Customer


class CustomerFactory(DjangoModelFactory):
    class Meta:
        model = Customer

    name = factory.Sequence(lambda n: f"Customer {n}")
    email = factory.Sequence(lambda n: f"customer{n}@example.org")
    key = factory.LazyAttribute(lambda customer: f"email:{customer.email.lower()}")
