"""What happens later. Each may run twice: it asks what is left to do, under lock."""

from django.utils.translation import gettext as _

from channels.models import InboundMessage
from channels.services.inbox import waiting_messages
from oms.core.chunks import in_chunks
from orders.models import Order
from orders.services import (
    authorizations,
    confirmation,
    healing,
    holds,
    intake,
    settling,
)


def take_in(message_ids):
    in_chunks(intake.take_in, message_ids, actor="task:take_in")


def sweep_inbox():
    """Every two minutes: take in what was forgotten, should a task have been lost."""
    waiting = waiting_messages(InboundMessage.Kind.ORDER)
    in_chunks(intake.take_in, waiting, actor="task:sweep_inbox")


def paid(order_ids):
    """Orders that got a payment go on: what was held until then, and confirmation."""
    in_chunks(holds.release_paid, order_ids, actor="task:paid")
    pending = Order.objects.filter(pk__in=order_ids, status=Order.Status.PENDING)
    _confirm(pending.order_by("pk"), "task:paid")


def try_again(order_ids):
    """Orders that were held, or that a rule kept waiting, and may go on now."""
    pending = Order.objects.filter(pk__in=order_ids, status=Order.Status.PENDING)
    _confirm(pending.order_by("pk"), "task:try_again")


def heal(listing_ids):
    """A channel's SKUs are mapped: the orders that waited for them go on."""
    _confirm(healing.orders_of_listings(listing_ids), "task:heal")


def sweep_pending():
    """Every five minutes: waiting orders whose SKU exists now, and forgotten ones."""
    _confirm(healing.orders_to_try(), "task:sweep_pending")


def release_due_holds():
    """Every minute: holds whose time has come, or that lasted until the payment."""
    actor = "task:release_due_holds"
    note = _("Its time has come.")
    in_chunks(holds.release_holds, holds.due_holds(), actor=actor, note=note)
    in_chunks(holds.release_paid, holds.orders_held_until_paid(), actor=actor)


def _confirm(orders, actor):
    in_chunks(confirmation.confirm_orders, orders, actor=actor)


def settle_payments(request_ids):
    settling.settle_requests(request_ids, actor="task:settle_payments")


def sweep_payments():
    """Every minute: what was asked of gateways and is due again, or was forgotten."""
    settling.settle_requests(actor="task:sweep_payments")


def watch_authorizations():
    """Every hour: authorizations that end."""
    in_chunks(
        authorizations.watch_authorizations,
        authorizations.ending(),
        actor="task:watch_authorizations",
    )
