"""The returns desk as a browser without scripts uses it: one form, and one button for
each key."""

import re

from django.contrib.auth.models import Permission
from django.urls import reverse

from inventory.models import Barcode
from tests import factories
from tests.returns import desk as returns

HIDDEN = re.compile(r'<input type="hidden" name="(form|box|after)" value="([^"]*)">')
SHOUT = re.compile(r'station-shout (\w+)" role="(\w+)"><b>(.*?)</b> <span>(.*?)</span>')
CODES = {"SHIRT": "4006381333931", "MUG": "4006381333948"}
KEYS = dict(enumerate(("restock", "quarantine", "refurbish", "scrap"), start=1))


class ReturnsDesk:
    """A page with one field, and buttons that keys press."""

    def __init__(self, browser):
        self.browser, self.inputs = browser, 0
        self.url = reverse("admin:returns_desk")
        self.open()

    def open(self, work=""):
        self.read(self.browser.get(self.url, {"work": work} if work else {}))

    def send(self, code="", **button):
        self.inputs += 1
        self.read(self.browser.post(self.url, self.form | (button or {"code": code})))
        return self.title

    def press(self, key):
        return self.send(fate=KEYS[key])

    def read(self, answer):
        assert answer.status_code == 200
        self.html = answer.content.decode()
        scanning = self.html.partition('class="station-scan"')[2].partition("</form>")
        self.form = dict(HIDDEN.findall(scanning[0]))
        [(self.tone, self.role, self.title, self.text)] = SHOUT.findall(self.html)


def label(world) -> None:
    """Give the goods their barcodes."""
    for sku, code in CODES.items():
        Barcode.objects.create(code=code, product=world.products[sku])


def log_in(client, world, *codes, places=None):
    """Somebody with these permissions only, at Berlin."""
    user = factories.UserFactory(username="cleo")
    user.user_permissions.set(Permission.objects.filter(codename__in=codes))
    user.locations.set([world.ber] if places is None else places)
    client.force_login(user)
    return client


def asked(world, pieces=(("SHIRT", 1),), lines=(("SHIRT", 2), ("MUG", 1))):
    return returns.asked(returns.sent(world, lines), dict(pieces))
