"""Who asks: the key in `Authorization: Bearer …`."""

from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed

from oms.core.api import keys, limits
from oms.core.api.models import ApiKey

NOTED = timedelta(minutes=1)  # how exactly the last use is known


class KeyAuthentication(BaseAuthentication):
    """`request.auth` is the key; nothing else opens the API, no session either."""

    def authenticate(self, request):
        header = request.headers.get("Authorization", "")
        if not header:
            return None
        kind, _space, secret = header.partition(" ")
        if kind.lower() != "bearer" or not keys.FORM.fullmatch(secret.strip()):
            self.refuse(request, _("Send the header “Authorization: Bearer oms_…”."))
        found = ApiKey.objects.filter(digest=keys.digest_of(secret.strip()))
        key, now = found.first(), timezone.now()
        if key is None:
            self.refuse(request, _("This key is not known here; check it."))
        if why := key.why_not(now):
            self.refuse(request, _dead(why), why)
        _note_use(key, now)
        return key, key

    def authenticate_header(self, request) -> str:
        return "Bearer"

    def refuse(self, request, text: str, code: str = "unauthenticated"):
        limits.refuse_guessing(request.META.get("REMOTE_ADDR", ""))
        raise AuthenticationFailed(text, code)


def _dead(why: str) -> str:
    if why == "revoked":
        return _("This key is revoked; ask for a new one.")
    return _("This key has expired; ask for a new one.")


def _note_use(key: ApiKey, now: datetime) -> None:
    """At most once a minute, outside of the request's transaction: no request waits for
    another of the same key. `updated_at` stays: nothing has changed."""
    due = now - NOTED
    if key.last_used_at is None or key.last_used_at < due:
        late = Q(last_used_at=None) | Q(last_used_at__lt=due)
        ApiKey.objects.filter(late, pk=key.pk).update(last_used_at=now)
