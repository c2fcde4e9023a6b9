"""The daily pages: what people of a shop have before them from morning to evening."""

from collections.abc import Callable

from django.urls import reverse

from fulfillment.models import FulfillmentOrder, Wave
from fulfillment.services import waves
from oms.core import jobs
from orders.models import Customer, Order
from returns.models import Return

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


def of_wave(name: str) -> Callable[[], str]:
    return lambda: reverse(f"admin:fulfillment_wave_{name}", args=[wave().pk])


def job() -> str:
    kind = jobs.kind_named("orders.confirm")
    rows = [(each.pk, each.number) for each in Order.objects.all()[:30]]
    made = jobs.start_job(kind, rows, {}, actor="user:admin")
    return reverse("admin:core_job_change", args=[made.pk])


PAGES: dict[str, Callable[[], str]] = {
    "today": named("index"),
    "orders": list_of("orders_order"),
    "orders-late": list_of("orders_order", "?queue=late"),
    "orders-search": list_of("orders_order", "?q=status:confirmed+before:2030-01-01"),
    "order": lambda: reverse("admin:orders_order_change", args=[order().pk]),
    "order-open": row_of(Order, phase="in_fulfillment"),
    "order-held": row_of(Order, phase="on_hold"),
    "exceptions": named("core_workitem_exceptions"),
    "waves": list_of("fulfillment_wave"),
    "wave": of_wave("change"),
    "pick": named("fulfillment_pick_waves"),
    "pack": named("fulfillment_pack_station"),
    "pack-box": box,
    "hand-over": named("fulfillment_hand_over"),
    "shipments": list_of("fulfillment_shipment"),
    "daily-export": named("core_dailyexport_add"),
    "desk": named("returns_desk"),
    "returns": list_of("returns_return"),
    "return": row_of(Return),
    "stock": list_of("inventory_stocklevel"),
    "adjust": named("inventory_stocklevel_adjust"),
    "receive": named("inventory_stocklevel_receive"),
    "movements": list_of("inventory_stockmovement"),
    "customers": list_of("orders_customer"),
    "customer": row_of(Customer, orders__isnull=False),
    "jobs": list_of("core_job"),
    "job": job,
    "background": named("background"),
    "preferences": named("preferences"),
    "settings": named("settings"),
    "password": named("password_change"),
}
OUTSIDE: dict[str, Callable[[], str]] = {"login": named("login")}  # nobody is in yet
