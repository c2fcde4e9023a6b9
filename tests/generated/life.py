"""What happens to generated orders: everything by the services, in sets.

`Life.play(n)` places n orders and lets dice decide what becomes of them; `counts` says
how often each thing happened, `received` how many pieces suppliers have brought.
"""

import random
from collections import Counter, defaultdict
from types import SimpleNamespace

from fulfillment.services import shipping, waiting, work
from orders.models import Order, OrderLine
from orders.services import cancellation, intake, settling
from tests import shop
from tests.generated import coming_back
from tests.generated.messages import Messages

ACTOR = "user:mia"
STEPS = work.release_work, work.start_picking, work.pick, work.pack_work


class Life:
    def __init__(self, world: SimpleNamespace, seed: int):
        self.world = world
        self.dice = random.Random(f"life-{seed}")
        self.messages = Messages(seed)
        self.counts: Counter[str] = Counter()
        self.received: Counter[str] = Counter()  # {SKU: pieces} from suppliers

    def play(self, count: int) -> None:
        """So many orders from the door to the last refund."""
        for product in self.world.products.values():
            self.receive(product, self.dice.randint(0, count // 2))
        orders = self.place(count)
        self.cancel_some(orders)
        self.send(orders, odds=0.95)
        for odds in (0.4, 0.25):
            coming_back.some(self, orders, odds)
        self.go_on(orders)
        coming_back.everything(self, orders, 0.35)
        coming_back.some(self, orders, 0.2)
        coming_back.finish(self, orders)

    def check(self, name: str, out, *, may_refuse: bool = False) -> list:
        """Count what was done; what should have been taken is an error."""
        self.counts[name] += len(out.done)
        if out.refused and not may_refuse:
            raise AssertionError(f"{name}: {out.refused}")
        self.counts[f"{name} refused"] += len(out.refused)
        return out.done

    def chosen(self, rows, odds: float) -> list:
        return [row for row in rows if self.dice.random() < odds]

    def receive(self, product, pieces: int) -> None:
        place = self.dice.choice(self.world.places)
        if pieces and product.tracks_stock:
            shop.receive(place, {product.sku: pieces})
            self.received[product.sku] += pieces

    def place(self, count: int) -> list[Order]:
        by_channel = defaultdict(list)
        for _ in range(count):
            channel = self.dice.choice(self.world.channels)
            by_channel[channel].append(self.messages.order(channel))
        keys = []
        for channel, told in by_channel.items():
            keys += shop.send(channel, told)
        return self.check("orders", intake.take_in(keys, actor=ACTOR))

    def cancel_some(self, orders: list[Order]) -> None:
        """Whole orders and parts of lines, before anything is sent."""
        whole = self.chosen(orders, 0.03)
        out = cancellation.cancel_orders(whole, reason="all", actor=ACTOR)
        self.check("cancelled orders", out)
        rest = [order.pk for order in self.chosen(orders, 0.2) if order not in whole]
        self.cancel_pieces(rest, 0.4, "less")

    def cancel_pieces(self, orders: list[int], odds: float, reason: str) -> None:
        """Open pieces that nobody has in hand; all of them where the odds are 1."""
        rows = OrderLine.objects.filter(order__in=orders, parent__isnull=True)
        rows = rows.filter(is_bundle=False).order_by("pk")
        pieces = {
            line.pk: line.open_quantity
            if odds == 1
            else self.dice.randint(1, line.open_quantity)
            for line in self.chosen([row for row in rows if row.open_quantity], odds)
        }
        out = cancellation.cancel_lines(pieces, reason=reason, actor=ACTOR)
        self.check("orders with cancelled pieces", out)

    def send(self, orders: list[Order], odds: float) -> None:
        """Most of what is at a location leaves; some parcels wait for the next time."""
        works = [w for w in shop.works_of(orders) if w.status == "assigned"]
        works.sort(key=lambda each: (each.order_id, each.location_id))
        works = self.chosen(works, odds)
        for step in STEPS:
            works = self.check(step.__name__, step(works, actor=ACTOR))
        parcels = [parcel for each in works for parcel in each.shipments.all()]
        labels = {p.pk: shipping.Label(p.number, "dhl") for p in parcels}
        self.check("parcels", shipping.ship_shipments(labels, actor=ACTOR))
        self.settle()

    def settle(self) -> None:
        """What the gateway in this process is asked for."""
        out = settling.settle_requests(actor=ACTOR)
        self.check("asked of the gateway", out)

    def go_on(self, orders: list[Order]) -> None:
        """What waits is cancelled here and served there; late parcels leave."""
        pks = [order.pk for order in orders]
        self.cancel_pieces(self.chosen(pks, 0.3), 0.5, "too late")
        rows = OrderLine.objects.filter(order__in=pks, waiting_quantity__gt=0)
        lacking = Counter()
        for line in rows.filter(is_bundle=False):
            lacking[line.product_id] += line.waiting_quantity
        by_pk = {product.pk: product for product in self.world.products.values()}
        for pk, pieces in sorted(lacking.items()):
            self.receive(by_pk[pk], int(pieces * self.dice.uniform(0.3, 1.5)))
        served = waiting.allocate_waiting(lacking, actor=ACTOR)
        self.counts["served later"] += len(served.done)
        self.send(orders, odds=0.9)
        self.cancel_pieces(self.chosen(pks, 0.9), 1, "no more of it")
