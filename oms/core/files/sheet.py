"""What a file is made of once it is open: a header, and rows that come one by one."""

from collections.abc import Iterator
from typing import NamedTuple

from oms.core.exceptions import BusinessRuleError

MOST_BYTES = 50 * 1024 * 1024
MOST_TIMES_LARGER = 100  # than it is packed; spreadsheets reach 30
MOST_ROWS = 1_000_000
MOST_COLUMNS = 300
MOST_IN_A_CELL = 10_000  # characters


class FileRefusedError(BusinessRuleError):
    """The whole file cannot be read; the message says why and what to do."""


class Numeral(str):
    """A cell that the spreadsheet keeps as a number: zeros in front are gone."""

    __slots__ = ()


class Moment(str):
    """A cell that the spreadsheet keeps as a date, in ISO form."""

    __slots__ = ()


class Row(NamedTuple):
    """`number` counts as the spreadsheet does; `trouble` says why it cannot be read."""

    number: int
    cells: list[str]
    trouble: str = ""

    @property
    def is_blank(self) -> bool:
        return not self.trouble and not "".join(self.cells).strip()


class Sheet(NamedTuple):
    """`kind` is csv or xlsx; `encoding` and `separator` are those of a CSV file."""

    kind: str
    header: Row
    rows: Iterator[Row]
    encoding: str = ""
    separator: str = ""
