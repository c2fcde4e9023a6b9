"""The hand-offs of orders. They carry (sender, orders, actor, at); the orders are
locked and their lines loaded. Past tense tells and never refuses; `order_cancelling`
asks.

order_placed: orders that wait for a payment or a review; receivers reserve stock.
order_confirmed: receivers route and allocate.
order_cancelling(orders, quantities): receivers answer {order pk: reason} for orders
whose work cannot be stopped any more; asked before anything is written.
order_cancelled(orders, quantities, reason, force): {line pk: pieces} that must leave
their locations; receivers stop the work, give the stock back, and answer {line pk:
pieces} that stay: somebody else has them, and was asked to let them go.
"""

from django.dispatch import Signal

order_placed = Signal()
order_confirmed = Signal()
order_cancelling = Signal()
order_cancelled = Signal()
