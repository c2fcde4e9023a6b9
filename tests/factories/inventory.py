"""Places and products. Stock comes by `tests.shop.receive`: a level that is made
without its movements breaks the first invariant."""

import factory
from factory.django import DjangoModelFactory

from inventory.models import Location, LocationGroup, Product


class LocationFactory(DjangoModelFactory):
    class Meta:
        model = Location
        django_get_or_create = ["code"]

    code = factory.Sequence(lambda n: f"L{n}")
    name = factory.LazyAttribute(lambda location: f"Location {location.code}")
    kind = Location.Kind.WAREHOUSE


class LocationGroupFactory(DjangoModelFactory):
    """`locations`: who is in the pool."""

    class Meta:
        model = LocationGroup
        skip_postgeneration_save = True

    name = factory.Sequence(lambda n: f"Pool {n}")

    @factory.post_generation
    def locations(self, create, extracted, **kwargs):
        if create and extracted:
            self.locations.set(extracted)


class ProductFactory(DjangoModelFactory):
    class Meta:
        model = Product
        django_get_or_create = ["sku"]

    sku = factory.Sequence(lambda n: f"SKU-{n}")
    name = factory.LazyAttribute(lambda product: f"Product {product.sku}")
    weight_grams = 250
