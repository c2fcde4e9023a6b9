"""The pages of returns and refunds, looked at; policies, edited."""

from django.contrib import admin
from django.urls import path
from django.utils.translation import gettext_lazy

from oms.core import panels
from oms.core.admin import ExportingAdmin, KeptAdmin, ReadOnlyAdmin
from returns.admin import desk
from returns.models import (
    Refund,
    RefundLine,
    RefundPart,
    Return,
    ReturnItem,
    ReturnLine,
    ReturnPolicy,
)
from returns.panels import (
    items_of_return,
    lines_of_return,
    parts_of_refund,
    refunds_of_return,
)


@admin.register(ReturnPolicy)
class ReturnPolicyAdmin(KeptAdmin):
    list_display = ["__str__", "window_days", "expires_days", "fee_percent"]
    list_display += ["refunds_shipping", "approval_above"]
    list_select_related = ["channel"]
    autocomplete_fields = ["final_sale"]


class StatusAdmin(ReadOnlyAdmin):
    @admin.display(description=gettext_lazy("status"), ordering="status")
    def badge(self, row):
        return panels.status_badge(row)


@admin.register(Return)
class ReturnAdmin(ExportingAdmin, StatusAdmin):
    own_panels = (lines_of_return, items_of_return, refunds_of_return)
    has_timeline = True
    list_display = ["number", "order", "badge", "money", "reason", "source"]
    list_display += ["requested_at", "expires_at"]
    list_filter = ["status", "money", "reason", "source", "location"]
    list_select_related = ["order"]
    search_fields = ["number__exact", "order__number__exact", "external_id__exact"]
    search_fields += ["tracking_number__exact"]
    search_help_text = gettext_lazy(
        "Number of the return or the order, the channel's number or the tracking number"
    )
    ordering = ["-id"]
    fields = [("number", "order"), ("badge", "money"), ("reason", "source")]
    fields += ["note", "advice", ("location", "tracking_number"), "external_id"]
    fields += ["fee_percent", ("requested_at", "approved_at", "expires_at")]
    fields += [("received_at", "inspected_at", "closed_at")]

    def get_urls(self):
        view = self.admin_site.admin_view(lambda request: desk.view(request, self))
        name = desk.DESK.removeprefix("admin:")
        return [path("desk/", view, name=name), *super().get_urls()]


@admin.register(ReturnLine)
class ReturnLineAdmin(ReadOnlyAdmin):
    list_display = ["ret", "sku", "authorized_quantity", "received_quantity"]
    list_display += ["rejected_quantity"]
    list_select_related = ["ret"]
    ordering = ["-id"]


@admin.register(ReturnItem)
class ReturnItemAdmin(ReadOnlyAdmin):
    list_display = ["id", "ret", "line", "quantity", "disposition", "location"]
    list_filter = ["disposition", "location"]
    list_select_related = ["line__ret", "location"]
    ordering = ["-id"]
    fields = ["ret", "line", "quantity", "disposition", "location", "note"]

    @admin.display(description=gettext_lazy("return"))
    def ret(self, item):
        return panels.link(Return, item.line.ret_id, item.line.ret)


@admin.register(Refund)
class RefundAdmin(StatusAdmin):
    own_panels = (parts_of_refund,)
    has_timeline = True
    list_display = ["number", "order", "badge", "kind", "sum", "reason"]
    list_display += ["requested_by", "requested_at"]
    list_filter = ["status", "kind", "currency"]
    list_select_related = ["order"]
    search_fields = ["number__exact", "order__number__exact"]
    search_help_text = gettext_lazy("Number of the refund or of the order")
    ordering = ["-id"]

    @admin.display(description=gettext_lazy("amount"), ordering="amount")
    def sum(self, refund):
        return panels.money(refund.amount, refund.currency)


@admin.register(RefundPart)
class RefundPartAdmin(ReadOnlyAdmin):
    list_display = ["refund", "payment", "amount"]
    list_select_related = ["refund", "payment"]
    ordering = ["-id"]


@admin.register(RefundLine)
class RefundLineAdmin(ReadOnlyAdmin):
    list_display = ["refund", "return_line", "quantity", "amount", "tax_amount"]
    list_select_related = ["refund", "return_line"]
    ordering = ["-id"]
