"""What a person may do: their own permissions and those of their groups, at once."""

import pytest
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import AnonymousUser, Permission

from oms.backends import StaffBackend
from oms.core.models import User
from oms.roles import sync
from tests import factories


@pytest.fixture
def person(db):
    sync()
    person = factories.UserFactory(groups=["packer", "buyer"])
    own = Permission.objects.filter(codename__in=["view_order", "cancel_order"])
    person.user_permissions.add(*own)
    return person


def fresh(person) -> User:
    """Who has not been asked about yet."""
    return User.objects.get(pk=person.pk)


def test_they_are_those_that_django_finds_in_one_statement(person, statements):
    found, asked = statements(StaffBackend().get_all_permissions, fresh(person))

    assert found == ModelBackend().get_all_permissions(fresh(person))
    assert {"orders.cancel_order", "fulfillment.pack_fulfillmentorder"} <= found
    assert asked == 1


def test_they_are_asked_for_once(person, statements):
    person = fresh(person)
    person.has_perm("orders.cancel_order")

    may, asked = statements(person.has_perm, "orders.cancel_order")

    assert (may, asked) == (True, 0)


@pytest.mark.parametrize("facts", [{"is_active": False}, {"is_superuser": True}])
def test_the_disabled_may_nothing_and_superusers_all(person, facts):
    User.objects.filter(pk=person.pk).update(**facts)

    same = ModelBackend().get_all_permissions(fresh(person))

    assert StaffBackend().get_all_permissions(fresh(person)) == same
    assert fresh(person).has_perm("orders.cancel_order") == facts.get(
        "is_superuser", False
    )


def test_strangers_may_nothing(db):
    assert StaffBackend().get_all_permissions(AnonymousUser()) == set()
    assert not AnonymousUser().has_perm("orders.view_order")


def test_a_permission_for_one_row_alone_does_not_exist(person):
    assert StaffBackend().get_all_permissions(fresh(person), obj=person) == set()
