"""Products in files: by SKU, with what stands on their page."""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext_lazy as _

from inventory.models import Product
from inventory.services.catalogue import drop_products, save_products
from oms.core.api.models import Scope
from oms.core.files import keyed
from oms.core.files.columns import Column
from oms.core.files.keyed import Fact, Facts, KeyedShape
from oms.core.outcome import Outcome


class Products(KeyedShape):
    name = "products"
    label = _("Products")
    permission = "inventory.change_product"
    key_scope = Scope.PRODUCTS_WRITE
    noun = _("products")
    keys = (Column("sku", ("Item number", "Article number"), is_required=True),)
    facts = (
        Fact("product", keyed.text(200), ("name",), is_needed=True, field="name"),
        Fact("is_active", keyed.flag, ("active",)),
        Fact("tracks_stock", keyed.flag),
        Fact("is_bundle", keyed.flag, ("bundle",)),
        Fact("weight_grams", keyed.number(), ("weight (g)", "weight g")),
        Fact("list_price", keyed.decimal, empty=None),
        Fact("list_currency", keyed.text(3), empty=""),
        Fact("backorder_limit", keyed.number(), empty=None),
        Fact("available_from", keyed.day, empty=None),
        Fact("barcodes", keyed.several, ("barcode", "EAN", "GTIN", "UPC"), empty=[]),
    )

    def rows(self, keys: Sequence[str]):
        rows = Product.objects.filter(sku__in=keys).order_by("pk")
        return rows.prefetch_related("barcodes")

    def facts_of(self, row: Product) -> Facts:
        codes = sorted(barcode.code for barcode in row.barcodes.all())
        return {**super().facts_of(row), "barcodes": codes}

    def save(self, wanted: Mapping[str, Facts], actor: str) -> Outcome:
        return save_products(wanted)

    def drop(self, keys: Sequence[str]) -> Outcome:
        return drop_products(keys)
