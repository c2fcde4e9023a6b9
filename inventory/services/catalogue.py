"""Products as people list them: by SKU, many at once."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from inventory.models import Barcode, Product, StockLevel
from inventory.models.products import PRINTABLE
from oms.core import keyed
from oms.core.money import is_currency
from oms.core.outcome import Outcome
from oms.core.sets import assign_ids, insert_rows, update_rows

BARCODES = "barcodes"
OF_BUNDLES = "is_bundle", "tracks_stock", "backorder_limit", "available_from"


@transaction.atomic
def save_products(wanted: Mapping[str, Mapping[str, Any]]) -> Outcome:
    """{SKU: {field: value}}; fields that are not named stay as they are, and a SKU that
    is not known is a new product. `barcodes`: all those that it has from now on. done:
    the products; refused by SKU."""
    codes = {sku: facts[BARCODES] for sku, facts in wanted.items() if BARCODES in facts}
    refused = _bad_codes(codes)
    fields = {
        sku: {name: value for name, value in facts.items() if name != BARCODES}
        for sku, facts in wanted.items()
        if sku not in refused
    }
    out = keyed.save_rows(Product, "sku", fields, _objections)
    for sku, reason in refused.items():
        out.refuse(sku, f"{sku}: {reason}")
    _write_codes({p: codes[p.sku] for p in out.done if p.sku in codes})
    return out


@transaction.atomic
def drop_products(skus: Iterable[str]) -> Outcome:
    """Those that nothing refers to; done: their SKUs."""
    return keyed.drop_rows(Product, "sku", skus, parts=[BARCODES])


def _objections(rows: Iterable[Product], before: Mapping) -> dict[str, str]:
    rows = list(rows)
    stocked = set(
        StockLevel.objects.filter(product__in=[r for r in rows if r.pk])
        .exclude(on_hand=0, allocated=0)
        .values_list("product", flat=True)
    )
    found = {row.sku: _objection(row, before.get(row.sku), stocked) for row in rows}
    return {sku: reason for sku, reason in found.items() if reason}


def _objection(row: Product, before: Mapping | None, stocked: set[int]) -> str:
    if before is None and row.is_bundle:
        return _("a bundle is made by hand, with its components.")
    changed = {n for n, value in (before or {}).items() if value != getattr(row, n)}
    if "is_bundle" in changed:
        return _("whether it is a bundle is changed on its page.")
    if row.is_bundle and changed & set(OF_BUNDLES):
        return _("a bundle keeps no stock itself; set that on its components.")
    if "tracks_stock" in changed and row.pk in stocked:
        return _("there is stock of it; count it down to 0 first.")
    if row.list_price is not None and not is_currency(row.list_currency):
        return _("a list price needs its currency, as in EUR.")
    return ""


def _bad_codes(wanted: Mapping[str, Iterable[str]]) -> dict[str, str]:
    """{SKU: why its barcodes cannot be}: a code belongs to one product only."""
    owners = defaultdict(set)
    for sku, codes in wanted.items():
        for code in codes:
            owners[code].add(sku)
    stored = Barcode.objects.filter(code__in=owners).values_list("code", "product__sku")
    for code, sku in stored:
        if sku not in wanted or code in wanted[sku]:
            owners[code].add(sku)
    return {
        sku: reason
        for sku, codes in wanted.items()
        if (reason := _bad_code(sku, codes, owners))
    }


def _bad_code(sku: str, codes: Iterable[str], owners: Mapping[str, set[str]]) -> str:
    for code in codes:
        if len(code) > 64 or not re.match(PRINTABLE, code):
            text = _("%(code)r is no barcode: letters, digits and signs, no spaces.")
            return text % {"code": code}
        if others := owners[code] - {sku}:
            return _("barcode %(code)s belongs to %(other)s; take it off there.") % {
                "code": code,
                "other": ", ".join(sorted(others)),
            }
    return ""


def _write_codes(wanted: Mapping[Product, Iterable[str]]) -> None:
    by_pk = {product.pk: set(codes) for product, codes in wanted.items()}
    stored = Barcode.objects.filter(product__in=by_pk)
    had = list(stored.values_list("pk", "product", "code"))
    gone = {pk for pk, product, code in had if code not in by_pk[product]}
    Barcode.objects.filter(pk__in=gone).delete()
    known = {(product, code) for _pk, product, code in had}
    new = [
        Barcode(product_id=product, code=code)
        for product, codes in by_pk.items()
        for code in sorted(codes)
        if (product, code) not in known
    ]
    assign_ids(new)
    insert_rows(new)
    touched = {code.product_id for code in new}
    touched |= {product for pk, product, _code in had if pk in gone}
    update_rows(Product, dict.fromkeys(touched, ()), [])  # `updated_at` alone
