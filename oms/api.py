"""The partner API under /api/v1/: a router of what the apps have registered, its
description, and the page that shows it."""

from functools import cache
from importlib import import_module

from django.http import HttpResponse
from django.urls import include, path, re_path
from django.utils import translation
from django.utils.module_loading import autodiscover_modules
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.renderers import BaseRenderer
from rest_framework.routers import SimpleRouter

from oms.core.api.problems import no_such_path
from oms.core.api.registry import resources

autodiscover_modules("api")
for within in ("webhooks", "files", "exports"):  # the kernel's own app
    import_module(f"oms.core.{within}.api")
import_module("oms.practice.api")  # needs all apps

# As of all pages, but for the arrows that its style draws as data.
PAGE_POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none';"
    " form-action 'self'; frame-ancestors 'none'"
)


class Description(SpectacularAPIView):
    """Made once a process: it costs a second, and anybody may ask."""

    @extend_schema(exclude=True)
    def get(self, request, *args, **kwargs):
        renderer = request.accepted_renderer
        return HttpResponse(
            _described(type(renderer)), content_type=renderer.media_type
        )


@cache
def _described(renderer: type[BaseRenderer]) -> bytes:
    with translation.override("en"):
        schema = SchemaGenerator().get_schema(request=None, public=True)
        return renderer().render(schema, renderer_context={})


class Page(SpectacularSwaggerSplitView):
    @extend_schema(exclude=True)
    def get(self, request, *args, **kwargs):
        response = super().get(request, *args, **kwargs)
        response["Content-Security-Policy"] = PAGE_POLICY
        return response


def routes() -> list:
    router = SimpleRouter()
    for resource in resources():
        name = resource.path.replace("/", "-")
        router.register(resource.path, resource.viewset, basename=f"api-{name}")
    return router.urls


urlpatterns = [
    path("v1/schema/", Description.as_view(), name="api-schema"),
    path("v1/docs/", Page.as_view(url_name="api-schema"), name="api-docs"),
    path("v1/", include(routes())),
    re_path("", no_such_path, name="api-nothing"),
]
