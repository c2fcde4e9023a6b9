"""What somebody has sent with a form, as people read it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.formats import date_format, localize
from django.utils.translation import gettext as _


def in_words(form: forms.Form) -> list[tuple[str, str]]:
    """(label, text) of each field that says something; the form is valid."""
    fields = ((bound, form.cleaned_data.get(bound.name)) for bound in form)
    shown = ((bound, _text(bound.field, value)) for bound, value in fields)
    return [(str(b.label), text) for b, text in shown if text and not b.is_hidden]


def _text(field: forms.Field, value: Any) -> str:
    if value in (None, "", False):
        return ""
    if value is True:
        return _("Yes")
    if isinstance(value, Iterable) and not isinstance(value, str):
        return ", ".join(_text(field, each) for each in value)
    if isinstance(field, forms.ChoiceField) and not hasattr(field, "queryset"):
        return str(_labels(field.choices).get(str(value), value))
    if isinstance(value, datetime):
        return date_format(timezone.localtime(value), "DATETIME_FORMAT")
    return str(localize(value))


def _labels(choices: Iterable) -> dict[str, str]:
    """Also of those in groups."""
    labels: dict[str, str] = {}
    for key, label in choices:
        if isinstance(label, list | tuple):
            labels |= _labels(label)
        else:
            labels[str(key)] = label
    return labels
