"""Real files to read: written byte by byte, or by a spreadsheet library."""

import zipfile
from pathlib import Path

import openpyxl


def csv_file(folder: Path, text: str | bytes, name: str = "stock.csv") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def workbook(folder: Path, rows, name: str = "stock.xlsx") -> Path:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    path = folder / name
    book.save(path)
    return path


def with_entry(path: Path, name: str, content: bytes) -> Path:
    """The archive with one more file in it, or with another in its place."""
    with zipfile.ZipFile(path) as archive:
        entries = {each: archive.read(each) for each in archive.namelist()}
    entries[name] = content
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for each, data in entries.items():
            archive.writestr(each, data)
    return path
