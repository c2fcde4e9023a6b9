"""The account as people read it."""

from django.utils.translation import gettext as _

from oms.replay.account import Account
from oms.replay.sums import Sums


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
    sums = (_row(cells, widths) for cells in ends)
    return "\n".join([*rows, rule, *sums, *_money(account)])


def _money(account: Account) -> list[str]:
    """What was refunded of what has come back, and each part that was not."""
    if not account.returned:
        return []
    said = _("Refunded: %(refunded)s of %(returned)s; not covered: %(rest)s.") % {
        "refunded": f"{account.refunded:,.2f}",
        "returned": f"{account.returned:,.2f}",
        "rest": f"{account.returned - account.refunded:,.2f}",
    }
    return [
        said,
        *(
            _("%(note)s: %(amount)s more than order %(sale)s has left of its payment.")
            % {"note": note, "sale": sale, "amount": f"{amount:,.2f}"}
            for (note, sale), amount in account.uncovered.items()
        ),
    ]


def _cells(label: str, sums: Sums) -> tuple[str, ...]:
    counts = (f"{number:,}" for number in sums[:3])
    return label, *counts, f"{sums.value:,.2f}"


def _row(cells: tuple[str, ...], widths: list[int]) -> str:
    label, *numbers = cells
    aligned = (
        number.rjust(width) for number, width in zip(numbers, widths[1:], strict=True)
    )
    return "  ".join([label.ljust(widths[0]), *aligned])
