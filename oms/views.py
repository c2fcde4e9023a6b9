"""What a load balancer and a monitor ask, and what is said where no view answers."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django.views.defaults import bad_request as bad_request_page
from django.views.defaults import page_not_found
from django.views.defaults import server_error as server_error_page

from oms import health
from oms.core.api import problems


@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers. It asks nothing of the database: a restart of this process
    would not cure that."""
    return HttpResponse("ok\n", content_type="text/plain")


@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """Whether the whole installation works, part by part; 503 when one does not."""
    parts = health.report()
    ready = all(part["ok"] for part in parts.values())
    status = "ready" if ready else "not ready"
    return JsonResponse(
        {"status": status, "parts": parts}, status=200 if ready else 503
    )


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if problems.is_api(request):
        return problems.bad_request(request)
    return bad_request_page(request, exception)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    if problems.is_api(request):
        return problems.no_such_path(request)
    return page_not_found(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    if problems.is_api(request):
        return problems.server_error(request)
    return server_error_page(request)
