"""Where files are kept: in a private folder, under names of our own. What a file calls
itself is shown and decides nothing."""

import hashlib
import unicodedata
import uuid
import zlib
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.utils.translation import gettext as _

from oms.core.files.sheet import MOST_BYTES, MOST_TIMES_LARGER, FileRefusedError

GZIP, GZIP_FRAME = b"\x1f\x8b", 31  # as the file begins; to zlib, with checksum
PIECE = 1 << 20


class Kept(NamedTuple):
    stored_as: str
    sha256: str
    size: int


def path_of(stored_as: str) -> Path:
    return Path(settings.OMS_FILES) / stored_as


def pieces_of(path: Path) -> Iterator[bytes]:
    """A file on this machine, piece by piece."""
    with path.open("rb") as file:
        yield from iter(lambda: file.read(PIECE), b"")


def unpacked(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """What gzip has packed is unpacked, and no more of it than an honest file has; all
    else comes as it is. Raises FileRefusedError."""
    pieces = iter(pieces)
    first = next(pieces, b"")
    pieces = chain([first], pieces)
    if not first.startswith(GZIP):
        yield from pieces
        return
    try:
        yield from _gunzipped(pieces)
    except zlib.error as error:
        raise _damaged(error) from error


def _gunzipped(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Of one archive after another, as gzip may have them."""
    opener, taken, given = zlib.decompressobj(GZIP_FRAME), 0, 0
    for piece in pieces:
        taken += len(piece)
        while piece:
            if opener.eof:
                if not (piece := piece.lstrip(b"\0")):  # what tapes are filled with
                    break
                opener = zlib.decompressobj(GZIP_FRAME)
            found = opener.decompress(piece, PIECE)
            given += len(found)
            if given > taken * MOST_TIMES_LARGER:
                raise FileRefusedError(
                    _("The file unpacks to far more than it says; it is refused.")
                )
            yield found
            piece = opener.unconsumed_tail or opener.unused_data
    yield opener.flush()
    if not opener.eof:
        raise _damaged(_("its end is missing"))


def _damaged(said: object) -> FileRefusedError:
    text = _("The packed file is damaged (%(said)s). Send it unpacked.")
    return FileRefusedError(text % {"said": said})


def keep(pieces: Iterable[bytes]) -> Kept:
    """Write it down piece by piece, unpacked, on the disk before anybody hears of it.
    Raises FileRefusedError for one that is too large."""
    folder = Path(settings.OMS_FILES)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    kept, digest, size = folder / uuid.uuid4().hex, hashlib.sha256(), 0
    try:
        with kept.open("xb") as file:
            for piece in unpacked(pieces):
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
    return name.removesuffix(".gz")[:200] or _("file without a name")
