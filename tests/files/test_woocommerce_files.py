"""WooCommerce's files: orders of the common export plugin, products and stock."""

from decimal import Decimal

import pytest

from inventory.models import Product, StockLevel
from orders.models import Order
from tests.files import foreign
from tests.files.foreign import applied, send_rows
from tests.files.importing import apply, counts, errors, left

pytestmark = pytest.mark.usefixtures("world")


def lines_of(order) -> list[tuple]:
    lines = order.lines.order_by("position")
    return list(lines.values_list("sku", "quantity", "unit_price", "total_amount"))


def woo(number="512", **said):
    facts = {
        "Order Number": number,
        "Order Status": "Processing",
        "Order Date": "2025-10-07 09:50",
        "First Name (Billing)": "Ann",
        "Last Name (Billing)": "Example",
        "Email (Billing)": "ann@example.com",
        "Phone (Billing)": "030 1234",
        "First Name (Shipping)": "Ann",
        "Last Name (Shipping)": "Example",
        "Address 1&2 (Shipping)": "Hauptstr. 1",
        "City (Shipping)": "Berlin",
        "Postcode (Shipping)": "'10115",
        "Country Code (Shipping)": "DE",
        "Payment Method Title": "PayPal",
        "Order Shipping Amount": "4.20",
        "Order Refund Amount": "0.00",
        "Order Total Amount": "40.47",
        "Order Total Tax Amount": "6.46",
    }
    first = {"Item #": "1", "SKU": "SHIRT", "Name": "Shirt", "Quantity": "3"}
    first |= {"Quantity (- Refund)": "3", "Item Cost": "6.67"}
    first |= {"Order Line (w/o tax)": "20.00", "Order Line Tax": "3.80"}
    second = {"Item #": "2", "SKU": "MUG", "Name": "Mug", "Quantity": "1"}
    second |= {"Quantity (- Refund)": "1", "Item Cost": "9.80654"}
    second |= {"Order Line (w/o tax)": "9.81", "Order Line Tax": "1.86"}
    return [facts | first | said, facts | second | said]


def test_orders_of_woocommerce():
    applied(foreign.WOOCOMMERCE_ORDERS, woo(), currency="EUR")

    order = Order.objects.get(external_id="512")
    assert order.total_amount == Decimal("40.47")
    assert order.payment_status == "paid"
    assert (order.shipping_amount, order.shipping_tax_amount) == (
        Decimal("4.20"),
        Decimal("0.80"),
    )
    assert lines_of(order) == [
        ("SHIRT", 3, Decimal("6.67"), Decimal("23.80")),
        ("MUG", 1, Decimal("9.81"), Decimal("11.67")),
    ]
    assert (order.ship_to_name, order.ship_to_postal_code) == ("Ann Example", "10115")


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"Order Status": "Cancelled"}, "it is Cancelled."),
        ({"Order Status": "wc-refunded"}, "it is refunded."),
        ({"Order Status": "Completed"}, "it is completed already."),
        ({"Order Status": "On hold"}, "it is not paid yet (On hold)."),
        ({"Order Status": "Pending payment"}, "it is not paid yet (Pending payment)."),
        (
            {"Order Status": "At the printer"},
            "nobody knows the status “At the printer”",
        ),
        ({"Order Refund Amount": "-5.00"}, "part of it is refunded"),
        ({"Quantity (- Refund)": "0"}, "part of it is refunded"),
    ],
)
def test_orders_of_woocommerce_that_are_left(said, why):
    run = send_rows(
        foreign.WOOCOMMERCE_ORDERS, woo(**said), channel="shop", currency="EUR"
    )

    assert [text[: len(why)] for text in left(run).values()] == [why, why]


def test_cash_on_delivery_of_woocommerce_is_on_its_terms():
    rows = woo(**{"Payment Method Title": "Cash on delivery"})
    applied(foreign.WOOCOMMERCE_ORDERS, rows, currency="EUR")

    assert Order.objects.get(external_id="512").payment_terms == "cod"


def product(sku, kind="simple", **said):
    facts = {"Type": kind, "SKU": sku, "Name": f"The {sku}", "Published": "1"}
    return facts | said


def test_products_of_woocommerce():
    rows = [
        product("CAP", GTIN="", **{"Weight (kg)": "0.08"}),
        product("MUG", **{"GTIN, UPC, EAN, or ISBN": "4006381333931"}),
        product("OLD", "variation", Published="-1"),
        product("ANY", "variable"),
        product("", Name="Nameless"),
    ]
    rows[0].pop("GTIN")

    run = send_rows(foreign.WOOCOMMERCE_PRODUCTS, rows)

    assert run.profile == "woocommerce_products"
    assert counts(run) == {"new": 2, "changed": 1, "unchanged": 1, "error": 1}
    assert "what is sold are its parts" in left(run)[5]
    assert "“Nameless” has no SKU" in errors(run)[6][0]
    apply(run)
    cap, old = Product.objects.filter(sku__in=["CAP", "OLD"]).order_by("sku")
    assert (cap.weight_grams, cap.is_active, old.is_active) == (80, True, False)
    assert Product.objects.get(sku="MUG").barcodes.get().code == "4006381333931"


def test_stock_of_woocommerce():
    rows = [
        {"SKU": "SHIRT", "Name": "Shirt", "Stock": "7", "In stock?": "1"},
        {"SKU": "MUG", "Name": "Mug", "Stock": "parent"},
        {"SKU": "POSTER", "Name": "Poster", "Stock": ""},
        {"SKU": "", "Name": "Nameless", "Stock": "3"},
    ]

    run = send_rows(foreign.WOOCOMMERCE_STOCK, rows, location="BER")

    assert run.profile == "woocommerce_stock"
    assert counts(run) == {"changed": 1, "unchanged": 2, "error": 1}
    apply(run)
    level = StockLevel.objects.get(product__sku="SHIRT", location__code="BER")
    assert level.on_hand == 7
