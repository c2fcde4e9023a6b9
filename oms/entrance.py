"""The door of the back office: who is not in is asked to log in, and told that what was
sent meanwhile was not done."""

from functools import wraps
from urllib.parse import urlsplit

from django.contrib import messages
from django.contrib.admin import AdminSite
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

# Looking and sending; stock pages take any other method for one of the two.
METHODS = require_http_methods(["GET", "HEAD", "POST"])


class EntranceSite(AdminSite):
    def admin_view(self, view, cacheable=False):
        """Who sends a form too late comes back to its page, not to its address."""
        inner = super().admin_view(METHODS(view), cacheable)

        @wraps(inner)
        def guarded(request, *args, **kwargs):
            leaving = request.path == reverse("admin:logout")
            if request.method == "POST" and not (
                leaving or self.has_permission(request)
            ):
                return redirect_to_login(page_before(request), reverse("admin:login"))
            return inner(request, *args, **kwargs)

        return guarded

    @method_decorator(METHODS)
    def login(self, request, extra_context=None):
        back = request.GET.get(REDIRECT_FIELD_NAME, "")
        is_first = back in ("", reverse("admin:index"))
        if (
            request.method == "GET"
            and not is_first
            and not self.has_permission(request)
        ):
            text = _(
                "Log in to go on where you were. If you have just sent or scanned "
                "something, it was not done: do it again."
            )
            messages.warning(request, text)
        return super().login(request, extra_context)


def page_before(request: HttpRequest) -> str:
    """The page of ours that the form stood on; else Today."""
    said = urlsplit(request.headers.get("Referer", ""))
    if said.netloc != request.get_host():
        return reverse("admin:index")
    return said.path + (f"?{said.query}" if said.query else "")
