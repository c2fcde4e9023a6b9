"""Where files are kept: in a private folder, under names of our own. What a file calls
itself is shown and decides nothing."""

import hashlib
import unicodedata
import uuid
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.utils.translation import gettext as _

from oms.core.files.sheet import MOST_BYTES, FileRefusedError


class Kept(NamedTuple):
    stored_as: str
    sha256: str
    size: int


def path_of(stored_as: str) -> Path:
    return Path(settings.OMS_FILES) / stored_as


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
