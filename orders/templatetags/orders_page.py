"""Cells of the order page."""

from collections.abc import Iterable

from django import template
from django.utils.html import format_html_join

from oms.core import panels

register = template.Library()


@register.filter
def line_name(line) -> str:
    return line.name or (line.product.name if line.product_id else "") or line.sku


@register.filter
def or_blank(number: int) -> str:
    return str(number) if number else ""


@register.filter
def price(line, currency: str) -> str:
    """Of a bundle; its parts have none."""
    return "" if line.parent_id else panels.money(line.unit_price, currency)


@register.filter
def discount(line, currency: str) -> str:
    amount = line.discount_amount
    return panels.money(-amount, currency) if amount else ""


@register.filter
def line_total(line, currency: str) -> str:
    return "" if line.parent_id else panels.money(line.total_amount, currency)


@register.filter
def join_lines(texts: Iterable[str]) -> str:
    return format_html_join("\n", "<span>{}</span>", ((text,) for text in texts))


@register.filter
def copy_lines(texts: Iterable[str]) -> str:
    return "\n".join(texts)
