"""Files of other systems, each from its exact header to orders and products."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from channels.models import Channel
from orders.models import Order
from tests.files import foreign
from tests.files.foreign import applied, send_rows
from tests.files.importing import counts, left

pytestmark = pytest.mark.usefixtures("world")


def lines_of(order) -> list[tuple]:
    lines = order.lines.order_by("position")
    return list(lines.values_list("sku", "quantity", "unit_price", "total_amount"))


# --- Amazon ---------------------------------------------------------------------------


def amazon(sku, quantity, price, tax="0.00", shipping="0.00", **said):
    facts = {
        "order-id": "123-4567890-1234567",
        "order-item-id": f"1234567890{quantity}",
        "purchase-date": "2025-10-07T09:50:26-07:00",
        "payments-date": "2025-10-07T09:51:00-07:00",
        "buyer-email": "x1y2z3@marketplace.example",
        "buyer-name": "Ann Example",
        "sku": sku,
        "product-name": f"The {sku}",
        "quantity-purchased": str(quantity),
        "currency": "USD",
        "item-price": price,
        "item-tax": tax,
        "shipping-price": shipping,
        "shipping-tax": "0.00",
        "recipient-name": "Ann Example",
        "ship-address-1": "1 Main St",
        "ship-city": "Springfield",
        "ship-state": "IL",
        "ship-postal-code": "01234-0001",
        "ship-country": "US",
    }
    return facts | {key.replace("_", "-"): value for key, value in said.items()}


def test_the_report_of_amazon_has_prices_of_whole_rows():
    rows = [
        amazon("SHIRT", 3, "20.00", "1.65", "4.99", shipping_tax="0.41"),
        amazon("MUG", 1, "9.81", "0.81", "1.00"),
    ]

    run = applied(foreign.AMAZON_ORDERS, rows, "\t")

    assert run.profile == "amazon_orders"
    order = Order.objects.get(external_id="123-4567890-1234567")
    assert order.placed_at == datetime(2025, 10, 7, 16, 50, 26, tzinfo=UTC)
    assert order.total_amount == Decimal("38.67")
    assert order.payment_status == "paid"
    assert lines_of(order) == [
        ("SHIRT", 3, Decimal("6.67"), Decimal("21.65")),
        ("MUG", 1, Decimal("9.81"), Decimal("10.62")),
    ]
    assert order.ship_to_postal_code == "01234-0001"


def test_where_prices_of_amazon_hold_the_tax_it_is_not_added():
    applied(foreign.AMAZON_ORDERS, [amazon("MUG", 1, "11.90", "1.90", currency="EUR")])

    order = Order.objects.get(external_id="123-4567890-1234567")
    assert order.total_amount == Decimal("11.90")


def test_what_amazon_has_sent_is_left():
    header = [*foreign.AMAZON_ORDERS, "quantity-shipped", "quantity-to-ship"]
    rows = [
        amazon("MUG", 1, "5.00", quantity_shipped="1", quantity_to_ship="0"),
        amazon("MUG", 2, "9.00", quantity_shipped="1", quantity_to_ship="1")
        | {"order-id": "2"},
        amazon("MUG", 1, "5.00", quantity_shipped="0", quantity_to_ship="1")
        | {"order-id": "3"},
    ]

    run = send_rows(header, rows, "\t", channel="shop")

    assert list(left(run).values()) == [
        "it is shipped already.",
        "part of it is shipped already; finish it where it was begun.",
    ]
    assert counts(run) == {"new": 1, "unchanged": 2}


# --- ShipStation, Zoho, Odoo ----------------------------------------------------------


def shipstation(sku, quantity, **said):
    facts = {
        "Date - Order Date": "10/27/2025 9:50:26 AM",
        "Order - Number": "SS-1",
        "Order - Status": "Awaiting Shipment",
        "Ship To - Name": "Ann Example",
        "Ship To - Address 1": "1 Main St",
        "Ship To - City": "Springfield",
        "Ship To - State": "IL",
        "Ship To - Postal Code": "01234",
        "Ship To - Country": "United States",
        "Customer Email": "ann@example.com",
        "Item - Qty": str(quantity),
        "Item - SKU": sku,
        "Amount - Order Subtotal": "20.00",
        "Amount - Order Tax": "1.65",
        "Amount - Order Shipping": "4.99",
        "Amount - Order Total": "26.64",
    }
    return facts | said


def test_orders_of_shipstation_spread_their_subtotal():
    rows = [shipstation("SHIRT", 2), shipstation("MUG", 1)]

    applied(foreign.SHIPSTATION_ORDERS, rows, currency="USD")

    order = Order.objects.get(external_id="SS-1")
    assert order.total_amount == Decimal("26.64")
    assert order.ship_to_country == "US"
    assert order.payment_status == "paid"
    assert [line[:2] for line in lines_of(order)] == [("SHIRT", 2), ("MUG", 1)]


def test_orders_of_shipstation_without_amounts_cost_nothing():
    header = "Date - Order Date,Order - Number,Carrier - Service Selected,"
    header += "Ship To - State,Item - Qty,Item - SKU,Notes - From Buyer"
    row = {"Date - Order Date": "2025-10-27", "Order - Number": "SS-2"}
    row |= {"Item - Qty": "1", "Item - SKU": "MUG"}

    applied(header.split(","), [row], currency="USD")

    assert Order.objects.get(external_id="SS-2").total_amount == 0


def test_orders_of_shipstation_that_are_left():
    rows = [
        shipstation("MUG", 1, **{"Order - Number": str(n), "Order - Status": status})
        for n, status in enumerate(["Shipped", "Cancelled", "Awaiting Payment"])
    ]

    run = send_rows(foreign.SHIPSTATION_ORDERS, rows, channel="shop", currency="USD")

    assert [text.split(" (")[0] for text in left(run).values()] == [
        "it is shipped already.",
        "it is cancelled.",
        "it is not paid yet",
    ]


def zoho(item, quantity, price, **said):
    facts = {
        "Order Date": "2025-10-07",
        "SalesOrder Number": "SO-00001",
        "Status": "Confirmed",
        "Customer Name": "Example Ltd",
        "Is Inclusive Tax": "false",
        "Currency Code": "EUR",
        "Item Name": item,
        "QuantityOrdered": f"{quantity}.00",
        "QuantityInvoiced": "0.00",
        "QuantityCancelled": "0.00",
        "Item Price": price,
        "Discount Amount": "0.00",
        "Item Tax Amount": "1.90",
        "Total": "32.79",
        "Shipping Charge": "10.00",
        "Adjustment": "-1.01",
        "Shipping Address": "Hauptstr. 1",
        "Shipping City": "Berlin",
        "Shipping Country": "Germany",
        "Shipping Code": "10115",
    }
    return facts | said


def test_orders_of_zoho():
    Channel.objects.filter(code="shop").update(payment="later", payment_terms="invoice")
    rows = [zoho("Shirt", 2, "5.00", SKU="SHIRT"), zoho("MUG", 1, "10.00")]

    applied(foreign.ZOHO_ORDERS, rows)

    order = Order.objects.get(external_id="SO-00001")
    assert order.total_amount == Decimal("32.79")
    assert order.ship_to_country == "DE"
    assert (order.payment_status, order.payment_terms) == ("unpaid", "invoice")
    assert [line[0] for line in lines_of(order)] == ["SHIRT", "MUG"]


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"Status": "Draft"}, "it is Draft."),
        ({"Status": "Void"}, "it is cancelled."),
        ({"Status": "Closed"}, "it is Closed already."),
        ({"Status": "Partially Shipped"}, "part of it is shipped already"),
        ({"QuantityCancelled": "1.00"}, "part of it is cancelled"),
        ({"Status": "Hibernating"}, "nobody knows the status “Hibernating”"),
    ],
)
def test_orders_of_zoho_that_are_left(said, why):
    run = send_rows(
        foreign.ZOHO_ORDERS, [zoho("MUG", 1, "5.00", **said)], channel="shop"
    )

    assert left(run)[2].startswith(why)


def odoo(**said):
    return [
        {
            "Order Reference": "S00012",
            "Order Date": "2025-10-07 07:50:26",
            "Customer": "Example Ltd",
            "Customer/Email": "buy@example.com",
            "Delivery Address/Street": "Hauptstr. 1",
            "Delivery Address/City": "Berlin",
            "Delivery Address/Zip": "10115",
            "Delivery Address/Country": "Germany",
            "Status": "Sales Order",
            "Currency": "EUR",
            "Total": "32.73",
            "Order Lines/Product": "[SHIRT] Shirt (blue)",
            "Order Lines/Quantity": "2.0",
            "Order Lines/Unit Price": "10.00",
            "Order Lines/Subtotal": "18.00",
            "Order Lines/Total": "21.42",
        }
        | said,
        {
            "Order Lines/Product": "[MUG] Mug",
            "Order Lines/Quantity": "1.0",
            "Order Lines/Unit Price": "9.50",
            "Order Lines/Subtotal": "9.50",
            "Order Lines/Total": "11.31",
        },
    ]


def test_orders_of_odoo_with_their_lines_below():
    applied(foreign.ODOO_ORDERS, odoo())

    order = Order.objects.get(external_id="S00012")
    assert order.total_amount == Decimal("32.73")
    assert lines_of(order) == [
        ("SHIRT", 2, Decimal("10.00"), Decimal("21.42")),
        ("MUG", 1, Decimal("9.50"), Decimal("11.31")),
    ]
    assert order.lines.get(sku="SHIRT").name == "Shirt (blue)"
    assert (order.ship_to_name, order.ship_to_country) == ("Example Ltd", "DE")


def test_a_note_between_the_lines_of_odoo_is_left():
    first, second = odoo()

    noted = [first, {"Order Lines/Quantity": "0.0"}, second]
    run = send_rows(foreign.ODOO_ORDERS, noted, channel="shop")

    assert counts(run) == {"new": 2, "unchanged": 1}


@pytest.mark.parametrize(
    ("status", "why"),
    [("Quotation", "it is Quotation."), ("Cancelled", "it is cancelled.")],
)
def test_orders_of_odoo_that_are_left(status, why):
    run = send_rows(foreign.ODOO_ORDERS, odoo(Status=status), channel="shop")

    assert list(left(run).values()) == [why, why]
