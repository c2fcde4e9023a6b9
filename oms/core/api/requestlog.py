"""What partners have asked lately, for who helps them.

Neither bodies nor queries are kept: they hold personal data, and nobody sends a
partner's request again in the partner's name. The table is not logged: no request waits
for the disk because of it, and a crash may forget it.
"""

import json
import logging
from datetime import timedelta

from django.db import DatabaseError, models
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from oms.core.api.models import ApiKey

log = logging.getLogger(__name__)
KEPT_FOR = timedelta(days=14)


class ApiRequest(models.Model):
    at = models.DateTimeField(_("at"), db_index=True)
    key = models.ForeignKey(
        ApiKey,
        models.CASCADE,
        related_name="+",
        verbose_name=_("key"),
        db_constraint=False,  # or each request would lock the row of its key
    )
    method = models.CharField(_("method"), max_length=8)
    path = models.CharField(_("path"), max_length=200)
    status = models.PositiveSmallIntegerField(_("status"))
    code = models.CharField(_("problem"), max_length=32, blank=True)
    ms = models.PositiveIntegerField(_("took (ms)"))
    request_id = models.CharField(_("id of the request"), max_length=128)
    idempotency_key = models.CharField(_("idempotency key"), max_length=255, blank=True)

    class Meta:
        verbose_name = _("request to the API")
        verbose_name_plural = _("requests to the API")
        indexes = [models.Index(fields=["request_id"], name="apirequest_by_id")]

    def __str__(self):
        return f"{self.method} {self.path}"


def note(request, response: HttpResponse, seconds: float) -> None:
    """After the request's own transaction, so that refused ones are seen too. An answer
    never fails because of it."""
    if request.auth is None:
        return
    try:
        ApiRequest(
            at=timezone.now(),
            key=request.auth,
            method=request.method,
            path=request.path[:200],
            status=response.status_code,
            code=_code(response),
            ms=round(seconds * 1000),
            request_id=getattr(request, "request_id", "")[:128],
            idempotency_key=_printable(request.headers.get("Idempotency-Key", "")),
        ).save(force_insert=True)
    except DatabaseError:
        log.exception("a request to the API is not in its log")


def sweep() -> int:
    """Forget the old ones; how many."""
    old = ApiRequest.objects.filter(at__lt=timezone.now() - KEPT_FOR)
    return old.delete()[0]


def _code(response: HttpResponse) -> str:
    if response.status_code < 400 or not hasattr(response, "content"):
        return ""
    try:
        return str(json.loads(response.content)["code"])[:32]
    except (ValueError, KeyError, TypeError):
        return ""


def _printable(text: str) -> str:
    return text[:255] if text.isprintable() else ""
