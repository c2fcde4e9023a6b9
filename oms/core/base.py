"""Abstract models and the status field that every app builds on."""

from contextvars import ContextVar
from functools import cache
from typing import Any

from django.db import models
from django.db.models.base import ModelState
from django.utils.encoding import force_str
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, FSMFieldDescriptor


@cache
def labels_of(field: models.Field) -> dict[Any, Any]:
    """{value: its label, not yet in a language}"""
    return dict(field.flatchoices)


class LoadedModel(models.Model):
    """A row of the database needs no constructor, which takes longer than all the rest:
    values go where it would put them. No `pre_init` or `post_init` is sent. Labels of
    choices are looked up; Django translates all of a field to find one."""

    class Meta:
        abstract = True

    def _get_FIELD_display(self, field):  # noqa: N802
        value = getattr(self, field.attname)
        return force_str(labels_of(field).get(value, value), strings_only=True)

    @classmethod
    def from_db(cls, db, field_names, values):
        row = cls.__new__(cls)
        row._state = state = ModelState()
        state.adding, state.db = False, db
        row.__dict__.update(zip(field_names, values, strict=True))
        return row


class TimestampedModel(LoadedModel):
    """`updated_at` is the concurrency token: set writes stamp it, auto_now does not."""

    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated at"), auto_now=True)

    class Meta:
        abstract = True


_reloading: ContextVar[models.Model | None] = ContextVar("reloading", default=None)


class ReloadableDescriptor(FSMFieldDescriptor):
    """Refuses direct changes of the status, but for an instance that is reloading."""

    def __set__(self, instance, value):
        if _reloading.get() is instance:
            self.field.set_state(instance, value)
        else:
            super().__set__(instance, value)


class StatusField(FSMField):
    """The status of a document: written by its transitions only."""

    descriptor_class = ReloadableDescriptor

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("max_length", 16)
        kwargs["protected"] = True
        super().__init__(*args, **kwargs)


class StatusModel(TimestampedModel):
    """A document with a `status` field.

    A protected field of django-fsm-2 refuses to be reloaded, and the package's own
    remedy lifts the protection of the whole class meanwhile, in every thread. Here only
    the instance that reloads is open, in the thread that reloads it.
    """

    class Meta:
        abstract = True

    def status_note(self) -> str:
        """What keeps it in its status, where that has a reason of its own."""
        return ""

    @property
    def timeline_root(self) -> tuple[str, int]:
        """The document on whose timeline this one's events stand."""
        return self._meta.model_name, self.pk

    def refresh_from_db(self, *args, **kwargs):
        token = _reloading.set(self)
        try:
            super().refresh_from_db(*args, **kwargs)
        finally:
            _reloading.reset(token)
