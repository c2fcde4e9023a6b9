"""Rows that people know by a key of their own, such as a SKU or a code: many of them
made or changed at once, field by field."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, time
from decimal import Decimal
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _

from oms.core.outcome import Outcome
from oms.core.sets import update_rows

Wanted = Mapping[str, Mapping[str, Any]]  # {key: {field: value}}


def save_rows(
    model: type[models.Model],
    key: str,
    wanted: Wanted,
    objections: Callable[[Iterable[models.Model], Mapping], Mapping[str, str]],
) -> Outcome:
    """Fields that are not named stay as they are. `objections(rows, before)`: {key: why
    not} of rows as they would be; `before`: {key: {field: value}} of those that exist.
    done: the rows; refused by key. The caller's transaction is open."""
    out = Outcome()
    locked = {getattr(row, key): row for row in _lock(model, key, wanted)}
    rows, before = {}, {}
    for each, facts in wanted.items():
        row = locked.get(each) or model(**{key: each})
        if row.pk is not None:
            before[each] = {name: getattr(row, name) for name in facts}
        if reason := _set(row, key, facts):
            out.refuse(each, f"{each}: {reason}")
        else:
            rows[each] = row
    for each, reason in objections(rows.values(), before).items():
        out.refuse(each, f"{each}: {reason}")
        del rows[each]
    _write(model, key, rows, wanted, out)
    return out


def _lock(model: type[models.Model], key: str, keys: Iterable):
    rows = model._default_manager.filter(**{f"{key}__in": list(keys)})
    return rows.order_by("pk").select_for_update(no_key=True)


def _set(row: models.Model, key: str, facts: Mapping[str, Any]) -> str:
    """Why a value cannot be, in the words of its field."""
    facts = {key: getattr(row, key), **facts} if row.pk is None else facts
    for name, value in facts.items():
        field = row._meta.get_field(name)
        try:
            setattr(row, name, field.clean(value, row))
        except ValidationError as error:
            return f"{field.verbose_name}: {' '.join(error.messages)}"
    return ""


def _write(
    model: type[models.Model], key: str, rows: dict, wanted: Wanted, out: Outcome
) -> None:
    new = [row for each, row in sorted(rows.items()) if row.pk is None]
    changed = [row for row in rows.values() if row.pk is not None]
    names = sorted({name for row in changed for name in wanted[getattr(row, key)]})
    model._default_manager.bulk_create(new)
    if any(isinstance(model._meta.get_field(name), ArrayField) for name in names):
        for row in changed:
            row.updated_at = timezone.now()
        model._default_manager.bulk_update(changed, [*names, "updated_at"])
    elif names:
        values = {row.pk: tuple(getattr(row, n) for n in names) for row in changed}
        update_rows(model, values, names)
    out.done = list(rows.values())


def drop_rows(
    model: type[models.Model], key: str, keys: Iterable, parts: Iterable[str] = ()
) -> Outcome:
    """Take away rows that nothing refers to but their own `parts`. done: their keys;
    refused by key. One statement for each table that refers to them."""
    out = Outcome()
    rows = {row.pk: row for row in _lock(model, key, keys)}
    for relation in model._meta.related_objects:
        if relation.get_accessor_name() in parts or not rows:
            continue
        name = relation.field.name
        used = relation.related_model._base_manager.filter(**{f"{name}__in": rows})
        for pk in set(used.values_list(name, flat=True)) & rows.keys():
            text = _("%(key)s stays: %(what)s refer to it. Set it inactive instead.")
            what = relation.related_model._meta.verbose_name_plural
            each = getattr(rows.pop(pk), key)
            out.refuse(each, text % {"key": each, "what": what})
    out.done = [getattr(row, key) for row in rows.values()]
    model._default_manager.filter(pk__in=rows).delete()
    return out


def plain(value: Any) -> Any:
    """As JSON has it and files say it: 2.5000 is "2.5", and a list is in order."""
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, time):
        return value.isoformat("minutes")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return sorted(plain(each) for each in value)
    return value
