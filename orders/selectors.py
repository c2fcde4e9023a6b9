"""Reads for the order page: as few statements as can be, whatever the order has."""

from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import Count, OuterRef, Prefetch, Q, Subquery
from django.db.models.functions import Coalesce, JSONObject

from oms.core import seen
from oms.core.lists import additions
from oms.core.models import Event, WorkItem
from oms.core.sets import preload
from orders.models import Hold, Order, OrderLine, RiskAssessment

FEW = {"holds": Hold, "risk_assessments": RiskAssessment}  # read with their order


def order_for_page(pk: int) -> Order | None:
    """With channel, customer, `orders_of_customer` and `why_cancelled`; lines with
    products, payments, holds and risk; `newest_event` is the token of its forms."""
    same = Order.objects.filter(customer=OuterRef("customer")).order_by()
    number = same.values("customer").annotate(n=Count("pk")).values("n")
    cancelled = Event.objects.filter(
        root_type="order", root_id=OuterRef("pk"), action="order.cancelled"
    )
    lines = OrderLine.objects.select_related("product").order_by("position")
    found = Order.objects.select_related("channel", "customer").annotate(
        newest_event=seen.newest_of("order"),
        orders_of_customer=Coalesce(Subquery(number), 0),
        why_cancelled=Subquery(cancelled.values("data__reason")[:1]),
        **{f"{name}_rows": _rows(model) for name, model in FEW.items()},
    )
    found = found.prefetch_related(Prefetch("lines", lines), "payments")
    order = found.filter(pk=pk).first()
    if order is not None:
        few = {
            name: [_revive(model, row) for row in getattr(order, f"{name}_rows")]
            for name, model in FEW.items()
        }
        preload(order, **few)
    return order


def _rows(model: type[models.Model]) -> ArraySubquery:
    names = {field.attname: field.attname for field in model._meta.concrete_fields}
    rows = model.objects.filter(order=OuterRef("pk")).order_by("id")
    return ArraySubquery(rows.values(row=JSONObject(**names)))


def _revive(model: type[models.Model], row: dict[str, Any]) -> models.Model:
    fields = model._meta.concrete_fields
    values = [field.to_python(row[field.attname]) for field in fields]
    return model.from_db("default", [field.attname for field in fields], values)


def open_items(order: Order) -> list[WorkItem]:
    """What waits for a person: of the order, and of all that belongs to it. Oldest
    first."""
    mine = Q(subject_type="order", subject_id=order.pk)
    for name, part in additions(Order).parts.items():
        rows = part.objects.filter(order=order.pk)
        mine |= Q(subject_type=name, subject_id__in=rows.values("pk"))
    items = WorkItem.objects.filter(mine).exclude(status=WorkItem.Status.RESOLVED)
    return list(items.select_related("owner").order_by("id"))


def pieces(order: Order) -> dict[str, int]:
    """Where its pieces are, of loaded lines: of bundles, what is in them."""
    names = ("quantity", "waiting_quantity", "allocated_quantity", "shipped_quantity")
    lines = [line for line in order.lines.all() if not line.is_bundle]
    return {
        name.removesuffix("_quantity"): sum(getattr(line, name) for line in lines)
        for name in names
    }
