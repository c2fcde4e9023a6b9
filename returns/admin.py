"""Returns and refunds, looked at; policies, edited. The returns table comes later."""

from django.contrib import admin

from oms.core.admin import ReadOnlyAdmin
from returns.models import (
    Refund,
    RefundLine,
    RefundPart,
    Return,
    ReturnItem,
    ReturnLine,
    ReturnPolicy,
)


@admin.register(ReturnPolicy)
class ReturnPolicyAdmin(admin.ModelAdmin):
    list_display = ["__str__", "window_days", "fee_percent", "approval_above"]
    list_select_related = ["channel"]
    autocomplete_fields = ["final_sale"]

    def has_delete_permission(self, request, obj=None):
        return False  # edited instead; returns were judged by it


@admin.register(Return)
class ReturnAdmin(ReadOnlyAdmin):
    list_display = ["number", "order", "status", "money", "reason", "requested_at"]
    list_filter = ["status", "money", "reason", "source"]
    list_select_related = ["order"]
    search_fields = ["number", "order__number", "external_id", "tracking_number"]
    ordering = ["-id"]


@admin.register(ReturnLine)
class ReturnLineAdmin(ReadOnlyAdmin):
    list_display = ["ret", "sku", "authorized_quantity", "received_quantity"]
    list_select_related = ["ret"]
    ordering = ["-id"]


@admin.register(ReturnItem)
class ReturnItemAdmin(ReadOnlyAdmin):
    list_display = ["line", "quantity", "disposition", "location"]
    list_filter = ["disposition"]
    list_select_related = ["line", "location"]
    ordering = ["-id"]


@admin.register(Refund)
class RefundAdmin(ReadOnlyAdmin):
    list_display = ["number", "order", "status", "kind", "amount", "currency"]
    list_filter = ["status", "kind"]
    list_select_related = ["order"]
    search_fields = ["number", "order__number"]
    ordering = ["-id"]


@admin.register(RefundPart)
class RefundPartAdmin(ReadOnlyAdmin):
    list_display = ["refund", "payment", "amount"]
    list_select_related = ["refund", "payment"]
    ordering = ["-id"]


@admin.register(RefundLine)
class RefundLineAdmin(ReadOnlyAdmin):
    list_display = ["refund", "return_line", "quantity"]
    list_select_related = ["refund", "return_line"]
    ordering = ["-id"]
