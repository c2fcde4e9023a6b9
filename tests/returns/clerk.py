"""Somebody at the returns desk, for tests."""

from uuid import uuid4

from returns.services import desk
from returns.services.table import Desk, Table


class Clerk:
    """Somebody at a table: the page remembers what the last answer said."""

    def __init__(self, place, name="cleo", may_open=True, places=None):
        self.facts = Desk(place.pk, places, f"user:{name}", may_open, form=uuid4())

    def scan(self, code, at=None):
        return self.read(desk.scan(code, self.facts, at))

    def press(self, fate="restock"):
        return self.read(desk.decide(fate, self.facts))

    def keep(self, code):
        return self.read(desk.surplus(code, self.facts))

    def unknown(self, code=""):
        return self.read(desk.unknown_parcel(code, self.facts))

    def read(self, answer):
        table = answer.table or Table("")
        self.facts = self.facts._replace(key=table.key, turns=table.turns, form=uuid4())
        self.text = answer.text
        return answer.title
