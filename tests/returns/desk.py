"""At the returns desk, for tests: what customers send back, step by step.

order = desk.sent(world, [("SHIRT", 3)])
ret = desk.asked(order, {"SHIRT": 2})
desk.came(ret, world.shirt, 2, world.ber)
"""

from inventory.models import StockLevel
from returns.models import Refund, Return, ReturnItem
from returns.services import inspecting, receiving, refunding, requesting
from returns.services.inspecting import Decision
from returns.services.receiving import Arrival
from returns.services.requesting import NewReturn
from tests import shop

MIA, WALTER = "user:mia", "user:walter"


def sent(world, lines=(("SHIRT", 3),), **fields):
    [order] = shop.place_orders(world.channel, 1, lines, **fields)
    shop.advance([order], to="delivered")
    order.refresh_from_db()
    return order


def asked(order, pieces, **fields) -> Return:
    lines = {line.sku: line.pk for line in order.lines.all()}
    wish = NewReturn(order.pk, {lines[sku]: n for sku, n in pieces.items()}, **fields)
    ret = requesting.request_returns([wish], actor=MIA).one()
    return requesting.approve_returns([ret], actor=MIA).one()


def came(ret, product, pieces, place):
    arrival = Arrival(ret.pk, product.pk, pieces, place.pk)
    return receiving.receive_returns([arrival], actor=WALTER).one()


def items(ret):
    return [i for line in ret.lines.all() for i in line.items.order_by("pk")]


def levels(product, place):
    rows = StockLevel.objects.filter(product=product, location=place)
    return {row.condition: row.on_hand for row in rows}


def disposed(ret, disposition="restock") -> Return:
    """Decide on all pieces that are not final yet."""
    decisions = [
        Decision(item.pk, disposition, item.quantity)
        for item in items(ret)
        if item.disposition in ReturnItem.UNDECIDED
    ]
    return inspecting.dispose(decisions, actor=WALTER).done[0]


def refunded(ret, **options) -> Refund:
    return refunding.refund_returns([ret], actor=MIA, **options).one()


def back(world, pieces=2, lines=(("SHIRT", 3),), **fields) -> Return:
    """A return of an order of SHIRTs, counted in BER and not inspected yet."""
    ret = asked(sent(world, lines, **fields), {"SHIRT": pieces})
    return came(ret, world.shirt, pieces, world.ber)
