from django.contrib import admin
from django.urls import include, path, re_path

from channels.views import hook
from oms.views import healthz, readyz

urlpatterns = [
    path("admin/", admin.site.urls),
    # with or without the last slash: a redirect would lose the body
    re_path(r"^hooks/(?P<code>[-\w]{1,32})/?$", hook, name="hook"),
    path("api/", include("oms.api")),
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
]

handler400 = "oms.views.bad_request"
handler404 = "oms.views.not_found"
handler500 = "oms.views.server_error"
