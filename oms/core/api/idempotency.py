"""`Idempotency-Key`: a request that is repeated has its effect once.

The answer is a row written in the transaction of the effect: both are there, or none
is. What was not valid (400) or not there (404) leaves no row, so the corrected request
may use the same key; what a rule refused (409) is kept like a success.
"""

import re
from collections.abc import Callable
from datetime import timedelta

from django.db import connection, transaction
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from oms.core.api import problems
from oms.core.api.models import IdempotencyKey
from oms.core.api.problems import Problem

HEADER, REPLAYED = "Idempotency-Key", "Idempotent-Replayed"
WELL_FORMED = re.compile(r"[\x20-\x7e]{1,255}")
KEPT = timedelta(days=7)
HEADERS = ("Location", "ETag", "Content-Type")
LOCK = """
    SELECT pg_try_advisory_xact_lock(hashtext('core.idempotency'), hashtext(%s))"""


def once(request, digest: str, run: Callable[[], HttpResponse]) -> HttpResponse:
    """Call `run` in a transaction, unless it has been called for this key before;
    `digest` is that of the body."""
    name, client = _name(request), request.auth.client
    target = f"{request.method} {request.get_full_path()}"
    with transaction.atomic():
        if not _locked(client, name):
            raise Problem(
                "in_progress",
                _("A request with this key is being handled; ask again."),
                headers={"Retry-After": "1"},
            )
        kept = _kept(client, name)
        if kept is not None:
            return _again(kept, target, digest)
        response = effect(request, run)
        IdempotencyKey(
            client=client,
            key=name,
            target=target[:500],
            digest=digest,
            status=response.status_code,
            headers={k: response[k] for k in HEADERS if response.has_header(k)},
            body=response.content.decode(),
            expires_at=timezone.now() + KEPT,
        ).save(force_insert=True)
    return response


def effect(request, run: Callable[[], HttpResponse]) -> HttpResponse:
    """All of it or none: a refusal takes back what was begun, and is an answer."""
    try:
        with transaction.atomic():
            return run()
    except problems.Refusal as refusal:
        return problems.answer(request, refusal)


def sweep() -> int:
    """Forget what is older than its time; how many there were."""
    return IdempotencyKey.objects.filter(expires_at__lte=timezone.now()).delete()[0]


def _name(request) -> str:
    name = request.headers.get(HEADER)
    if name is None or not name.strip():
        text = _(
            "Idempotency-Key header is required: a text of your own, new for each "
            "thing that is to be done, and the same when you repeat it."
        )
        raise problems.invalid(f"/{HEADER}", "required", text, "header")
    if not WELL_FORMED.fullmatch(name):
        text = _("Idempotency-Key: 1 to 255 printable characters of ASCII.")
        raise problems.invalid(f"/{HEADER}", "invalid", text, "header")
    return name


def _locked(client: int, name: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(LOCK, [f"{client}:{name}"])
        return cursor.fetchone()[0]


def _kept(client: int, name: str) -> IdempotencyKey | None:
    """Asked after the lock, so that it sees what the holder before has written."""
    kept = IdempotencyKey.objects.filter(client=client, key=name).first()
    if kept is not None and kept.expires_at <= timezone.now():
        kept.delete()
        return None
    return kept


def _again(kept: IdempotencyKey, target: str, digest: str) -> HttpResponse:
    if kept.target != target[:500] or kept.digest != digest:
        text = _("This Idempotency-Key was used for another request (%(target)s).")
        raise Problem("key_reused", text % {"target": kept.target})
    response = HttpResponse(kept.body.encode(), status=kept.status)
    for header, value in kept.headers.items():
        response[header] = value
    response[REPLAYED] = "true"
    return response
