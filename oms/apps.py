import gc

from django.apps import AppConfig, apps
from django.contrib.admin.apps import AdminConfig
from django.core.management import call_command
from django.db.models.signals import post_migrate

COLLECT_AFTER = 20_000  # new objects


def make_cache_table(using: str, **_: object) -> None:
    """`migrate` makes the table of the shared cache too: one step less to forget."""
    call_command("createcachetable", database=using, verbosity=0)


class OmsConfig(AppConfig):
    name = "oms"
    label = "oms"

    def ready(self) -> None:
        from oms import checks  # noqa: F401, registers the system checks

        # The rows of a set live as long as the set: to look for garbage among them
        # after each 700, as Python does, took a quarter of an import.
        gc.set_threshold(COLLECT_AFTER, 5, 5)
        # The signal is sent for apps with models only, and this one has none.
        post_migrate.connect(make_cache_table, sender=apps.get_app_config("core"))


class BackOfficeConfig(AdminConfig):
    """Stock admin with our own frame."""

    default_site = "oms.site.BackOffice"

    def ready(self) -> None:
        """Without the pages of the queue's library: they let a superuser have any
        function called. What they show stands on the page "Background"."""
        super().ready()
        from django.contrib import admin

        for model in apps.get_app_config("django_q").get_models():
            if admin.site.is_registered(model):
                admin.site.unregister(model)
