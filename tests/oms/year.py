"""The invoice file of a real year: optional, beside the repository."""

from pathlib import Path

import pytest

from channels.connectors.invoice_file import Invoice, read_invoices

YEAR = (
    Path(__file__).resolve().parents[3]
    / "shared"
    / "data"
    / "online_retail_2009_2010.csv.gz"
)


def invoices_of_the_year() -> list[Invoice]:
    if not YEAR.exists():
        pytest.skip("needs the order data of ../shared/data, which is optional")
    return read_invoices(YEAR)
