"""What the tests of the list of orders share."""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from orders.models import Order
from orders.services.holds import NewHold, place_holds
from returns.services.requesting import NewReturn, request_returns
from tests import shop

LIST = reverse("admin:orders_order_changelist")


def rows(answer) -> list[str]:
    return [order.number for order in answer.context["cl"].result_list]


def said(answer) -> str:
    return " ".join(str(message) for message in answer.context["messages"])


def due_in(order, hours: int) -> None:
    due = timezone.now() + timedelta(hours=hours)
    Order.objects.filter(pk=order.pk).update(ship_by=due)


def hold(order, blocks=("ship",)) -> None:
    new = NewHold(order.pk, "other", list(blocks), "user:anna", "look")
    place_holds([new], actor="user:anna").one()


def take_back(order) -> None:
    wish = NewReturn(order.pk, {order.lines.earliest("pk").pk: 1})
    request_returns([wish], actor="test").one()


def one_in_each_queue(channel) -> dict[str, str]:
    """{queue: the number of the one order that waits in it}, but for "all"."""
    made = dict(zip(("late", "held"), shop.place_orders(channel, 2), strict=True))
    due_in(made["late"], -26)
    hold(made["held"])
    for name, step in {
        "picking": "released",
        "to-ship": "packed",
        "in-transit": "shipped",
        "done": "delivered",
        "returns": "delivered",
    }.items():
        [made[name]] = shop.place_orders(channel)
        shop.advance([made[name]], to=step)
    take_back(made["returns"])
    [made["stock"]] = shop.place_orders(channel, lines=[("POSTER", 1)])
    [made["attention"]] = shop.place_orders(channel, lines=[("NO-SUCH", 1)])
    channel.payment = "later"
    channel.save()
    [made["unpaid"]] = shop.place_orders(channel)
    return {name: order.number for name, order in made.items()}
