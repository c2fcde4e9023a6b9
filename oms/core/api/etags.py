"""Versions: a strong ETag of `updated_at` in microseconds, which every service stamps
that changes a document or what belongs to it. What belongs to an order has the time of
the order, as `changed_at`."""

from datetime import UTC, datetime

from django.db import models
from django.utils.translation import gettext as _

from oms.core.api.problems import Problem

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def micros(moment: datetime) -> int:
    passed = moment - EPOCH
    return (passed.days * 86_400 + passed.seconds) * 1_000_000 + passed.microseconds


def moment_of(row: models.Model) -> datetime:
    return getattr(row, "changed_at", None) or row.updated_at


def etag(row: models.Model) -> str:
    return f'"{micros(moment_of(row))}"'


def is_known(request, row: models.Model) -> bool:
    """Whether the client has this version already: 304."""
    said = request.headers.get("If-None-Match", "")
    return bool(said) and etag(row) in _tags(said.replace("W/", ""))


def check(request, row: models.Model, *, required: bool) -> None:
    """Refuse a change of a version that is no longer the one the client has seen. The
    row is locked. `If-Match: *` takes any."""
    said = request.headers.get("If-Match", "")
    if not said:
        if required:
            text = _("Send the ETag that you have read as If-Match.")
            raise Problem("version_required", text)
        return
    if said.strip() != "*" and etag(row) not in _tags(said):
        text = _("The version is %(version)s now; read it again.")
        raise Problem(
            "changed",
            text % {"version": etag(row)},
            headers={"ETag": etag(row)},
            version=etag(row),
        )


def _tags(header: str) -> set[str]:
    return {part.strip() for part in header.split(",")}
