"""The daily pages: what people of a shop have before them from morning to evening."""

from collections.abc import Callable
from decimal import Decimal

from django.urls import reverse

from channels.messages import IncomingLine
from fulfillment.models import FulfillmentOrder, Wave
from fulfillment.services import wave_scanning, waves
from inventory.models import Product, StockLevel
from oms.core import jobs
from oms.core.files import deciding, runs
from orders.models import Customer, Order
from returns.models import Return
from tests import shop
from tests.factories import ChannelFactory

Status = FulfillmentOrder.Status


def order() -> Order:
    """One with much to tell: it came back."""
    return Return.objects.select_related("order").earliest("pk").order


def list_of(name: str, query: str = "") -> Callable[[], str]:
    return lambda: reverse(f"admin:{name}_changelist") + query


def named(name: str) -> Callable[[], str]:
    return lambda: reverse(f"admin:{name}")


def row_of(model, **which) -> Callable[[], str]:
    meta = model._meta
    name = f"admin:{meta.app_label}_{meta.model_name}_change"
    return lambda: reverse(name, args=[model.objects.filter(**which).earliest("pk").pk])


def box() -> str:
    """An order that somebody is packing."""
    work = FulfillmentOrder.objects.filter(status=Status.PICKING).earliest("pk")
    return reverse("admin:fulfillment_pack_station") + f"?work={work.number}"


def wave() -> Wave:
    """One of what is assigned or released, made now."""
    ready = FulfillmentOrder.objects.filter(
        status__in=(Status.ASSIGNED, Status.RELEASED), location__kind="warehouse"
    )
    for place in ready.values_list("location", flat=True).distinct():
        out = waves.make_wave(waves.NewWave(place), actor="test")
        if out.done:
            return out.done[0]
    raise AssertionError("the demo shop has nothing to pick")


def picked_wave() -> Wave:
    """Somebody has begun to pick it."""
    made = wave()
    wave_scanning.scan(
        made.number, wave_scanning.Page(), places=None, actor="user:admin"
    )
    return made


def pick(more: str = "") -> Callable[[], str]:
    station = reverse("admin:fulfillment_pick_waves")
    return lambda: f"{station}?wave={picked_wave().number}{more}"


def large_order() -> str:
    """As companies order: five hundred lines."""
    skus = Product.objects.filter(is_bundle=False).order_by("pk")
    skus = list(skus.values_list("sku", flat=True))
    lines = [
        IncomingLine(skus[number % len(skus)], 1 + number % 9, Decimal("9.99"))
        for number in range(500)
    ]
    [made] = shop.place_orders(ChannelFactory(), lines=lines)
    return reverse("admin:orders_order_change", args=[made.pk])


def of_order(name: str, *more: str) -> Callable[[], str]:
    def path() -> str:
        made = Order.objects.filter(phase="in_fulfillment").earliest("pk")
        return reverse(f"admin:orders_order_{name}", args=[made.pk, *more])

    return path


def of_customer(name: str) -> Callable[[], str]:
    found = Customer.objects.filter(orders__isnull=False)
    url = f"admin:orders_customer_{name}"
    return lambda: reverse(url, args=[found.earliest("pk").pk])


def why_so_many() -> str:
    level = StockLevel.objects.filter(allocated__gt=0).earliest("pk")
    return f"{reverse('admin:inventory_stocklevel_changelist')}?why={level.pk}"


def of_wave(name: str) -> Callable[[], str]:
    return lambda: reverse(f"admin:fulfillment_wave_{name}", args=[wave().pk])


def job() -> str:
    kind = jobs.kind_named("orders.confirm")
    rows = [(each.pk, each.number) for each in Order.objects.all()[:30]]
    made = jobs.start_job(kind, rows, {}, actor="user:admin")
    return reverse("admin:core_job_change", args=[made.pk])


def import_of(*, is_applied: bool) -> Callable[[], str]:
    """Counts of the shelf: some are wrong, and some take pieces from orders."""

    def path() -> str:
        levels = StockLevel.objects.filter(condition="sellable").order_by("-allocated")
        names = levels.values_list("product__sku", "location__code", "on_hand")[:40]
        rows = [f"{sku},{place},{n // 3}\n" for sku, place, n in names]
        text = "sku,location,on_hand\n" + "".join(rows) + "NO-SUCH-THING,BER,4\n"
        run = runs.upload([text.encode()], "shelf.csv", actor="user:admin")
        if is_applied:
            deciding.apply_run(run, actor="user:admin")
        return reverse("admin:core_importrun_change", args=[run.pk])

    return path


PAGES: dict[str, Callable[[], str]] = {
    "today": named("index"),
    "orders": list_of("orders_order"),
    "orders-late": list_of("orders_order", "?queue=late"),
    **{
        f"orders-{name}": list_of("orders_order", f"?queue={name}")
        for name in ("attention", "to-release", "on-hold", "unpaid", "all")
    },
    "orders-none": list_of("orders_order", "?q=no-such-order"),
    "orders-search": list_of("orders_order", "?q=status:confirmed+before:2030-01-01"),
    "order": lambda: reverse("admin:orders_order_change", args=[order().pk]),
    "order-open": row_of(Order, phase="in_fulfillment"),
    "order-held": row_of(Order, phase="on_hold"),
    "order-500-lines": large_order,
    "order-cancel": of_order("cancel"),
    "order-hold": of_order("hold"),
    "order-address": of_order("address"),
    "order-return": of_order("return"),
    "order-goodwill": of_order("tool", "goodwill"),
    "exceptions": named("core_workitem_exceptions"),
    "waves": list_of("fulfillment_wave"),
    "wave": of_wave("change"),
    "pick": named("fulfillment_pick_waves"),
    "pick-wave": pick(),
    "pick-short": pick("&short=1"),
    "pack": named("fulfillment_pack_station"),
    "pack-box": box,
    "hand-over": named("fulfillment_hand_over"),
    "shipments": list_of("fulfillment_shipment"),
    "daily-export": named("core_dailyexport_add"),
    "desk": named("returns_desk"),
    "returns": list_of("returns_return"),
    "return": row_of(Return),
    "stock": list_of("inventory_stocklevel"),
    "stock-why": why_so_many,
    "adjust": named("inventory_stocklevel_adjust"),
    "receive": named("inventory_stocklevel_receive"),
    "movements": list_of("inventory_stockmovement"),
    "customers": list_of("orders_customer"),
    "customer": row_of(Customer, orders__isnull=False),
    "customer-merge": of_customer("merge"),
    "customer-erase": of_customer("erase"),
    "imports": list_of("core_importrun"),
    "import-preview": import_of(is_applied=False),
    "import-result": import_of(is_applied=True),
    "jobs": list_of("core_job"),
    "job": job,
    "background": named("background"),
    "preferences": named("preferences"),
    "settings": named("settings"),
    "password": named("password_change"),
}
OUTSIDE: dict[str, Callable[[], str]] = {"login": named("login")}  # nobody is in yet


# --- What stands behind a form or a key ----------------------------------------------


def search_for_an_order(visitor) -> None:
    """The box with a hit."""
    visitor.press("Control+k")
    visitor.type(order().number)
    visitor.page.wait_for_selector("#palette-hits li a")


def preview_holding_many(visitor) -> None:
    visitor.page.locator("#action-toggle").check()
    with visitor.leaving():
        visitor.page.locator(".bulk button[value='orders.hold']").click()


def preview_group(visitor) -> None:
    with visitor.leaving():
        visitor.page.locator("main button[name=group]").first.click()


def preview_sheet(visitor) -> None:
    visitor.page.locator("#sheet [name=reason]").first.fill("counted")
    visitor.page.locator("#sheet [name^=row-]").first.fill("+1")
    with visitor.leaving():
        visitor.page.locator("#sheet button[value=preview]").first.click()


def take_in(visitor) -> None:
    """At the returns desk: a place is chosen, and a parcel lies on the table."""
    if (places := visitor.page.locator("button[name=place]")).count():
        with visitor.leaving():
            places.first.click()
    ret = Return.objects.filter(status__in=("approved", "received")).earliest("pk")
    visitor.go(f"{reverse('admin:returns_desk')}?work={ret.number}")


STEPS: dict[str, tuple[Callable[[], str], Callable]] = {
    "search": (PAGES["order"], search_for_an_order),
    "bulk-preview": (list_of("orders_order", "?queue=all"), preview_holding_many),
    "exceptions-preview": (PAGES["exceptions"], preview_group),
    "desk-parcel": (named("returns_desk"), take_in),
    "adjust-preview": (PAGES["adjust"], preview_sheet),
}
