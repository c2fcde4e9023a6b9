"""What a load balancer and a monitor ask."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from oms import health


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
