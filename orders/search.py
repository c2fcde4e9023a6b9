"""Searching orders: what a text names exactly comes first, then `key:value` words, then
names.

Exact means in full, and each kind is looked up in an index. What stands to the right
adds its own kinds and words (see `oms/core/lists.py`).
"""

import re
from datetime import date, datetime, time
from typing import NamedTuple
from urllib.parse import urlsplit

from django.contrib.postgres.search import SearchQuery
from django.db.models import Q, QuerySet, TextChoices, Value
from django.db.models.functions import Lower
from django.urls import Resolver404, resolve
from django.utils.timezone import make_aware
from django.utils.translation import gettext as _

from channels.models import Channel
from oms.core.counting import MOST
from oms.core.exceptions import BusinessRuleError
from oms.core.jobs import refused_by
from oms.core.lists import Finder, Word, add_to_list, additions
from orders.models import Customer, Order, OrderLine
from orders.models.addresses import NAME_WORDS, PHONE_DIGITS
from orders.models.statuses import Phase, Status
from orders.queues import late

LONGEST = 200
SOME = 100  # of a kind, where a text means things of several kinds
LATE = "late"
ORDER_PAGE = "admin:orders_order_change"
MOST_DIGITS = 18  # of a key of the database


class Found(NamedTuple):
    """What to filter by (see `searched`), and the one order that was named exactly."""

    where: Q
    order_pk: int | None = None


def searched(orders: QuerySet) -> QuerySet:
    """With the expressions that searches compare; only those that are used cost."""
    return orders.alias(name_words=NAME_WORDS, phone_digits=PHONE_DIGITS)


def search(text: str) -> Found:
    """Raises a BusinessRuleError with a sentence where the text makes no sense."""
    text = " ".join(text.replace("\0", " ").split())
    if len(text) > LONGEST:
        raise BusinessRuleError(
            _("Search for at most %(n)d letters: this text has %(length)d.")
            % {"n": LONGEST, "length": len(text)}
        )
    if not text:
        return Found(Q())
    if "://" in text or text.startswith("/"):
        return _pasted(text)
    if found := _exactly(text):
        return found
    where, rest = _words(text)
    if rest:
        named = _exactly(rest) if rest != text else None
        where = where & named.where if named else _by_name(rest, where)
    return Found(where)


def first_keys(text: str, most: int) -> list[int]:
    """Orders that the text names exactly, else some that a name begins with; nothing
    is sorted or counted for it."""
    text = " ".join(text.replace("\0", " ").split())
    if not text or len(text) > LONGEST:
        return []
    exact = _exactly(text)
    where = exact.where if exact else _begins(text)
    if where is None:
        return []
    rows = searched(Order.objects.order_by()).filter(where)
    return list(rows.values_list("pk", flat=True)[:most])


def words_alone(text: str) -> Q | None:
    """The condition of a search of `key:value` words; None if there is more to it."""
    where, rest = _words(text)
    return None if rest else where


def _pasted(address: str) -> Found:
    """The address of a page of the order, copied from a browser."""
    try:
        page = resolve(urlsplit(address).path)
        key = page.kwargs["object_id"] if page.view_name == ORDER_PAGE else ""
        [pk] = Order.objects.filter(pk=int(key)).values_list("pk", flat=True)
    except (Resolver404, ValueError):
        raise BusinessRuleError(
            _("This is not the address of an order's page: %(address)s")
            % {"address": address}
        ) from None
    return Found(Q(pk=pk), pk)


def _exactly(text: str) -> Found | None:
    """One statement for all kinds."""
    kinds = {name: f.where(text) for name, f in additions(Order).finders.items()}
    kinds = {name: where for name, where in kinds.items() if where is not None}
    asked = [
        searched(Order.objects.order_by())
        .filter(where)
        .annotate(kind=Value(name))
        .values_list("kind", "pk")[:SOME]
        for name, where in kinds.items()
    ]
    hits = list(asked[0].union(*asked[1:], all=True))
    keys = {pk for _kind, pk in hits}
    hit = {kind for kind, _pk in hits}
    if not hits:
        return None
    if len(keys) == 1:
        return Found(Q(pk__in=keys), *keys)
    return Found(kinds[hit.pop()] if len(hit) == 1 else Q(pk__in=keys))


# --- What is exact --------------------------------------------------------------------


def spellings(text: str) -> set[str]:
    """As typed, and as numbers and codes are mostly written."""
    return {text, text.upper()}


def _by_number(text: str) -> Q:
    return Q(number__in=spellings(text.removeprefix("#")))


def _by_external_id(text: str) -> Q:
    """The index begins with the channel."""
    return Q(channel__in=Channel.objects.values("pk"), external_id=text)


def _by_email(text: str) -> Q | None:
    if "@" not in text:
        return None
    same = Customer.objects.alias(lower=Lower("email")).filter(lower=text.lower())
    return Q(customer__in=same.values("pk"))


def by_phone(text: str) -> Q | None:
    """Digits count, however they are grouped; "+49" is "0049"."""
    if not re.fullmatch(r"[-+/(). 0-9]{6,}", text):
        return None
    digits = re.sub(r"[^0-9]", "", text).lstrip("0")
    return ~Q(ship_to_phone="") & Q(phone_digits=digits) if len(digits) > 5 else None


def _by_sku(text: str) -> Q:
    lines = OrderLine.objects.filter(sku__in=spellings(text))
    return Q(pk__in=lines.values("order_id"))


def _by_name(text: str, where: Q) -> Q:
    """Each word begins a word of the name or the company of the address.

    PostgreSQL cannot guess how many such names there are. Where they are few, they are
    looked up before anything is sorted; where they are many, the newest come fast.
    """
    named = _begins(text)
    if named is None:
        return Q(pk__in=())
    where &= named
    rows = searched(Order.objects.order_by()).filter(where)
    keys = list(rows.values_list("pk", flat=True)[: MOST + 1])
    return where if len(keys) > MOST else Q(pk__in=keys)


def _begins(text: str) -> Q | None:
    words = re.findall(r"\w+", text)
    if not words:
        return None
    query = " & ".join(f"'{word}':*" for word in words)
    return Q(name_words=SearchQuery(query, config="simple", search_type="raw"))


# --- Words ----------------------------------------------------------------------------


def _words(text: str) -> tuple[Q, str]:
    """The condition of all words, and what is left of the text."""
    known = additions(Order).words
    where, rest = Q(), []
    for part in text.split():
        key, colon, value = part.partition(":")
        if part.lower() == LATE:
            where &= late()
        elif not colon:
            rest.append(part)
        elif key.lower() not in known:
            raise BusinessRuleError(
                _("There is no search word “%(key)s:”. There are: %(known)s, late.")
                % {"key": key, "known": ", ".join(f"{word}:" for word in known)}
            )
        elif not value:
            word = known[key.lower()]
            raise BusinessRuleError(
                _("Write what to look for behind “%(key)s:”, as in %(example)s.")
                % {"key": word.key, "example": word.example}
            )
        else:
            where &= known[key.lower()].where(value)
    return where, " ".join(rest)


def one_of(key: str, value: str, known: dict[str, object]) -> object:
    """What the value stands for; a refusal names all that there is."""
    if value.lower() in known:
        return known[value.lower()]
    raise BusinessRuleError(
        _("“%(key)s:%(value)s” means nothing here. There are: %(known)s.")
        % {"key": key, "value": value, "known": ", ".join(sorted(known))}
    )


def _choice(key: str, choices: type[TextChoices]) -> Word:
    known = {value: value for value in choices.values}

    def where(value: str) -> Q:
        return Q(**{key: one_of(key, value.replace("-", "_"), known)})

    return Word(key, f"{key}:{choices.values[1]}", where)


def _of_channel(value: str) -> Q:
    codes = Channel.objects.values_list("code", "pk")
    return Q(channel=one_of("channel", value, {c.lower(): pk for c, pk in codes}))


def _of_skus(value: str) -> Q:
    """Any of them; two words for both."""
    skus = {each for sku in value.split(",") for each in spellings(sku.strip())}
    return Q(pk__in=OrderLine.objects.filter(sku__in=skus).values("order_id"))


def _tagged(value: str) -> Q:
    """However it is written: tags hold blanks and capitals, words of a search do
    not."""
    spelt = {value, value.replace("_", " "), value.replace("-", " ")}
    cases = str.lower, str.upper, str.capitalize, str.title
    spelt |= {case(each) for each in spelt for case in cases}
    return ~Q(tags=[]) & Q(tags__overlap=sorted(spelt))


def _refused_by(value: str) -> Q:
    if not (value.isascii() and value.isdigit() and len(value) <= MOST_DIGITS):
        raise BusinessRuleError(
            _("“refused:%(value)s” is no job; write its number, as in refused:17.")
            % {"value": value}
        )
    return Q(pk__in=refused_by(Order, int(value)))


def _midnight(key: str, value: str) -> datetime:
    try:
        return make_aware(datetime.combine(date.fromisoformat(value), time.min))
    except (ValueError, OverflowError):
        raise BusinessRuleError(
            _("“%(key)s:%(value)s” is no date; write it as in %(key)s:2026-09-25.")
            % {"key": key, "value": value}
        ) from None


add_to_list(
    Order,
    finders=[
        Finder("number", _by_number),
        Finder("external_id", _by_external_id),
        Finder("email", _by_email),
        Finder("phone", by_phone),
        Finder("sku", _by_sku),
    ],
    words=[
        Word("sku", "sku:SHIRT,MUG", _of_skus),
        _choice("status", Status),
        _choice("phase", Phase),
        Word("channel", "channel:shop", _of_channel),
        Word("tag", "tag:VIP", _tagged),
        Word("refused", "refused:17", _refused_by),
        Word(
            "before",
            "before:2026-09-25",
            lambda value: Q(placed_at__lt=_midnight("before", value)),
        ),
        Word(
            "after",
            "after:2026-09-25",
            lambda value: Q(placed_at__gte=_midnight("after", value)),
        ),
    ],
)
