from django.contrib import admin
from django.urls import path, re_path

from channels.views import hook
from oms.views import healthz, readyz

urlpatterns = [
    path("admin/", admin.site.urls),
    # with or without the last slash: a redirect would lose the body
    re_path(r"^hooks/(?P<code>[-\w]{1,32})/?$", hook, name="hook"),
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
]
