"""Every page in German: nothing is left that was never given to the translators."""

import re
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from html.parser import HTMLParser

import pytest
from django.apps import apps
from django.contrib import admin
from django.db import models
from django.test import Client
from django.urls import Resolver404, resolve, reverse
from django.utils.translation import override

from oms.core import panels
from oms.core.base import StatusModel
from oms.core.models import Event
from oms.core.words import VERBS
from tests.admin.conftest import OURS
from tests.oms.test_languages import forms, messages, same_words

SPOKEN = ("aria-label", "title", "placeholder", "alt")
# What no translator gets: codes, units, names of keys, booleans of stock Django.
CODES = {"Ctrl", "Enter", "Esc", "min", "test", "admin", "example", "True", "False"}
# A number with a point for cents or a comma for thousands, a day from its year on.
FOREIGN = re.compile(r"(?<![\d.])\d+\.\d\d(?![\d.])|\d,\d{3}(?!\d)|\d{4}-\d\d-\d\d")
# Stock Django's own forms of accounts, which it has not in German yet.
ACCOUNTS = "/admin/core/user/"


class Texts(HTMLParser):
    """What a person reads or hears of a page, in pieces."""

    def __init__(self, answer):
        super().__init__()
        self.found, self.silent, self.links = set(), 0, []
        self.feed(answer.content.decode())

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.silent += tag in {"script", "style"}
        self.found |= {
            " ".join(given[name].split()) for name in SPOKEN if given.get(name)
        }
        if given.get("type") in {"submit", "button"}:
            self.found.add(given.get("value") or "")
        if tag == "a":
            self.links.append((given.get("href") or "").split("#")[0])

    def handle_endtag(self, tag):
        self.silent -= tag in {"script", "style"}

    def handle_data(self, data):
        if not self.silent:
            self.found.add(" ".join(data.split()))


def of_ours():
    return [m for m in admin.site._registry if m._meta.app_label in OURS]


def starts() -> list[str]:
    """Today, every list and the newest row of each."""
    urls = [reverse("admin:index")]
    for model in of_ours():
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        urls.append(reverse(f"{name}_changelist"))
        if row := model._default_manager.order_by("pk").last():
            if model._meta.model_name == "user":
                continue
            urls.append(reverse(f"{name}_change", args=[row.pk]))
    return urls


def walk(browser) -> dict[str, Texts]:
    """{address: texts}: the starts and, one of a kind, what their pages lead to."""
    waiting, kinds, pages = starts(), set(), {}
    while waiting:
        url = waiting.pop(0)
        if url in pages:
            continue
        answer = browser.get(url)
        if answer.status_code != 200 or "html" not in answer["Content-Type"]:
            continue
        pages[url] = Texts(answer)
        for link in pages[url].links:
            if (kind := _kind(link)) and kind not in kinds:
                kinds.add(kind)
                waiting.append(link)
    return pages


@cache
def _kind(link: str) -> str:
    """The page that a link leads to, without its row; "" for none of ours."""
    if not link.startswith("/admin/") or link.startswith(ACCOUNTS):
        return ""
    if link.split("/")[2] not in {"", *OURS}:
        return ""
    try:
        match = resolve(link.split("?")[0])
    except Resolver404:
        return ""
    return f"{match.view_name} {match.kwargs.get('name', '')}"


def data() -> list[str]:
    """What stands in the database, longest first."""
    found = set()
    for model in apps.get_models():
        fields = [
            field.attname
            for field in model._meta.concrete_fields
            if isinstance(field, models.CharField | models.TextField | models.JSONField)
        ]
        for row in model._default_manager.all():
            found.add(str(row))
            for name in fields:
                found |= set(_texts(getattr(row, name)))
    return sorted(filter(None, found), key=len, reverse=True)


def _texts(value):
    if isinstance(value, dict):
        value = [*value, *value.values()]
    if isinstance(value, list):
        for each in value:
            yield from _texts(each)
    elif isinstance(value, str):
        yield " ".join(value.split())


@pytest.fixture
def walked(admin_user, shop_with_one):
    def in_language(code):
        browser = Client(headers={"accept-language": code})
        browser.force_login(admin_user)
        return walk(browser)

    return in_language


def test_no_english_is_left_on_a_german_page(walked):
    german, english = walked("de"), walked("en")
    marked = {
        form
        for message in messages().values()
        for form, ours in zip(forms(message.id), forms(message.string), strict=True)
        if form != ours
    }
    stored = data()
    same = {
        text: url
        for url in german.keys() & english.keys() - {ACCOUNTS}
        for text in german[url].found & english[url].found
    }
    left = {t: url for t, url in same.items() if _is_english(t, marked, stored)}
    texts = {text: url for url, page in german.items() for text in page.found}
    foreign = {
        text: url
        for text, url in texts.items()
        if not _is_body(text)
        and FOREIGN.search(_without(text.partition(", etwa")[0], stored))
    }

    assert len(german) > 100
    assert sorted(left.items()) == []
    assert sorted(foreign.items()) == []


def _is_english(text: str, marked: set[str], stored: list[str]) -> bool:
    """Whether it is a message, or anything is left of it without data and codes."""
    if text.casefold().strip(": ›") in same_words() or text in stored:
        return False
    if _is_body(text):
        return False
    if text in marked:
        return True
    if text.endswith("…") and any(each.startswith(text[:-2]) for each in stored):
        return False  # data, cut off
    words = re.findall("[A-Za-z]*[a-z]{3}[a-z]*", _without(text, stored))
    return bool(set(words) - CODES)


def _is_body(text: str) -> bool:
    """What was sent, to the letter."""
    return text.startswith("{")


def _without(text: str, stored: list[str]) -> str:
    for value in stored:
        text = text.replace(value, " ")
    return text


def test_the_daily_pages_speak_german(admin_user, world):
    browser = Client(headers={"accept-language": "de-DE,de;q=0.9,en;q=0.5"})
    browser.force_login(admin_user)
    for name, word in (
        ("admin:index", "Heute"),
        ("admin:orders_order_changelist", "Aufträge"),
        ("admin:core_workitem_changelist", "Klärfälle"),
        ("admin:inventory_stocklevel_changelist", "Bestand"),
        ("admin:returns_return_changelist", "Retouren"),
        ("admin:fulfillment_pack_station", "Auftrag scannen"),
    ):
        answer = browser.get(reverse(name), follow=True)

        assert answer.status_code == 200
        assert answer["Content-Language"] == "de"
        assert word in answer.content.decode()


def test_a_language_that_is_not_here_is_answered_in_english(admin_user):
    browser = Client(headers={"accept-language": "fr"})
    browser.force_login(admin_user)

    assert "Today" in browser.get("/admin/").content.decode()


def test_numbers_and_times_have_the_form_of_the_language():
    at = datetime(2026, 9, 5, 14, 3, tzinfo=UTC)
    with override("de"):
        german = panels.money(Decimal("1234.5"), "EUR"), panels.moment(at)
    with override("en"):
        english = panels.money(Decimal("1234.5"), "EUR"), panels.moment(at)

    assert german == ("1.234,50\N{NO-BREAK SPACE}EUR", "05.09.2026 14:03")
    assert english == ("1,234.50\N{NO-BREAK SPACE}EUR", "5 Sep 2026 14:03")


def test_every_event_has_words(shop_with_one):
    events = Event.objects.values_list("action", "data")
    actions = {action for action, _data in events}
    facts = {name for _action, facts in events for name in facts}

    assert {action for action in actions if action not in panels._actions} == set()
    assert {name for name in facts if name not in panels._facts} == set()


def test_every_transition_has_a_verb():
    names = {
        name
        for model in apps.get_models()
        if issubclass(model, StatusModel)
        for name, member in vars(model).items()
        if hasattr(member, "_django_fsm")
    }

    assert names == set(VERBS)
    with override("en"):
        assert {name: str(VERBS[name]) for name in names} == {
            name: name.replace("_", " ") for name in names
        } | {"pack_part": "pack", "ship_part": "ship in part"}
