"""The order page as a visitor finds it: its answer, its buttons, its forms."""

import re
from html import unescape

from django.urls import reverse


def page(name: str, *args) -> str:
    return reverse(f"admin:orders_order_{name}", args=args)


def shown(client, order, query: str = "") -> str:
    answer = client.get(page("change", order.pk) + query)
    assert answer.status_code == 200
    return answer.content.decode()


def words(html: str) -> str:
    """What is read, with single spaces."""
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]*>", "", html))).strip()


def answer_of(html: str) -> str:
    return words(re.search(r'<p class="says">(.*?)</p>', html, re.S)[1])


def reply_of(html: str) -> str:
    return unescape(re.search(r'data-key="c" data-copy="(.*?)"', html, re.S)[1])


def buttons_of(html: str) -> list[str]:
    """The labels of the next actions, with their keys; those that are off in ()."""
    bar = re.search(r'<div class="bar act">(.*?)</div>', html, re.S)[1]
    labels = []
    for match in re.finditer(r'<(button|a) class="btn(.*?)>(.*?)</\1>', bar, re.S):
        label = words(match[3])
        labels.append(f"({label})" if "aria-disabled" in match[2] else label)
    assert labels
    return labels


def seen_on(html: str) -> str:
    """The token that its forms carry."""
    return re.search(r'name="seen" value="(\d+)"', html)[1]


def do_url(order, name: str) -> str:
    return page("do", order.pk, name)
