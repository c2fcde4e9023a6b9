"""Pieces of the back office that every app uses, and the kernel's own pages."""

from oms.core.admin import events, imports, jobs, people, today, workitems
from oms.core.admin.pages import KeptAdmin, KeyedAdmin, PanelAdmin, ReadOnlyAdmin
from oms.core.panels import register_panel

__all__ = [
    "KeptAdmin",
    "KeyedAdmin",
    "PanelAdmin",
    "ReadOnlyAdmin",
    "events",
    "imports",
    "jobs",
    "people",
    "register_panel",
    "today",
    "workitems",
]
