"""What a key may do."""

from django.utils.translation import gettext as _
from rest_framework.exceptions import PermissionDenied
from rest_framework.permissions import BasePermission


class HasScope(BasePermission):
    """The scope of the view, for reading or for writing."""

    def has_permission(self, request, view) -> bool:
        wanted = view.scope_of(request.method)
        if request.auth is None or wanted in request.auth.scopes:
            return request.auth is not None
        raise PermissionDenied(
            _("This needs a key with the scope “%(scope)s”.") % {"scope": wanted}
        )
