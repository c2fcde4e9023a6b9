"""A file as the body of a request: as it is, with what is said of it in the query, or
as a part of a form beside it. It is kept on the disk while the request lasts."""

import hashlib
import json
import tempfile
from collections.abc import Iterable, Iterator
from typing import IO, NamedTuple

from django.core.exceptions import SuspiciousOperation
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.http.multipartparser import MultiPartParser, MultiPartParserError
from django.utils.translation import gettext as _

from oms.core.api import parsing
from oms.core.api.problems import Problem, Wrong, invalid

FORM = "multipart/form-data"
AROUND = 100_000  # bytes of a form around its file
IN_MEMORY = 1 << 20
PART = "file"


class Upload(NamedTuple):
    """`said`: what stands beside the file; `where`: in the query or in the body.
    `digest` is the same for the same file with the same words, whatever a form puts
    between its parts."""

    file: IO[bytes]
    name: str
    said: dict[str, str]
    where: str
    digest: str

    def pieces(self) -> Iterator[bytes]:
        self.file.seek(0)
        return iter(lambda: self.file.read(parsing.PIECE), b"")


def read(request, kinds: dict[str, str], most: int) -> Upload:
    """`kinds`: {media type of a file: how it is called without a name}."""
    kind = (request.content_type or "").partition(";")[0].strip().lower()
    if kind not in {FORM, *kinds}:
        text = _("Send the file as %(kinds)s, or as a part of %(form)s.")
        facts = {"kinds": ", ".join(kinds), "form": FORM}
        raise Problem("unsupported_media_type", text % facts)
    too_large = _("The file has more than %(most)d MB. Send it in parts.")
    too_large %= {"most": most // 2**20}
    around = AROUND if kind == FORM else 0
    body, digest = _kept(parsing.pieces(request, most + around, too_large))
    if kind == FORM:
        with body:
            return _from_form(request, body)
    said = request.query_params.dict()
    name = said.pop("name", kinds[kind])
    return Upload(body, name, said, "query", digest)


def _kept(pieces: Iterable[bytes]) -> tuple[IO[bytes], str]:
    body = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115, the view closes it
    hashed = hashlib.sha256()
    try:
        for piece in pieces:
            hashed.update(piece)
            body.write(piece)
    except BaseException:
        body.close()
        raise
    return body, hashed.hexdigest()


def _from_form(request, body: IO[bytes]) -> Upload:
    size = body.seek(0, 2)
    body.seek(0)
    meta = {**request.META, "CONTENT_LENGTH": str(size)}
    handlers = [TemporaryFileUploadHandler(request._request)]
    try:
        fields, files = MultiPartParser(meta, body, handlers, "utf-8").parse()
    except (MultiPartParserError, SuspiciousOperation) as error:
        text = _("The form cannot be read: %(why)s")
        raise Problem("malformed", text % {"why": str(error)[:200]}) from error
    wrongs = [
        Wrong(f"/{name}", "repeated", _("It comes twice; give it once."))
        for form in (fields, files)
        for name, values in form.lists()
        if len(values) > 1
    ]
    wrongs += [
        Wrong(f"/{name}", "unknown_field", _("Only “file” is a file."))
        for name in files
        if name != PART
    ]
    if wrongs:
        raise Problem("invalid", wrongs[0].message, wrongs)
    if (file := files.get(PART)) is None:
        text = _("Send the file as the part “file”, with its name.")
        raise invalid("/file", "required", text)
    said = fields.dict()
    name = said.pop("name", file.name)
    digest = _digest_of(file, name, said)
    return Upload(file, name, said, "body", digest)


def _digest_of(file: IO[bytes], name: str, said: dict[str, str]) -> str:
    hashed = hashlib.sha256(json.dumps([name, sorted(said.items())]).encode())
    for piece in iter(lambda: file.read(parsing.PIECE), b""):
        hashed.update(piece)
    return hashed.hexdigest()
