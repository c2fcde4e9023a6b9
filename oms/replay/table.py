"""The account as people read it."""

from django.utils.translation import gettext as _

from oms.replay.account import Account, Sums


def rendered(account: Account) -> str:
    heads = "", _("invoices"), _("lines"), _("units"), _("value")
    body = [_cells(label, sums) for label, sums in account.rows.items()]
    ends = [
        _cells(_("sum"), account.total),
        _cells(_("the file"), account.file),
    ]
    widths = [max(map(len, column)) for column in zip(heads, *body, *ends, strict=True)]
    rule = "-" * (sum(widths) + 2 * (len(widths) - 1))
    rows = [_row(cells, widths) for cells in (heads, *body)]
    return "\n".join([*rows, rule, *(_row(cells, widths) for cells in ends)])


def _cells(label: str, sums: Sums) -> tuple[str, ...]:
    counts = (f"{number:,}" for number in sums[:3])
    return label, *counts, f"{sums.value:,.2f}"


def _row(cells: tuple[str, ...], widths: list[int]) -> str:
    label, *numbers = cells
    aligned = (
        number.rjust(width) for number, width in zip(numbers, widths[1:], strict=True)
    )
    return "  ".join([label.ljust(widths[0]), *aligned])
