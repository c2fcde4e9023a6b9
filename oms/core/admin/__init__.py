"""Pieces of the back office that every app uses, and the kernel's own pages."""

from oms.core.admin import (
    daily,
    deliveries,
    endpoints,
    events,
    imports,
    jobs,
    keys,
    people,
    today,
    workitems,
)
from oms.core.admin.exporting import ExportingAdmin
from oms.core.admin.pages import KeptAdmin, KeyedAdmin, PanelAdmin, ReadOnlyAdmin
from oms.core.exports import workitems as work_item_exports
from oms.core.panels import register_panel

__all__ = [
    "ExportingAdmin",
    "KeptAdmin",
    "KeyedAdmin",
    "PanelAdmin",
    "ReadOnlyAdmin",
    "daily",
    "deliveries",
    "endpoints",
    "events",
    "imports",
    "jobs",
    "keys",
    "people",
    "register_panel",
    "today",
    "work_item_exports",
    "workitems",
]
