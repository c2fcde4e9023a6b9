"""Goods and money of generated orders come back: in parts, in any order."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from decimal import Decimal
from typing import TYPE_CHECKING

from orders.models import Order, OrderLine
from returns.models import Refund, Return, ReturnItem, ReturnLine
from returns.models.lines import Disposition
from returns.models.returns import ReturnReason
from returns.services import (
    approving,
    blind,
    goodwill,
    inspecting,
    receiving,
    refunding,
    requesting,
)
from tests.generated.messages import to_digits

if TYPE_CHECKING:
    from tests.generated.life import Life

ACTOR, OTHER = "user:mia", "user:anna"
FATES = [fate for fate in Disposition.values if fate != Disposition.PENDING]
KEPT = [Disposition.RESTOCK, Disposition.SCRAP, Disposition.TO_VENDOR]
TRIES = 6  # of refunds that a gateway has declined


def some(life: "Life", orders: list[Order], odds: float) -> None:
    """Some pieces of some orders: asked for, counted, looked at and refunded."""
    room = room_of(life.chosen(orders, odds))
    wishes = {}
    for order, lines in room.items():
        few = life.chosen(lines.items(), 0.5)
        if few:
            wishes[order] = {pk: life.dice.randint(1, most) for pk, most in few}
    returns = ask(life, wishes)
    count(life, returns)
    unannounced(life, room_of(life.chosen(orders, 0.03)))
    look(life, returns, 0.5, FATES)
    refund(life, life.chosen(returns, 0.85))
    without_goods(life, life.chosen(orders, 0.08))
    decide(life)


def everything(life: "Life", orders: list[Order], odds: float) -> None:
    """All that is left of some orders, line by line in parcels of their own."""
    room = room_of(life.chosen(orders, odds))
    while room:
        wishes = {}
        for order, lines in room.items():
            pk = life.dice.choice(sorted(lines))
            wishes[order] = {pk: life.dice.randint(1, lines[pk])}
            if life.dice.random() < 0.5:
                wishes[order] = dict(lines)
        returns = ask(life, wishes, sure=True)
        count(life, returns, exactly=True)
        refund(life, returns)
        decide(life)
        room = room_of(Order.objects.filter(pk__in=room))


def finish(life: "Life", orders: list[Order]) -> None:
    """Whatever is open is brought to its end."""
    mine = Return.objects.filter(order__in=[order.pk for order in orders])
    for _ in range(TRIES):
        refund(life, mine.filter(money="pending", status__in=["received", "inspected"]))
        decide(life)
    here = mine.filter(status__in=["received", "inspected"])
    look(life, here, 1, KEPT)
    for ret in mine.filter(money="pending", status="inspected"):
        life.counts["money denied"] += 1
        inspecting.deny_money([ret], reason="nothing is due", actor=ACTOR).one()
    done = mine.filter(status="inspected").exclude(money="asked")
    life.check("returns closed", inspecting.close_returns(done, actor=ACTOR))


def room_of(orders: Iterable[Order]) -> dict[int, dict[int, int]]:
    """{order: {line: pieces that have left and are in no return}}."""
    pks = [order.pk for order in orders]
    taken: Counter[int] = Counter()
    rows = ReturnLine.objects.filter(order_line__order__in=pks)
    rows = rows.exclude(ret__status__in=["declined", "cancelled"])
    for line, pieces in rows.values_list("order_line", "authorized_quantity"):
        taken[line] += pieces
    room = defaultdict(dict)
    sent = OrderLine.objects.filter(order__in=pks, is_bundle=False)
    for line in sent.filter(shipped_quantity__gt=0).order_by("pk"):
        if line.shipped_quantity > taken[line.pk]:
            room[line.order_id][line.pk] = line.shipped_quantity - taken[line.pk]
    return dict(room)


def ask(life: "Life", wishes: dict, *, sure: bool = False) -> list[Return]:
    dice = life.dice
    asked = [
        requesting.NewReturn(pk, pieces, reason=dice.choice(ReturnReason.values))
        for pk, pieces in wishes.items()
    ]
    returns = life.check("returns", requesting.request_returns(asked, actor=ACTOR))
    if not sure:
        declined = life.chosen(returns, 0.05)
        out = requesting.decline_returns(declined, reason="no", actor=ACTOR)
        life.check("returns declined", out)
        returns = [ret for ret in returns if ret not in declined]
    life.check("returns approved", requesting.approve_returns(returns, actor=ACTOR))
    return returns


def count(life: "Life", returns: list[Return], *, exactly: bool = False) -> None:
    """Most of what was agreed arrives, some less, some more, in one parcel or two."""
    dice, arrivals = life.dice, []
    for ret in returns:
        for line in sorted(ret.lines.all(), key=lambda line: line.order_line_id):
            pieces = line.authorized_quantity
            if not exactly and dice.random() < 0.15:
                pieces += dice.randint(-1, 1)
            for part in (pieces // 2, pieces - pieces // 2):
                place = dice.choice(life.world.places).pk
                if part:
                    arrivals.append(
                        receiving.Arrival(ret.pk, line.product_id, part, place)
                    )
    life.check("returns counted", receiving.receive_returns(arrivals, actor=ACTOR))


def unannounced(life: "Life", room: dict[int, dict[int, int]]) -> None:
    """Parcels that nobody knows, matched to their orders afterwards."""
    lines = OrderLine.objects.in_bulk(min(lines) for lines in room.values())
    place = life.world.places[0].pk
    parcels = [blind.Parcel(place, line.product_id, 1) for line in lines.values()]
    returns = life.check("blind returns", blind.receive_blind(parcels, actor=ACTOR))
    pairs = zip(returns, lines.values(), strict=True)
    owners = {ret.pk: line.order_id for ret, line in pairs}
    life.check("blind returns matched", blind.match_returns(owners, actor=ACTOR))


def look(life: "Life", returns, odds: float, fates: list[str]) -> None:
    """What becomes of pieces; some of them share a fate, some items are split."""
    items = ReturnItem.objects.filter(
        line__ret__in=[ret.pk for ret in returns],
        disposition__in=ReturnItem.UNDECIDED,
    ).order_by("line__ret", "line__order_line", "pk")
    decisions = [
        inspecting.Decision(
            item.pk,
            life.dice.choice(fates),
            item.quantity if odds == 1 else life.dice.randint(1, item.quantity),
        )
        for item in life.chosen(items, odds)
    ]
    out = inspecting.dispose(decisions, actor=ACTOR)
    life.check("returns looked at", out, may_refuse=True)  # refunded pieces stay here
    life.counts["pieces decided"] += len(decisions)


def refund(life: "Life", returns) -> None:
    out = refunding.refund_returns(returns, actor=ACTOR)
    life.check("refunds", out, may_refuse=True)
    life.settle()
    tidy = approving.settle_refunds(approving.under_way(), actor=ACTOR)
    life.counts["refunds ended later"] += len(tidy.done)


def without_goods(life: "Life", orders: list[Order]) -> None:
    """Goodwill, and what was paid beyond what an order costs now."""
    dice = life.dice
    wishes = [
        goodwill.Goodwill(
            order.pk,
            to_digits(order.total_amount * dice.randint(1, 30) / 100, order.currency),
            "late",
        )
        for order in orders
    ]
    out = goodwill.refund_goodwill(wishes, actor=ACTOR)
    life.check("goodwill", out, may_refuse=True)
    paid = Order.objects.filter(pk__in=[order.pk for order in orders])
    wishes = [
        goodwill.Goodwill(order.pk, _beyond(order), "overpaid", kind="overpaid")
        for order in paid.filter(payment_status="overpaid").order_by("pk")
    ]
    out = goodwill.refund_goodwill(wishes, actor=ACTOR)
    life.check("overpaid given back", out, may_refuse=True)  # spoken for already


def _beyond(order: Order) -> Decimal:
    return sum(p.captured_amount for p in order.payments.all()) - order.total_amount


def decide(life: "Life") -> None:
    """A second person agrees to large refunds, or does not."""
    large = list(Refund.objects.filter(status="requested").order_by("pk"))
    denied = life.chosen(large, 0.2)
    agreed = [each for each in large if each not in denied]
    out = approving.deny_refunds(denied, reason="too much", actor=OTHER)
    life.check("refunds denied", out)
    life.check("refunds approved", approving.approve_refunds(agreed, actor=OTHER))
    life.settle()
    approving.settle_refunds(approving.under_way(), actor=ACTOR)
