"""Products, and what their bundles are made of."""

from collections import defaultdict

from django import forms
from django.contrib import admin
from django.utils.html import format_html
from django.utils.translation import gettext as _

from inventory.admin.levels import ledger_url
from inventory.models import Barcode, BundleComponent, Location, Product, StockLevel
from inventory.models.stock import Condition
from inventory.selectors import bundle_availability, pool_availability
from oms.core import panels
from oms.core.admin import ExportingAdmin, KeyedAdmin
from oms.core.money import is_currency
from oms.core.panels import link


def stock_of_product(product: Product) -> panels.Table | None:
    """One row for a place, with every number that explains what may be promised."""
    if product.is_bundle:
        return None
    places = defaultdict(dict)
    levels = product.stock_levels.select_related("location")
    for level in levels.order_by("location__code"):
        places[level.location][level.condition] = level
    return panels.Table(
        _("Stock"),
        [
            _("Location"),
            _("To promise"),
            _("= on hand"),
            _("− allocated"),
            _("− safety stock"),
            _("Quarantine"),
            _("Damaged"),
        ],
        [_numbers(place, levels) for place, levels in places.items()],
        note=_("On hand opens its movements, allocated the work that holds it."),
        empty=_("There has never been any."),
    )


def _numbers(place: Location, levels: dict[str, StockLevel]) -> list:
    sellable = levels.get(Condition.SELLABLE)
    rest = [_ledger(levels.get(each)) for each in (Condition.QUARANTINE, "damaged")]
    row = [link(Location, place.pk, place)]
    if sellable is None:
        return [*row, 0, 0, 0, 0, *rest]
    page = link(StockLevel, sellable.pk, sellable.atp)
    allocated = link(StockLevel, sellable.pk, sellable.allocated)
    return [*row, page, _ledger(sellable), allocated, sellable.safety_stock, *rest]


def _ledger(level: StockLevel | None) -> str:
    if level is None:
        return "0"
    return format_html('<a href="{}">{}</a>', ledger_url(level), level.on_hand)


def components_of_product(product: Product) -> panels.Table | None:
    """How many bundles the stock of their components makes."""
    if not product.is_bundle:
        return None
    parts = list(product.components.select_related("component").order_by("pk"))
    free = pool_availability([part.component_id for part in parts])
    whole = bundle_availability([product.pk])[product.pk]
    limit = _("any number") if whole is None else whole
    return panels.Table(
        _("Availability"),
        [_("Component"), _("Pieces in a bundle"), _("To promise"), _("Makes bundles")],
        [
            [
                link(Product, part.component_id, part.component),
                part.quantity,
                *_makes(part, free[part.component_id].atp),
            ]
            for part in parts
        ],
        note=_("To promise: %(n)s.") % {"n": limit},
        empty=_("A bundle without components cannot be sold."),
    )


def _makes(part: BundleComponent, free: int) -> list:
    if not part.component.tracks_stock:
        return [_("keeps no stock"), _("any number")]
    return [free, free // part.quantity]


class ProductForm(forms.ModelForm):
    def clean(self):
        given = super().clean()
        if given.get("is_bundle"):
            given["tracks_stock"] = False  # it keeps none itself
            self._clean_bundle(given)
        price, currency = given.get("list_price"), given.get("list_currency")
        if price is not None and not is_currency(currency or ""):
            self.add_error(
                "list_currency", _("A list price needs its currency, as in EUR.")
            )
        return given

    def _clean_bundle(self, given):
        for name in ("backorder_limit", "available_from"):
            if given.get(name) is not None:
                self.add_error(name, _("A bundle has none; set it on its components."))
        product = self.instance
        if product.pk is None or "is_bundle" not in self.changed_data:
            return
        if product.stock_levels.filter(on_hand__gt=0).exists():
            text = _("There is stock of it. Count it down to 0 first.")
            self.add_error("is_bundle", text)
        if product.bundles.exists():
            text = _(
                "It is in a bundle itself, and bundles have one level. Take it out."
            )
            self.add_error("is_bundle", text)
        if product.order_lines.filter(waiting_quantity__gt=0).exists():
            text = _("Orders wait for it as it is. Serve or cancel them first.")
            self.add_error("is_bundle", text)


class ComponentForm(forms.ModelForm):
    def clean_component(self):
        component = self.cleaned_data["component"]
        if component.is_bundle:
            raise forms.ValidationError(
                _("%(sku)s is a bundle itself. Name its components instead."),
                params={"sku": component.sku},
            )
        return component


class BarcodeInline(admin.TabularInline):
    model = Barcode
    fields = ["code"]
    extra = 0


class ComponentInline(admin.TabularInline):
    model = BundleComponent
    form = ComponentForm
    fk_name = "bundle"
    fields = ["component", "quantity"]
    autocomplete_fields = ["component"]
    extra = 1


@admin.register(Product)
class ProductAdmin(ExportingAdmin, KeyedAdmin):
    key = "sku"
    form = ProductForm
    own_panels = (stock_of_product, components_of_product)
    list_display = ["sku", "name", "tracks_stock", "is_bundle", "weight_grams"]
    list_display += ["is_active"]
    list_filter = ["is_active", "tracks_stock", "is_bundle"]
    search_fields = ["sku", "name", "barcodes__code__exact"]
    ordering = ["sku"]
    show_full_result_count = False
    fields = ["sku", "name", "tracks_stock", "is_bundle", "weight_grams"]
    fields += [("list_price", "list_currency"), "backorder_limit", "available_from"]
    fields += ["is_active"]

    def get_inlines(self, request, obj):
        return [BarcodeInline, *([ComponentInline] if obj and obj.is_bundle else [])]
