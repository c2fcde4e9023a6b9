"""What the tables hold, to see that a refusal changed nothing."""

from django.apps import apps

APPS = ("inventory", "channels", "orders", "fulfillment", "returns", "core")


def tables() -> dict[str, list[tuple]]:
    """Every row of every table of the trade, by model."""
    return {
        model.__name__: list(model.objects.order_by("pk").values_list())
        for label in APPS
        for model in apps.get_app_config(label).get_models()
    }


def reasons(out) -> list[str]:
    """All texts of an outcome, in the order of their keys."""
    return [text for key in sorted(out.refused, key=str) for text in out.refused[key]]
