"""What a key may do."""

from django.utils.translation import gettext as _
from rest_framework.exceptions import PermissionDenied
from rest_framework.permissions import BasePermission

from oms.core.api.models import ApiKey


def why_barred(key: ApiKey, scope: str) -> str:
    if scope in key.scopes:
        return ""
    return _("This needs a key with the scope “%(scope)s”.") % {"scope": scope}


class HasScope(BasePermission):
    """The scope of the view, for reading or for writing, or of its action."""

    def has_permission(self, request, view) -> bool:
        if request.auth is None:
            return False
        if reason := why_barred(request.auth, view.scope_of(request.method)):
            raise PermissionDenied(reason)
        return True
