"""Where files are kept: in a private folder, under names of our own. What a file calls
itself is shown and decides nothing."""

import gzip
import hashlib
import unicodedata
import uuid
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.utils.translation import gettext as _

from oms.core.files.sheet import MOST_BYTES, MOST_TIMES_LARGER, FileRefusedError

GZIP = b"\x1f\x8b"
PIECE = 1 << 20


class Kept(NamedTuple):
    stored_as: str
    sha256: str
    size: int


def path_of(stored_as: str) -> Path:
    return Path(settings.OMS_FILES) / stored_as


def pieces_of(path: Path) -> Iterator[bytes]:
    """A file on this machine, piece by piece; what gzip has packed is unpacked, and no
    more of it than an honest file has. Raises FileRefusedError."""
    with path.open("rb") as file:
        if file.read(2) != GZIP:
            file.seek(0)
            yield from iter(lambda: file.read(PIECE), b"")
            return
    most, found = path.stat().st_size * MOST_TIMES_LARGER, 0
    try:
        with gzip.open(path) as file:
            while piece := file.read(PIECE):
                found += len(piece)
                if found > most:
                    raise FileRefusedError(
                        _("The file unpacks to far more than it says; it is refused.")
                    )
                yield piece
    except (OSError, EOFError, zlib.error) as error:
        text = _("The packed file is damaged (%(said)s). Send it unpacked.")
        raise FileRefusedError(text % {"said": error}) from error


def keep(pieces: Iterable[bytes]) -> Kept:
    """Write it down piece by piece, on the disk before anybody hears of it. Raises
    FileRefusedError for one that is too large."""
    folder = Path(settings.OMS_FILES)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    kept, digest, size = folder / uuid.uuid4().hex, hashlib.sha256(), 0
    try:
        with kept.open("xb") as file:
            for piece in pieces:
                size += len(piece)
                if size > MOST_BYTES:
                    text = _("The file has more than %(most)d MB. Send it in parts.")
                    raise FileRefusedError(text % {"most": MOST_BYTES // 2**20})
                digest.update(piece)
                file.write(piece)
    except BaseException:
        kept.unlink(missing_ok=True)
        raise
    return Kept(kept.name, digest.hexdigest(), size)


def shown_name(name: str) -> str:
    """The last part of what the file is called, without what no name should hold."""
    name = name.replace("\\", "/").rsplit("/", 1)[-1]
    name = "".join(c for c in name if unicodedata.category(c)[0] != "C").strip()
    return name[:200] or _("file without a name")
