"""Orders: the addresses of their list, their page and what is done from it."""

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext_lazy

from oms.core import panels
from oms.core.acting import ActingAdmin
from oms.core.extra_pages import urls_of
from orders.admin import annotating, cancelling, findings, page, reshipping
from orders.admin import holds as hold_pages
from orders.admin.listing import OrderList
from orders.admin.recording import record_payment
from orders.models import Order

panels.describe_events(
    {
        "order.captured": gettext_lazy("Order taken in"),
        "order.confirmed": gettext_lazy("Order checked and confirmed"),
        "order.processing_started": gettext_lazy("Work begun"),
        "order.completed": gettext_lazy("Order completed"),
        "order.cancelled": gettext_lazy("Order cancelled"),
        "order.pieces_cancelled": gettext_lazy("Pieces cancelled"),
        "order.annotated": gettext_lazy("Tags, priority or gift changed"),
        "order.noted": gettext_lazy("Note"),
    },
    {
        "before": gettext_lazy("before"),
        "after": gettext_lazy("after"),
        "reason": gettext_lazy("reason"),
        "pieces": gettext_lazy("pieces by line"),
        "total_before": gettext_lazy("total before"),
    },
)


@admin.register(Order)
class OrderAdmin(ActingAdmin, OrderList):
    def get_urls(self):
        views = [
            ("<int:pk>/hold/", hold_pages.place, "orders_order_hold"),
            ("<int:pk>/payment/", record_payment, "orders_order_record_payment"),
            ("<int:pk>/address/", findings.address, "orders_order_address"),
            ("<int:pk>/accept/<slug:kind>/", findings.accept, "orders_order_accept"),
            ("<int:pk>/cancel/", cancelling.cancel, "orders_order_cancel"),
            (
                "<int:pk>/cancel-pieces/",
                cancelling.cancel_pieces,
                "orders_order_cancel_pieces",
            ),
            ("<int:pk>/reship/", reshipping.reship, "orders_order_reship"),
            ("<int:pk>/note/", annotating.note, "orders_order_note"),
            ("<int:pk>/annotate/", annotating.annotate, "orders_order_annotate"),
        ]
        own = [
            path(where, self.admin_site.admin_view(view), name=name)
            for where, view, name in views
        ]
        return [*own, *urls_of(Order, self.admin_site), *super().get_urls()]

    def row_to_act_on(self, request, pk):
        return page.load(pk)

    def change_view(self, request, object_id, form_url="", extra_context=None):
        """The page; it is no form: what is done has addresses of its own."""
        if not self.has_view_permission(request) or request.method == "POST":
            raise PermissionDenied
        try:
            order = page.load(self.opts.pk.to_python(unquote(object_id)))
        except ValidationError:
            order = None
        if order is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        context = {
            **self.admin_site.each_context(request),
            "title": order,
            "opts": self.opts,
            **page.context(request, order),
            **(extra_context or {}),
        }
        return TemplateResponse(request, "admin/orders/order/page.html", context)
