"""What the database can hold, asked before it is: a text, a key. A value that it cannot
hold would refuse the whole set instead of one row."""

from collections.abc import Iterable


def is_text(value, most: int) -> bool:
    """A text of at most `most` characters, no NUL, no half of a surrogate pair."""
    if not isinstance(value, str) or len(value) > most or "\x00" in value:
        return False
    return value.isascii() or not any("\ud800" <= each <= "\udfff" for each in value)


def keys(values: Iterable) -> set[int]:
    """Those that are whole numbers of the database: "1", 1.0 and True are no keys,
    though they find row 1."""
    return {v for v in values if type(v) is int and -(2**63) <= v < 2**63}
