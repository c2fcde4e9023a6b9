from decimal import Decimal

import pytest
from django.contrib import admin
from django.test import override_settings
from django.utils import timezone

from channels.models import Channel
from channels.services import door
from channels.services.listings import map_skus
from fulfillment.models import Package, RateTable
from fulfillment.services import labels, policies, scanning, wave_scanning, waves
from inventory.models import LocationGroup
from oms.core import jobs
from oms.core.files import runs
from oms.core.models import DailyExport, WebhookEndpoint
from oms.core.webhooks import replaying
from oms.core.webhooks.endpoints import NewEndpoint, create_endpoint
from orders.models import BlocklistEntry, RiskRule
from orders.services import asking
from returns.models import ReturnPolicy
from returns.services import receiving, refunding, requesting
from tests import company, factories, shop
from tests.admin.exception_desk import to
from tests.api.partner import Partner
from tests.factories.rates import make_service
from tests.recording import recorded

OURS = {"core", "inventory", "channels", "orders", "fulfillment", "returns"}


def grow(world, orders: int) -> None:
    """More of everything that a list shows."""
    made = shop.place_orders(world.channel, orders, [("SHIRT", 1), ("MUG", 1)])
    shop.advance(made, to="delivered")
    grow_returns(world, made)
    cents = [asking.Wanted(order.pk, Decimal("0.01")) for order in made]
    asking.request_refunds(cents, actor="test")
    shop.place_orders(world.channel, orders, [("NO-SUCH", 1)])  # work items
    grow_risk(world, orders)
    for _ in range(orders):
        make_service(f"service {RateTable.objects.count()}")
    packed = shop.place_orders(world.channel, orders)
    shop.advance(packed, to="packed")
    labels.request_labels(shop.parcels_of(packed), actor="test")
    grow_scans(world, orders)
    grow_waves(world, orders)
    grow_partners(orders)
    for _ in range(orders):
        policies.draft()
        product = factories.ProductFactory()
        place = factories.LocationFactory()
        shop.receive(place, {product.sku: 1})
        group = LocationGroup.objects.create(name=f"pool {place.code}")
        group.locations.add(place)
        factories.ChannelFactory(pool=group)
        send_daily(factories.UserFactory())
        run_job(product)


def send_daily(person) -> None:
    name = f"stock-{DailyExport.objects.count()}"
    facts = {"what": "stock", "folder": "stock", "at": "06:00", "owner": person}
    DailyExport.objects.create(name=name, next_at=timezone.now(), **facts)


def run_job(product) -> None:
    """Nobody can do it to a product, so its row is refused."""
    kind = jobs.kind_named("orders.confirm")
    jobs.start_job(kind, [(product.pk, product.sku)], {}, actor="user:anna")


def grow_partners(orders: int) -> None:
    """Keys that have asked, endpoints with a delivery, files that were sent."""
    for _ in range(orders):
        number = WebhookEndpoint.objects.count()
        partner = Partner(name=f"partner {number}")
        partner.get("orders/")
        with override_settings(OMS_WEBHOOK_ALLOWED_HOSTS=["127.0.0.1:9"]):
            new = NewEndpoint(f"http://127.0.0.1:9/{number}", ["order.*"])
            replaying.send_test(create_endpoint(new, actor=partner.key.actor).one())
        sheet = b"sku,location,on hand\nSHIRT,BER,%d\n" % number
        runs.upload([sheet], f"{number}.csv", actor="user:anna")


def grow_returns(world, orders: list) -> None:
    """A piece of each order comes back and is refunded."""
    for order in orders:
        line = order.lines.get(sku="SHIRT")
        wish = requesting.NewReturn(order.pk, {line.pk: 1})
        [ret] = requesting.request_returns([wish], actor="test").done
        requesting.approve_returns([ret], actor="test")
        arrival = receiving.Arrival(ret.pk, world.shirt.pk, 1, world.ber.pk)
        receiving.receive_returns([arrival], actor="test")
        refunding.refund_returns([ret], actor="test").one()
        ReturnPolicy.objects.create(channel=factories.ChannelFactory())


def grow_scans(world, orders: int) -> None:
    """A piece of each order lies in its box."""
    picking = shop.place_orders(world.channel, orders, [("SHIRT", 2)])
    shop.advance(picking, to="picking")
    for work in shop.works_of(picking):
        facts = {"after": 0, "places": None, "actor": "test"}
        scanning.scan("SHIRT", box=work.pk, **facts)


def grow_waves(world, orders: int) -> None:
    """A piece of each lies in its slot; boxes of as many kinds."""
    shop.receive(world.ber, {"SHIRT": orders, "MUG": orders})
    made = shop.place_orders(world.channel, orders, [("SHIRT", 1), ("MUG", 1)])
    for _order in made:
        wish = waves.NewWave(world.ber.pk, orders=1)
        wave = waves.make_wave(wish, actor="test").one()
        page = wave_scanning.Page(wave.pk)
        wave_scanning.scan("SHIRT", page, places=None, actor="test")
        number = Package.objects.count()
        Package.objects.create(code=f"box-{number}", name=f"Box {number}")


def grow_risk(world, orders: int) -> None:
    """Orders that were scored and held, and what they were judged by."""
    signals = RiskRule.Signal.values[: min(orders, 3)]
    for signal in signals:
        RiskRule.objects.get_or_create(
            signal=signal, defaults={"points": 60, "threshold": 1}
        )
    strict = factories.ChannelFactory(risk_limit=50)
    shop.place_orders(strict, orders, [("SHIRT", 1)])
    for number in range(orders):
        sku = f"{strict.code}-{number}"
        map_skus(strict, {sku: world.mug}, actor="test")
        door.take_call(strict, sku, b"no JSON", at=timezone.now())
        BlocklistEntry.objects.create(kind="email", value=f"{sku}@example.org")


def make_one():
    world = company.make()
    grow(world, 1)
    return world


one_rows = recorded(make_one)


@pytest.fixture
def shop_with_one(db, one_rows):
    """Instead of `world`: with a row of everything that a list shows."""
    return one_rows.play()


@pytest.fixture
def our_admins():
    """{model: its ModelAdmin} of our own apps."""
    return {
        model: page
        for model, page in admin.site._registry.items()
        if model._meta.app_label in OURS
    }


@pytest.fixture(scope="session")
def has_been_here():
    return []


@pytest.fixture
def office(admin_client, has_been_here):
    """A superuser's browser after its first visit: what a process keeps in memory from
    then on is not counted."""
    if not has_been_here:
        has_been_here.append(admin_client.get("/admin/"))
    return admin_client


@pytest.fixture
def careful(world):
    """Its channel looks at addresses and prices."""
    Channel.objects.update(address_checked=True, price_tolerance=Decimal(5))
    world.channel.refresh_from_db()
    world.mug.list_price, world.mug.list_currency = Decimal(20), "EUR"
    world.mug.save()
    return world


@pytest.fixture
def doubts(careful):
    """Three addresses that a rule can mend, oldest first, and one that it cannot."""
    codes = ["D-10969", "DE-10115", "D 12043", "1"]
    return [shop.place_orders(careful.channel, ship_to=to(c))[0] for c in codes]
