"""What stock adds to the rail and to Today."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inventory.models import Location, Product, StockLevel
from inventory.selectors import LOW
from oms.core.navigation import Entry, register_entry
from oms.core.today import Counter, Part, Step, register_area, rows_url

LIST = "admin:inventory_stocklevel_changelist"
VIEW = "inventory.view_stocklevel"

register_entry(Entry(gettext_lazy("Stock"), LIST, VIEW, 60, "s"))


def low_stock(user, now: datetime) -> Part:
    """Products, as the page shows them: a row for each."""
    low = StockLevel.objects.filter(LOW, product__tracks_stock=True)
    rows = Product.objects.filter(pk__in=low.values("product"))
    url = rows_url(LIST, {"low": "yes"})
    return Part((Counter(_("Low stock"), rows, url, 120),))


def first_stock(user, now: datetime) -> Part:
    steps = (
        Step(
            _("Add a location"),
            _("Where stock is and parcels leave from."),
            Location.objects.all(),
            reverse("admin:inventory_location_add"),
            10,
        ),
        Step(
            _("Add a product"),
            _("With its SKU, as orders name it."),
            Product.objects.all(),
            reverse("admin:inventory_product_add"),
            20,
        ),
        Step(
            _("Bring in stock"),
            _("Until then nothing can be promised; orders wait."),
            StockLevel.objects.filter(on_hand__gt=0),
            reverse(LIST),
            40,
        ),
    )
    return Part(steps=steps)


register_area(VIEW, low_stock)
register_area("inventory.add_location", first_stock)
