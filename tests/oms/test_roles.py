"""Roles as code: what is in the list is what the groups have."""

from io import StringIO

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command
from django.urls import reverse

from oms import roles
from orders.models import Order
from tests import factories

pytestmark = pytest.mark.django_db


def given(name: str) -> set[str]:
    rows = Group.objects.get(name=name).permissions.select_related("content_type")
    return {f"{row.content_type.app_label}.{row.codename}" for row in rows}


def test_the_groups_are_as_the_list_says():
    out = StringIO()

    call_command("sync_roles", stdout=out)

    names = {role.name for role in roles.ROLES}
    assert set(Group.objects.values_list("name", flat=True)) == names
    assert out.getvalue().count("permissions") == len(names)
    assert "orders.view_order" in given("support")
    assert "fulfillment.pack_fulfillmentorder" in given("packer")


def test_what_was_changed_by_hand_is_put_right_and_other_groups_stay():
    roles.sync()
    packer = Group.objects.get(name="packer")
    packer.permissions.set(Permission.objects.filter(codename="delete_order"))
    mine = Group.objects.create(name="friends of the house")
    mine.permissions.set(Permission.objects.filter(codename="view_order"))

    roles.sync()

    assert "orders.delete_order" not in given("packer")
    assert given("friends of the house") == {"orders.view_order"}


def test_a_permission_that_does_not_exist_is_named(monkeypatch):
    wrong = roles.Role("clerk", ("orders.ordr",), ())
    monkeypatch.setattr(roles, "ROLES", (wrong,))

    with pytest.raises(LookupError, match=r"clerk: no model has orders\.view_ordr"):
        roles.sync()

    assert not Group.objects.filter(name="clerk").exists()


def test_nobody_deletes_and_nobody_makes_documents():
    roles.sync()

    for role in roles.ROLES:
        has = {name.partition(".")[2] for name in given(role.name)}
        deletes = {name for name in has if name.startswith("delete_")}
        assert deletes <= {"delete_dailyexport"}, role.name  # no document, no master
        assert not has & {f"add_{each}" for each in ("order", "fulfillmentorder")}


def test_the_auditor_sees_everything_and_changes_nothing():
    roles.sync()

    has = given("auditor")

    assert all(".view_" in name or ".export_" in name for name in has)
    assert {f"orders.view_{each}" for each in ("order", "payment")} <= has
    assert "channels.view_channelsecret" in has
    assert not any("secret" in n for r in ("support", "finance") for n in given(r))


def test_a_packer_sees_the_work_and_no_money(client, world):
    roles.sync()
    packer = factories.UserFactory(groups=["packer"])
    client.force_login(packer)

    answers = {
        name: client.get(reverse(f"admin:{name}_changelist")).status_code
        for name in ("fulfillment_fulfillmentorder", "returns_refund", "orders_payment")
    }

    assert answers == {
        "fulfillment_fulfillmentorder": 200,
        "returns_refund": 403,
        "orders_payment": 403,
    }
    assert not packer.has_perm(f"orders.view_{Order._meta.model_name}")
