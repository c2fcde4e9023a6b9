"""Customers: looked up by what people know of them, and the page of one person."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, OuterRef, Subquery
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from oms.core import panels
from oms.core.admin import ExportingAdmin, ReadOnlyAdmin
from oms.core.when import date_in_words
from orders.admin import customer_page, persons
from orders.customer_search import find
from orders.models import Customer, Order

panels.describe_events(
    {
        "customer.merged": gettext_lazy("Another customer merged into this one"),
        "customer.merged_away": gettext_lazy("Merged into another customer"),
        "customer.exported": gettext_lazy("Everything kept of the person exported"),
        "customer.erased": gettext_lazy("Person erased"),
        "order.customer_changed": gettext_lazy("Customer merged: the order moved"),
    },
    {
        "customer": gettext_lazy("customer"),
        "was": gettext_lazy("before"),
        "orders": gettext_lazy("orders"),
    },
)


@admin.register(Customer)
class CustomerAdmin(ExportingAdmin, ReadOnlyAdmin):
    list_display = ["__str__", "email", "number_of_orders", "created_at", "remark"]
    list_select_related = ["merged_into"]
    search_fields = ["key"]  # shows the field; see `find`
    search_help_text = gettext_lazy("Name, e-mail address or phone number")
    ordering = ["-id"]
    actions = ["merge"]

    def get_search_results(self, request, queryset, search_term):
        if search_term.strip():
            queryset = find(queryset, search_term)
        return queryset, False

    def get_queryset(self, request):
        own = Order.objects.filter(customer=OuterRef("pk")).order_by()
        number = own.values("customer").annotate(n=Count("pk")).values("n")
        return super().get_queryset(request).annotate(number=Subquery(number))

    @admin.display(description=gettext_lazy("orders"))
    def number_of_orders(self, customer):
        return customer.number or 0

    @admin.display(description=gettext_lazy("remark"), empty_value="")
    def remark(self, customer):
        """Why somebody has no orders or no name any more."""
        if customer.erased_at:
            day = date_in_words(localdate(customer.erased_at))
            return _("Erased on %(day)s") % {"day": day}
        if customer.merged_into:
            return _("Merged into %(other)s") % {"other": customer.merged_into}
        return ""

    def has_merge_permission(self, request):
        return request.user.has_perm(persons.MERGE)

    @admin.action(
        description=gettext_lazy("Merge two into one…"), permissions=["merge"]
    )
    def merge(self, request, queryset):
        found = list(queryset.order_by("pk").values_list("pk", flat=True)[:3])
        if len(found) != 2:
            messages.error(request, _("Tick exactly two customers, then merge them."))
            return None
        url = reverse("admin:orders_customer_merge", args=found[:1])
        return redirect(f"{url}?other={found[1]}")

    def get_urls(self):
        views = [
            ("<int:pk>/merge/", persons.merge, "orders_customer_merge"),
            ("<int:pk>/export/", persons.export, "orders_customer_export"),
            ("<int:pk>/erase/", persons.erase, "orders_customer_erase"),
        ]
        own = [
            path(where, self.admin_site.admin_view(view), name=name)
            for where, view, name in views
        ]
        return [*own, *super().get_urls()]

    def change_view(self, request, object_id, form_url="", extra_context=None):
        """The page; it is no form: what is done has addresses of its own."""
        if not self.has_view_permission(request) or request.method == "POST":
            raise PermissionDenied
        customer = self.get_object(request, object_id)
        if customer is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        context = {
            **self.admin_site.each_context(request),
            "title": customer,
            "opts": self.opts,
            **customer_page.context(request, customer),
        }
        return TemplateResponse(request, "admin/orders/customer/page.html", context)
