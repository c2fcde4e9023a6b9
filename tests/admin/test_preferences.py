"""A person's own language, time zone and keys."""

from datetime import UTC, datetime

import pytest
from django.utils import timezone

from oms.core import panels
from oms.core.models import User
from orders.models import Order
from tests import shop

URL = "/admin/preferences/"


@pytest.fixture
def browser(client, world):
    client.force_login(world.anna)
    return client


def save(browser, **given):
    facts = {"language": "", "time_zone": "", "has_keys": "on"} | given
    return browser.post(URL, {name: value for name, value in facts.items() if value})


def test_they_are_kept_for_oneself_alone(browser, world):
    before = User.objects.get(pk=world.mia.pk)

    answer = save(
        browser, language="de", time_zone="Asia/Tokyo", has_keys="", username="x"
    )

    assert answer.status_code == 302
    anna, mia = (User.objects.get(pk=u.pk) for u in (world.anna, world.mia))
    assert (anna.language, anna.time_zone, anna.has_keys) == ("de", "Asia/Tokyo", False)
    assert (anna.username, anna.is_superuser) == ("anna", False)
    assert (mia.language, mia.has_keys) == (before.language, before.has_keys)


@pytest.mark.parametrize(
    "given", [{"language": "xx"}, {"time_zone": "Mars/Base"}, {"time_zone": "a\0"}]
)
def test_what_there_is_not_is_refused(browser, world, given):
    answer = save(browser, has_keys="", **given)

    assert answer.status_code == 200
    assert 'class="bad"' in answer.content.decode()
    assert User.objects.get(pk=world.anna.pk).has_keys


def test_they_are_for_staff(client, db):
    assert client.get(URL).status_code == 302
    assert client.post(URL).status_code == 302


def test_other_methods_are_not_allowed(browser):
    assert browser.put(URL).status_code == 405


def test_pages_speak_the_language_of_the_person(browser):
    english = browser.get(URL, headers={"accept-language": "en"}).content.decode()
    save(browser, language="de")
    german = browser.get(URL, headers={"accept-language": "en"})

    assert '<html lang="en"' in english
    assert '<html lang="de"' in german.content.decode()
    assert german["Content-Language"] == "de"


def test_who_chose_no_language_gets_the_browsers(browser):
    page = browser.get(URL, headers={"accept-language": "de"}).content.decode()

    assert '<html lang="de"' in page


def test_times_are_those_of_the_person(office, world, settings):
    [order] = shop.place_orders(world.channel)
    at = datetime(2026, 1, 1, 23, 30, tzinfo=UTC)
    Order.objects.filter(pk=order.pk).update(placed_at=at)
    admin = User.objects.get(is_superuser=True)
    shown = {}
    for zone in ("", "Asia/Tokyo", "America/New_York", "Gone/Nowhere"):
        User.objects.filter(pk=admin.pk).update(time_zone=zone)
        answer = office.get("/admin/orders/order/")
        with timezone.override(zone if zone not in ("", "Gone/Nowhere") else None):
            shown[zone] = panels.moment(at)
        assert shown[zone] in answer.content.decode(), zone

    assert len(set(shown.values())) == 3
    assert timezone.get_current_timezone_name() == settings.TIME_ZONE


def test_keys_are_switched_off_for_the_whole_page(browser):
    assert "data-keys" not in browser.get("/admin/").content.decode()

    save(browser, has_keys="")

    page = browser.get("/admin/").content.decode()
    assert ' data-keys="off"' in page
    assert "Single keys are switched off" in page


def test_a_zone_given_by_hand_is_kept(browser, world):
    User.objects.filter(pk=world.anna.pk).update(time_zone="Etc/GMT+5")

    save(browser, time_zone="Etc/GMT+5", language="de")

    assert User.objects.get(pk=world.anna.pk).time_zone == "Etc/GMT+5"
