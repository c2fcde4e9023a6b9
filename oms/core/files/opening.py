"""Finding out what a file is, by what is in it and not by its name."""

from pathlib import Path

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from oms.core.files import delimited, workbook
from oms.core.files.sheet import MOST_BYTES, FileRefusedError, Sheet

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # Excel until 2003, and all that is encrypted
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
ZIP = (b"PK\x03\x04", b"PK\x05\x06")
OTHERS = (
    (b"%PDF", gettext_lazy("a PDF")),
    (b"MZ", gettext_lazy("a program")),
    (b"\x7fELF", gettext_lazy("a program")),
    (b"\x89PNG", gettext_lazy("a picture")),
    (b"\xff\xd8\xff", gettext_lazy("a picture")),
    (b"GIF8", gettext_lazy("a picture")),
    (b"Rar!", gettext_lazy("an archive")),
    (b"\x1f\x8b", gettext_lazy("an archive")),
    (b"7z\xbc\xaf", gettext_lazy("an archive")),
    (b"{\\rtf", gettext_lazy("a text document")),
)


def open_sheet(path: Path) -> Sheet:
    """The first sheet of the file with its header; the rows are read as they are asked
    for. Raises FileRefusedError, also while rows are read."""
    size = path.stat().st_size
    if not size:
        raise FileRefusedError(_("The file is empty."))
    if size > MOST_BYTES:
        raise FileRefusedError(
            _("The file has %(size)d MB; %(most)d MB at most. Send it in parts.")
            % {"size": -(-size // 2**20), "most": MOST_BYTES // 2**20}
        )
    with path.open("rb") as file:
        head = file.read(4096)
    if head.startswith(ZIP):
        return workbook.open_workbook(path)
    if head.startswith(OLE):
        raise FileRefusedError(_why_not_ole(path))
    for start, what in OTHERS:
        if head.startswith(start):
            text = _("This is not a CSV or .xlsx file but %(what)s.")
            raise FileRefusedError(text % {"what": what})
    return delimited.open_delimited(path)


def _why_not_ole(path: Path) -> str:
    if ENCRYPTED in path.read_bytes():
        return _(
            "The file cannot be opened: it is encrypted. Save it without password."
        )
    return _(
        "This is not an .xlsx file but an older Excel format. Save it as .xlsx or CSV."
    )
