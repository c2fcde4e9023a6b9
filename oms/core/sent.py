"""What somebody has sent with a form, as people read it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django import forms
from django.utils.choices import flatten_choices
from django.utils.formats import localize
from django.utils.translation import gettext as _

from oms.core.when import time_in_words


def in_words(form: forms.Form) -> list[tuple[str, str]]:
    """(label, text) of each field that says something; the form is valid."""
    fields = ((bound, form.cleaned_data.get(bound.name)) for bound in form)
    shown = ((bound, _text(bound.field, value)) for bound, value in fields)
    return [(str(b.label), text) for b, text in shown if text and not b.is_hidden]


def _text(field: forms.Field, value: Any) -> str:
    if value is None or value is False:  # not 0: that is an answer
        return ""
    if value is True:
        return _("Yes")
    if isinstance(value, Iterable) and not isinstance(value, str):
        return ", ".join(_text(field, each) for each in value)
    if isinstance(field, forms.ChoiceField) and not hasattr(field, "queryset"):
        labels = {str(key): label for key, label in flatten_choices(field.choices)}
        return str(labels.get(str(value), value))
    if isinstance(value, datetime):
        return time_in_words(value)
    return str(localize(value))
