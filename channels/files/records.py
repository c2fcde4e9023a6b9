"""Rows of other systems' files, read cell by cell."""

from collections.abc import Callable, Sequence
from decimal import Decimal

from django.utils.translation import gettext as _

from oms.core.files.profiles import Line
from oms.core.files.values import Numbers, WrongValueError, shown, text_of
from oms.core.money import ZERO, is_currency, rounded

MOST_NAME = 200


class WrongCellError(ValueError):
    """A cell cannot be read; the text names its column as the file calls it."""

    def __init__(self, number: int, column: str, text: str):
        super().__init__(f"{column}: {text}" if column else text)
        self.number = number


class Record:
    """A row of the file. Numbers are those of one file: they have one decimal sign."""

    def __init__(self, line: Line, numbers: Numbers):
        self.line, self.numbers = line, numbers

    @property
    def number(self) -> int:
        return self.line.number

    def check(self) -> None:
        """Raises WrongCellError for a row that could not even be read."""
        if self.line.error:
            raise WrongCellError(self.number, "", self.line.error)

    def cell(self, column: str) -> str:
        """As it is; "" where the file has no such column."""
        return self.line.cells.get(column, "")

    def text(self, column: str, most: int = MOST_NAME) -> str:
        return self._read(column, text_of, most)

    def first(self, *columns: str) -> str:
        """The first that is not empty."""
        return next((text for each in columns if (text := self.text(each))), "")

    def joined(self, *columns: str, by: str = " ") -> str:
        return by.join(text for each in columns if (text := self.text(each)))

    def word(self, column: str) -> str:
        """For comparing: "Partially Refunded" is partially_refunded."""
        return "_".join(self.text(column).casefold().replace("-", " ").split())

    def amount(self, column: str, currency: str, *, least: int | None = 0) -> Decimal:
        """0 for an empty cell."""
        if not self.cell(column).strip():
            return ZERO
        return self._read(column, self.numbers.amount, currency, least=least)

    def exact(self, column: str, currency: str) -> Decimal:
        """An amount that the other system has not rounded, and that we do."""
        if not self.cell(column).strip():
            return ZERO
        return rounded(self._read(column, self.numbers.number), currency)

    def currency(self, column: str, otherwise: str = "") -> str:
        """`otherwise`: that of the file, where it does not say."""
        code = self.text(column).upper() or otherwise
        if not is_currency(code):
            text = _("expected a currency such as EUR, found %(found)s")
            raise WrongCellError(self.number, column, text % {"found": shown(code)})
        return code

    def pieces(self, column: str, *, least: int = 1) -> int:
        return self._read(column, self.numbers.quantity, least=least)

    def _read(self, column: str, read: Callable, *args, **kwargs):
        try:
            return read(self.cell(column), *args, **kwargs)
        except WrongValueError as error:
            raise WrongCellError(self.number, column, str(error)) from error


Records = Sequence[Record]
