"""What bin/demo does before it serves."""

from io import StringIO

import pytest
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command

from inventory.models import Product
from oms.core.models import User
from oms.roles import ROLES


def open_demo() -> str:
    out = StringIO()
    call_command("open_demo", stdout=out, stderr=out)
    return out.getvalue()


@pytest.mark.django_db
def test_a_shop_that_is_somebody_s_stays_as_it_is(settings, world):
    settings.DEBUG = True

    texts = [open_demo(), open_demo()]

    for text in texts:
        assert text.lstrip().startswith("The demo shop is not here")
        assert "How things stand" in text
    assert Group.objects.filter(name__in=[role.name for role in ROLES]).count() == len(
        ROLES
    )
    assert User.objects.filter(username="admin", is_superuser=True).count() == 1
    assert not Product.objects.filter(sku="MUG-OAK").exists()


@pytest.mark.django_db
def test_production_gets_no_logins(settings):
    settings.DEBUG = False

    with pytest.raises(CommandError, match="DEBUG=0"):
        open_demo()

    assert not User.objects.exists()
