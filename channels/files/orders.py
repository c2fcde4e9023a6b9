"""Files with a row for each line of an order."""

from collections.abc import Iterator, Mapping
from typing import ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from channels.files.purchases import NUMBER, Purchase, lines_of
from channels.files.records import Record, Records, WrongCellError
from oms.core.files.profiles import Line, Profile
from oms.core.files.shapes import Option
from oms.core.files.values import Numbers
from oms.core.money import currencies_in_use


def number_of(cell: str) -> str:
    """The number of an order: "#1001" and "1001" are the same."""
    return cell.strip().removeprefix("'").removeprefix("#").strip()


def currency_option(column: str = "") -> Option:
    """Asked where the file has no such column."""
    return Option(
        "currency",
        gettext_lazy("the currency"),
        lambda key: currencies_in_use(),
        lambda columns: column not in columns,
    )


def not_paid(status: str) -> str:
    text = _("it is not paid yet (%(status)s). Send it again when it is.")
    return text % {"status": status or "–"}


class OrderProfile(Profile):
    """The rows of an order stand together; columns of the order may be empty on all but
    its first row, even its number."""

    shape = "orders"
    key: ClassVar[str]  # the column of the number

    def why_left(self, records: Records) -> str:
        """Why the order is not taken, such as "it is cancelled", or "". Raises
        WrongCellError."""
        raise NotImplementedError

    def order_of(
        self, number: str, records: Records, options: Mapping[str, str]
    ) -> Purchase:
        """Raises WrongCellError."""
        raise NotImplementedError

    def translate(
        self, lines: Iterator[Line], options: Mapping[str, str]
    ) -> Iterator[Line]:
        numbers, seen = Numbers(), set()
        for number, group in self._orders(lines):
            records = [Record(line, numbers) for line in group]
            if not number:
                yield from _wrong(records, self._has_no_number())
            elif number in seen:
                yield from _wrong(records, self._stands_apart(number), number)
            else:
                seen.add(number)
                yield from self._order(number, records, options)

    def _orders(self, lines: Iterator[Line]) -> Iterator[tuple[str, list[Line]]]:
        number, group = "", []
        for line in lines:
            mine = number_of(line.cells.get(self.key, ""))
            if group and mine in ("", number):
                group.append(line)
                continue
            if group:
                yield number, group
            number, group = mine, [line]
        if group:
            yield number, group

    def _order(
        self, number: str, records: list[Record], options: Mapping[str, str]
    ) -> Iterator[Line]:
        try:
            for record in records:
                record.check()
            if why := self.why_left(records):
                cells = {NUMBER: number}
                yield from (Line(each.number, cells, note=why) for each in records)
                return
            order = self.order_of(number, records, options)
        except WrongCellError as error:
            for record in records:
                text = str(error) if record.number == error.number else ""
                yield from _wrong([record], text or _wrong_elsewhere(error), number)
            return
        taken = {item.row for item in order.items}
        for record in records:
            if record.number not in taken:
                text = _("It is no line of goods, or was taken out of the order.")
                yield Line(record.number, {NUMBER: number}, note=text)
        yield from lines_of(order, options.get("channel", ""))

    def _has_no_number(self) -> str:
        return _("“%(column)s” is empty: no order that the row could belong to.") % {
            "column": self.key
        }

    def _stands_apart(self, number: str) -> str:
        return _(
            "More rows of order %(number)s stand further up. Sort the file by "
            "“%(column)s”, so that the rows of an order stand together."
        ) % {"number": number, "column": self.key}


def _wrong(records: Records, text: str, number: str = "") -> Iterator[Line]:
    for record in records:
        line = record.line
        yield Line(line.number, {NUMBER: number}, line.error or text)


def _wrong_elsewhere(error: WrongCellError) -> str:
    return _("Its order cannot be read: see row %(row)d.") % {"row": error.number}
