"""In which letters a text file is written. Only what is sure is taken."""

import codecs
from pathlib import Path

from django.utils.translation import gettext as _

from oms.core.files.sheet import FileRefusedError

PIECE = 1 << 20
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# what Western office programs write besides letters: € ‚ „ … † ‰ ‹ ‘ ’ “ ” • – — ™ ›
TYPED = frozenset(b"\x80\x82\x84\x85\x86\x89\x8b\x91\x92\x93\x94\x95\x96\x97\x99\x9b")
SIGNS = frozenset(range(0xA0, 0xC0))  # ° § £ « » and their like
LETTERS = frozenset(range(0xC0, 0x100)) | frozenset(b"\x8a\x8c\x8e\x9a\x9c\x9e\x9f")
NEVER = frozenset(b"\x81\x8d\x8f\x90\x9d")  # no letter of Windows-1252


def encoding_of(path: Path) -> str:
    """The name of the codec that reads the whole file. Raises FileRefusedError."""
    with path.open("rb") as file:
        head = file.read(1024)
    for mark, name in MARKS:
        if head.startswith(mark):
            return _whole(path, name)
    if unmarked := _utf_16(head):
        return _whole(path, unmarked)
    line = _first_bad_line(path, "utf-8")
    if line is None:
        return "utf-8"
    if _is_windows_1252(path):
        return "cp1252"
    raise FileRefusedError(
        _("Line %(line)d is not UTF-8. Save the file as “CSV UTF-8” and send it again.")
        % {"line": line}
    )


def _whole(path: Path, name: str) -> str:
    line = _first_bad_line(path, name)
    if line is not None:
        text = _("Line %(line)d is damaged: it cannot be read as %(name)s.")
        raise FileRefusedError(text % {"line": line, "name": name.upper()})
    return name


def _utf_16(head: bytes) -> str:
    """By the zeros: every second byte of Western text is one."""
    pairs = len(head) // 2
    if pairs and head[1::2].count(0) > pairs * 0.6:
        return "utf-16-le"
    if pairs and head[::2].count(0) > pairs * 0.6:
        return "utf-16-be"
    return ""


def _first_bad_line(path: Path, name: str) -> int | None:
    decoder, line = codecs.getincrementaldecoder(name)(), 1
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            try:
                line += decoder.decode(piece).count("\n")
            except UnicodeDecodeError as error:
                return line + error.object[: error.start].count(b"\n")
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return line
    return None


def _is_windows_1252(path: Path) -> bool:
    """Sure if nothing speaks for another: no byte that it lacks, no letter of UTF-8
    between, and nine of ten are letters beside letters, or what people type."""
    likely = seen = 0
    with path.open("rb") as file:
        for line in file:
            if line.isascii():
                continue
            if NEVER & set(line) or _has_utf_8(line):
                return False
            for at, byte in enumerate(line):
                if byte < 0x80:
                    continue
                seen += 1
                beside = line[max(at - 1, 0) : at] + line[at + 1 : at + 2]
                in_word = byte in LETTERS and any(_is_letter(each) for each in beside)
                likely += in_word or byte in TYPED or byte in SIGNS
    return likely >= seen * 0.9


def _is_letter(byte: int) -> bool:
    return byte in LETTERS or (byte < 0x80 and chr(byte).isalpha())


def _has_utf_8(line: bytes) -> bool:
    text = line.decode("utf-8", errors="replace")
    return any(ord(letter) > 0x7F and letter != "\ufffd" for letter in text)
