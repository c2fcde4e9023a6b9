"""Payments, their ledger and what was asked of gateways: looked at, and tried again."""

from django.contrib import admin, messages
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from oms.core import panels
from oms.core.admin import ExportingAdmin, ReadOnlyAdmin
from oms.core.tools import actor_of
from orders.models import Order, Payment, PaymentRequest, PaymentTransaction
from orders.services import settling

panels.describe_events(
    {
        "order.payment_authorized": gettext_lazy("Payment authorized"),
        "order.payment_captured": gettext_lazy("Payment received"),
        "order.payment_refunded": gettext_lazy("Payment given back"),
        "order.authorization_voided": gettext_lazy("Authorization given up"),
        "order.capture_failed": gettext_lazy("Capture failed"),
        "order.void_failed": gettext_lazy("Giving up the authorization failed"),
        "order.refund_failed": gettext_lazy("Refund failed"),
    },
    {
        "amount": gettext_lazy("amount"),
        "gateway": gettext_lazy("gateway"),
        "reference": gettext_lazy("reference"),
    },
)


def transactions(payment: Payment) -> panels.Table:
    return panels.Table(
        _("Transactions"),
        [
            _("At"),
            _("Kind"),
            _("Status"),
            _("Amount"),
            _("Reference"),
            _("Reason"),
            _("By"),
        ],
        [
            [
                panels.moment(row.at),
                panels.link(PaymentTransaction, row.pk, row.get_kind_display()),
                panels.status_badge(row),
                panels.money(row.amount, row.currency),
                row.reference or panels.NOTHING,
                row.reason or panels.NOTHING,
                row.actor,
            ]
            for row in payment.transactions.order_by("id")
        ],
        empty=_("None yet."),
    )


def requests(payment: Payment) -> panels.Table:
    return panels.Table(
        _("Asked of the gateway"),
        [_("At"), _("Kind"), _("Status"), _("Amount"), _("Tries"), _("What it said")],
        [
            [
                panels.moment(row.created_at),
                panels.link(PaymentRequest, row.pk, row.get_kind_display()),
                panels.status_badge(row),
                panels.money(row.amount, payment.currency),
                row.attempts,
                row.error or panels.NOTHING,
            ]
            for row in payment.requests.order_by("id")
        ],
        empty=_("Nothing."),
    )


@admin.register(Payment)
class PaymentAdmin(ReadOnlyAdmin):
    own_panels = (transactions, requests)
    list_display = ["id", "order", "gateway", "authorized", "captured", "refunded"]
    list_display += ["created_at"]
    list_filter = ["gateway", "currency"]
    search_fields = ["order__number__exact"]
    search_help_text = gettext_lazy("Number of the order")
    list_select_related = ["order"]
    ordering = ["-id"]
    fields = ["order", "gateway", "reference", "authorized", "captured", "void"]
    fields += ["refunded", "expires_at", "created_at"]

    @admin.display(description=gettext_lazy("authorized"))
    def authorized(self, payment):
        return panels.money(payment.authorized_amount, payment.currency)

    @admin.display(description=gettext_lazy("captured"))
    def captured(self, payment):
        return panels.money(payment.captured_amount, payment.currency)

    @admin.display(description=gettext_lazy("void"))
    def void(self, payment):
        return panels.money(payment.voided_amount, payment.currency)

    @admin.display(description=gettext_lazy("refunded"))
    def refunded(self, payment):
        return panels.money(payment.refunded_amount, payment.currency)


@admin.register(PaymentTransaction)
class PaymentTransactionAdmin(ExportingAdmin, ReadOnlyAdmin):
    list_display = ["at", "order", "kind", "status_word", "sum", "reference", "actor"]
    list_filter = ["kind", "status"]
    search_fields = ["payment__order__number__exact", "reference__exact"]
    search_help_text = gettext_lazy("Number of the order, or reference")
    list_select_related = ["payment__order"]
    ordering = ["-id"]
    fields = ["at", "payment", "order", "kind", "status_word", "sum", "reference"]
    fields += ["reason", "idempotency_key", "actor"]

    @admin.display(description=gettext_lazy("order"))
    def order(self, row):
        return panels.link(Order, row.payment.order_id, row.payment.order)

    @admin.display(description=gettext_lazy("status"))
    def status_word(self, row):
        return panels.status_badge(row)

    @admin.display(description=gettext_lazy("amount"))
    def sum(self, row):
        return panels.money(row.amount, row.currency)


@admin.register(PaymentRequest)
class PaymentRequestAdmin(ReadOnlyAdmin):
    list_display = ["created_at", "order", "kind", "status_word", "sum", "attempts"]
    list_display += ["next_attempt_at", "error"]
    list_filter = ["status", "kind"]
    search_fields = ["payment__order__number__exact", "idempotency_key__exact"]
    search_help_text = gettext_lazy("Number of the order, or key")
    list_select_related = ["payment__order"]
    ordering = ["-id"]
    actions = ["try_again"]
    fields = ["created_at", "payment", "order", "kind", "status_word", "sum", "reason"]
    fields += ["attempts", "next_attempt_at", "error", "finished_at"]
    fields += ["idempotency_key", "actor"]

    @admin.display(description=gettext_lazy("order"))
    def order(self, row):
        return panels.link(Order, row.payment.order_id, row.payment.order)

    @admin.display(description=gettext_lazy("status"))
    def status_word(self, row):
        return panels.status_badge(row)

    @admin.display(description=gettext_lazy("amount"))
    def sum(self, row):
        return panels.money(row.amount, row.payment.currency)

    def has_try_again_permission(self, request):
        return request.user.has_perm("orders.capture_payment")

    @admin.action(description=gettext_lazy("Try again now"), permissions=["try_again"])
    def try_again(self, request, chosen):
        pks = list(chosen.values_list("pk", flat=True))
        out = settling.retry_requests(pks, actor=actor_of(request))
        if out.done:
            text = ngettext(
                "%(n)d request is on its way.",
                "%(n)d requests are on their way.",
                len(out.done),
            )
            self.message_user(request, text % {"n": len(out.done)}, messages.SUCCESS)
        for reasons in out.refused.values():
            self.message_user(request, " ".join(reasons), messages.WARNING)
