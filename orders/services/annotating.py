"""What staff write on orders: tags, priority, whether it is a gift and its message.
None of it changes where an order stands."""

import json
from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from oms.core import transitions
from oms.core.outcome import Outcome
from oms.core.sets import insert_rows
from oms.core.sound import is_text, keys
from oms.core.timeline import event_of
from orders.models import Order

FIELDS = ("tags", "priority", "is_gift", "gift_message")
TAGS, TAG = Order._meta.get_field("tags").size, 32  # how many, how long
PRIORITIES = range(-32768, 32768)
LONGEST = Order._meta.get_field("gift_message").max_length
WRITE = """
    UPDATE orders_order o
    SET tags = ARRAY(SELECT jsonb_array_elements_text(v.tags)), priority = v.priority,
        is_gift = v.is_gift, gift_message = v.gift_message,
        updated_at = statement_timestamp()
    FROM unnest(%s::bigint[], %s::jsonb[], %s::smallint[], %s::boolean[], %s::text[])
         AS v(id, tags, priority, is_gift, gift_message)
    WHERE o.id = v.id"""


class Annotation(NamedTuple):
    """What to change; None leaves a value as it is. A gift message goes with its
    gift: `is_gift=False` takes it away."""

    add_tags: Collection[str] = ()
    remove_tags: Collection[str] = ()
    priority: int | None = None
    is_gift: bool | None = None
    gift_message: str | None = None


@transaction.atomic
def annotate_orders(
    changes: Mapping[int, Annotation], *, actor: str, at=None
) -> Outcome:
    """Write {order pk: what to change}, whatever the status of the order.

    done: the orders, also those that had it all before, which get no event. If one
    value for an order is refused, none of it is written.
    """
    at = at or timezone.now()
    locked = transitions.lock(Order, keys(changes))
    out = transitions.missing(changes, locked, _("The order"))
    changed, events = [], []
    for order in locked:
        said = changes[order.pk]
        after = {} if (reason := _bad(said)) else _after(order, said)
        if reason := reason or _too_much(after):
            out.refuse(order.pk, f"{order}: {reason}")
            continue
        out.done.append(order)
        before = {name: getattr(order, name) for name in after}
        after = {name: value for name, value in after.items() if value != before[name]}
        if not after:
            continue
        for name, value in after.items():
            setattr(order, name, value)
        changed.append(order)
        data = {"before": {name: before[name] for name in after}, "after": after}
        events.append(event_of(order, "order.annotated", actor=actor, at=at, data=data))
    _write(changed)
    insert_rows(events)
    return out


def _after(order: Order, said: Annotation) -> dict[str, Any]:
    """What the order says when it is done."""
    gone = {tag.strip() for tag in said.remove_tags}
    tags = [tag for tag in order.tags if tag not in gone]
    tags += [tag.strip() for tag in said.add_tags]
    is_gift = order.is_gift if said.is_gift is None else said.is_gift
    message = order.gift_message if said.gift_message is None else said.gift_message
    if said.is_gift is False and said.gift_message is None:
        message = ""
    return {
        "tags": list(dict.fromkeys(tags)),
        "priority": order.priority if said.priority is None else said.priority,
        "is_gift": is_gift,
        "gift_message": message.replace("\r\n", "\n").strip(),
    }


def _too_much(after: Mapping[str, Any]) -> str:
    if len(after.get("tags", ())) > TAGS:
        return _("it would have %(n)d tags; %(most)d at most, remove some.") % {
            "n": len(after["tags"]),
            "most": TAGS,
        }
    if after.get("gift_message") and not after["is_gift"]:
        return _("a gift message is for gifts; mark it as a gift, or leave it empty.")
    return ""


def _bad(said) -> str:
    """What is wrong with the values themselves."""
    if not isinstance(said, Annotation):
        return _("say what to change.")
    if said.is_gift not in (None, True, False) or type(said.is_gift) is int:
        return _("gift is yes or no, not %(value).60r.") % {"value": said.is_gift}
    if said.gift_message is not None and not is_text(said.gift_message, LONGEST):
        return _("write the gift message in at most %(most)d characters.") % {
            "most": LONGEST
        }
    wrong = _bad_tags(said.add_tags) or _bad_tags(said.remove_tags)
    return wrong or _bad_priority(said.priority)


def _bad_priority(value) -> str:
    if value is None or (type(value) is int and value in PRIORITIES):
        return ""
    return _(
        "the priority %(value).60r cannot be; give a whole number from %(least)d to "
        "%(most)d."
    ) % {"value": value, "least": PRIORITIES[0], "most": PRIORITIES[-1]}


def _bad_tags(tags) -> str:
    if not isinstance(tags, list | tuple | set | frozenset):
        return _("tags come as a list.")
    for tag in tags:
        if not _is_tag(tag):
            return _(
                "the tag %(tag).60r cannot be; write 1 to %(most)d characters, without "
                "commas and line breaks."
            ) % {"tag": tag, "most": TAG}
    return ""


def _is_tag(tag) -> bool:
    if not isinstance(tag, str) or "," in tag:
        return False
    tag = tag.strip()
    return 0 < len(tag) <= TAG and tag.isprintable()


def _write(orders: list[Order]) -> None:
    """One UPDATE; the rows are locked. `update_rows` cannot write arrays."""
    if not orders:
        return
    columns = [[order.pk for order in orders]]
    columns += [[getattr(order, name) for order in orders] for name in FIELDS]
    columns[1] = [json.dumps(tags) for tags in columns[1]]
    with connection.cursor() as cursor:
        cursor.execute(WRITE, columns)
