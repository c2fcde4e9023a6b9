"""What the other side has done, in a SQLite file of its own: apart from our database,
so that the two can be compared."""

import json
import sqlite3
import threading
from decimal import Decimal, InvalidOperation

SCHEMA = """
    CREATE TABLE IF NOT EXISTS done (
        id INTEGER PRIMARY KEY, side TEXT, verb TEXT, key TEXT, about TEXT,
        amount TEXT, body TEXT, answer TEXT, UNIQUE (side, key));
    CREATE INDEX IF NOT EXISTS done_about ON done (about);
"""
PREFIXES = {"authorize": "au", "capture": "ca", "void": "vo", "refund": "re"}


class DeclinedError(Exception):
    """It says no, and has done nothing; the text says why."""


class Book:
    def __init__(self, path: str):
        self._lock = threading.Lock()
        self._file = sqlite3.connect(path, check_same_thread=False)
        self._file.execute("PRAGMA journal_mode = WAL")
        self._file.execute("PRAGMA synchronous = OFF")
        self._file.executescript(SCHEMA)

    def do(self, side: str, verb: str, body: dict) -> dict:
        """Do it once for its key and answer; the same key again answers the same.
        Raises DeclinedError."""
        with self._lock, self._file:
            if found := self._read("side = ? AND key = ?", side, body["key"]):
                [call] = found
                if (call["verb"], call["body"]) != (verb, body):
                    raise DeclinedError("this key was used for something else")
                return call["answer"]
            amount = self._amount_of(body)
            about = str(body.get("authorization", ""))
            if side == "gateway":
                self._check(verb, about, amount)
            row = (side, verb, body["key"], about, str(amount), json.dumps(body))
            cursor = self._file.execute(
                "INSERT INTO done (side, verb, key, about, amount, body)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                row,
            )
            answer = _answer(side, verb, body, cursor.lastrowid)
            if verb == "authorize":
                about = answer["reference"]
            self._file.execute(
                "UPDATE done SET answer = ?, about = ? WHERE id = ?",
                (json.dumps(answer), about, cursor.lastrowid),
            )
            return answer

    def calls(self, side: str, key: str | None = None) -> list[dict]:
        """What was done on this side, oldest first; by its key, or everything."""
        with self._lock:
            if key is None:
                return self._read("side = ?", side)
            return self._read("side = ? AND key = ?", side, key)

    def _read(self, condition: str, *values: str) -> list[dict]:
        rows = self._file.execute(
            "SELECT verb, key, body, answer FROM done"  # noqa: S608, ours
            f" WHERE {condition} ORDER BY id",
            values,
        )
        return [
            {"verb": v, "key": k, "body": json.loads(b), "answer": json.loads(a)}
            for v, k, b, a in rows
        ]

    def _check(self, verb: str, about: str, amount: Decimal) -> None:
        """As a gateway does: nothing beyond the authorization."""
        sums = dict.fromkeys(PREFIXES, Decimal(0))
        for done, text in self._file.execute(
            "SELECT verb, amount FROM done WHERE side = 'gateway' AND about = ?",
            (about,),
        ):
            sums[done] += Decimal(text)
        if verb not in PREFIXES:
            raise DeclinedError(f"a gateway cannot {verb}")
        if verb == "authorize":
            return
        if not sums["authorize"]:
            raise DeclinedError(f"there is no authorization {about!r}")
        held = sums["authorize"] - sums["capture"] - sums["void"]
        most = sums["capture"] - sums["refund"] if verb == "refund" else held
        if amount > most:
            raise DeclinedError(f"{amount} asked, {most} left to {verb}")

    def _amount_of(self, body: dict) -> Decimal:
        try:
            amount = Decimal(body.get("amount", "0"))
        except (InvalidOperation, TypeError, ValueError):
            amount = Decimal("NaN")
        if not amount.is_finite() or amount < 0:
            raise DeclinedError("amount is not an amount as text, such as 12.50")
        return amount


def _answer(side: str, verb: str, body: dict, number: int) -> dict:
    prefix = PREFIXES.get(verb, verb[:2])
    answer = {"reference": f"{prefix}_{number:08d}", "key": body["key"]}
    answer |= {name: body[name] for name in ("amount", "currency") if name in body}
    if (side, verb) == ("carrier", "label"):
        answer["tracking_number"] = f"SBX{number:012d}"
        answer["price"] = body.get("price", "4.90")
        answer["currency"] = body.get("currency", "EUR")
    return answer
