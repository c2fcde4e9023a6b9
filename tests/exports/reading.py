"""Files as a spreadsheet reads them."""

import csv
import io

import openpyxl


def body(answer) -> bytes:
    return b"".join(answer.streaming_content)


def table(content: bytes, kind: str = "csv") -> list[list]:
    """The header and the rows."""
    if kind == "csv":
        text = content.decode("utf-8-sig")
        return list(csv.reader(io.StringIO(text, newline="")))
    book = openpyxl.load_workbook(io.BytesIO(content))
    return [[cell.value for cell in row] for row in book.active.iter_rows()]


def rows(content: bytes, kind: str = "csv") -> list[dict]:
    header, *found = table(content, kind)
    return [dict(zip(header, row, strict=True)) for row in found]
