"""Files in folders that others look into."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO


@contextmanager
def placed(path: Path) -> Iterator[IO[bytes]]:
    """To write to: the file is there when all of it is, or stays as it was."""
    handle, half = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as out:
            yield out
        os.replace(half, path)
    except BaseException:
        Path(half).unlink(missing_ok=True)
        raise
