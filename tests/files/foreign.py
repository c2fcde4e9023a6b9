"""Files as other systems write them, under their exact headers: what a row does not say
is blank, and columns may be cut."""

import csv
import io
from collections.abc import Iterable, Mapping
from pathlib import Path

from tests.files import writing

ADDRESS = "Name,Street,Address1,Address2,Company,City,Zip,Province,Country,Phone"
SHOPIFY_ORDERS = [
    *"Name,Email,Financial Status,Paid at,Fulfillment Status,Fulfilled at".split(","),
    *"Accepts Marketing,Currency,Subtotal,Shipping,Taxes,Total".split(","),
    *"Discount Code,Discount Amount,Shipping Method,Created at".split(","),
    *(f"Lineitem {name}" for name in "quantity,name,price".split(",")),
    *(f"Lineitem {name}" for name in "compare at price,sku".split(",")),
    *(f"Lineitem {name}" for name in "requires shipping,taxable".split(",")),
    "Lineitem fulfillment status",
    *(f"Billing {name}" for name in ADDRESS.split(",")),
    *(f"Shipping {name}" for name in ADDRESS.split(",")),
    *"Notes,Note Attributes,Cancelled at,Payment Method,Payment Reference".split(","),
    *"Refunded Amount,Vendor,Outstanding Balance,Employee,Location".split(","),
    *"Device ID,Id,Tags,Risk Level,Source,Lineitem discount".split(","),
    *(f"Tax {n} {what}" for n in range(1, 6) for what in ("Name", "Value")),
    *"Phone,Receipt Number,Duties,Billing Province Name".split(","),
    *"Shipping Province Name,Payment ID,Payment Terms Name".split(","),
    *"Next Payment Due At,Payment References".split(","),
]
OPTIONS = [f"Option{n} {what}" for n in (1, 2, 3) for what in ("Name", "Value")]
SHOPIFY_INVENTORY = [
    *("Handle", "Title", *OPTIONS, "SKU", "HS Code", "COO", "Location", "Bin name"),
    *(
        f"{name} (not editable)"
        for name in ("Incoming", "Unavailable", "Committed", "Available")
    ),
    *("On hand (current)", "On hand (new)"),
]
SHOPIFY_INVENTORY_2023 = [
    *("Handle", "Title", *OPTIONS, "SKU", "Location", "Incoming", "Unavailable"),
    *("Committed", "Available", "On hand"),
]
SHOPIFY_INVENTORY_WIDE = ["Handle", "Title", *OPTIONS, "SKU", "HS Code", "COO"]
WOOCOMMERCE_ORDERS = [
    *"Order Number,Order Status,Order Date,Customer Note".split(","),
    *(
        f"{name} (Billing)"
        for name in "First Name,Last Name,Company,Address 1&2,City,State Code,Postcode,"
        "Country Code,Email,Phone".split(",")
    ),
    *(
        f"{name} (Shipping)"
        for name in "First Name,Last Name,Address 1&2,City,State Code,Postcode,"
        "Country Code".split(",")
    ),
    *"Item #,SKU,Name,Product Variation,Quantity,Quantity (- Refund)".split(","),
    *"Item Cost,Order Line (w/o tax),Order Line Tax,Order Line Total".split(","),
    *"Order Line Total Refunded,Order Line Total (- Refund),Image URL".split(","),
    *"Coupon Code,Discount Amount,Discount Amount Tax".split(","),
    *"Payment Method Title,Coupons Used,Cart Discount Amount".split(","),
    *"Order Subtotal Amount,Order Tax Amount,Order Shipping Amount".split(","),
    *"Order Refund Amount,Order Total Amount,Order Total Tax Amount".split(","),
    *("Total items", "Total products"),
]
WOOCOMMERCE_PRODUCTS = [
    *("ID", "Type", "SKU", "GTIN, UPC, EAN, or ISBN", "Name", "Published"),
    *"Is featured?,Visibility in catalog,Short description,Description".split(","),
    *"Date sale price starts,Date sale price ends,Tax status,Tax class".split(","),
    *"In stock?,Stock,Low stock amount,Backorders allowed?".split(","),
    *"Sold individually?,Weight (kg),Length (cm),Width (cm),Height (cm)".split(","),
    *"Allow customer reviews?,Purchase note,Sale price,Regular price".split(","),
    *"Categories,Tags,Shipping class,Images,Download limit".split(","),
    *"Download expiry days,Parent,Grouped products,Upsells,Cross-sells".split(","),
    *"External URL,Button text,Position,Brands".split(","),
]
AMAZON_ORDERS = (
    "order-id order-item-id purchase-date payments-date buyer-email buyer-name "
    "buyer-phone-number sku product-name quantity-purchased currency item-price "
    "item-tax shipping-price shipping-tax ship-service-level recipient-name "
    "ship-address-1 ship-address-2 ship-address-3 ship-city ship-state "
    "ship-postal-code ship-country ship-phone-number delivery-start-date "
    "delivery-end-date delivery-time-zone delivery-Instructions sales-channel"
).split()
SHIPSTATION_ORDERS = [
    *"Date - Order Date,Order - Number,Order - Status".split(","),
    *"Carrier - Service Selected,Ship To - Name,Ship To - Company".split(","),
    *"Ship To - Address 1,Ship To - Address 2,Ship To - City".split(","),
    *"Ship To - State,Ship To - Postal Code,Ship To - Country".split(","),
    *"Customer Email,Item - Qty,Item - SKU,Item - Name".split(","),
    *"Amount - Order Subtotal,Amount - Order Tax".split(","),
    *"Amount - Order Shipping,Amount - Order Total,Notes - From Buyer".split(","),
]
ZOHO_ORDERS = [
    *"Order Date,Shipment Date,SalesOrder Number,Status,Customer Name".split(","),
    *"Place of Supply,Place of Supply(With State Code),GST Treatment".split(","),
    *("GST Identification Number (GSTIN)", "Is Inclusive Tax", "PurchaseOrder"),
    *"Template Name,Currency Code,Exchange Rate,Discount Type".split(","),
    *"Is Discount Before Tax,Entity Discount Amount".split(","),
    *"Entity Discount Percent,Item Name,Product ID,SKU,Account".split(","),
    *"Item Desc,QuantityOrdered,QuantityInvoiced,QuantityCancelled".split(","),
    *"Usage unit,Item Price,Discount,Discount Amount,HSN/SAC".split(","),
    *"Supply Type,Tax ID,Item Tax,Item Tax %,Item Tax Amount".split(","),
    *"Item Tax Type,Item Tax Exemption Reason,Item Type,Item Total".split(","),
    *"SubTotal,Total,Shipping Charge,Adjustment".split(","),
    *"Adjustment Description,Sales person,Notes,Terms & Conditions".split(","),
    *"Delivery Method,Source,Billing Address,Billing City".split(","),
    *"Billing State,Billing Country,Billing Code,Billing Fax".split(","),
    *"Billing Phone,Shipping Address,Shipping City,Shipping State".split(","),
    *"Shipping Country,Shipping Code,Shipping Fax,Shipping Phone".split(","),
]
ODOO_ORDERS = [
    *"Order Reference,Order Date,Customer,Customer/ID,Customer/Email".split(","),
    *(
        f"Delivery Address/{name}"
        for name in "Name,Street,City,Zip,State,Country".split(",")
    ),
    *"Status,Currency,Total,Order Lines/Product,Order Lines/Quantity".split(","),
    *"Order Lines/Unit Price,Order Lines/Subtotal,Order Lines/Total".split(","),
]
INVOICES = (
    "invoice,stock_code,description,quantity,invoice_date,unit_price,customer_id,"
    "country"
).split(",")
HEADERS = {
    "shopify_orders": SHOPIFY_ORDERS,
    "shopify_inventory": SHOPIFY_INVENTORY,
    "shopify_inventory_wide": [*SHOPIFY_INVENTORY_WIDE, "Main Street", "Back room"],
    "woocommerce_orders": WOOCOMMERCE_ORDERS,
    "woocommerce_products": WOOCOMMERCE_PRODUCTS,
    "amazon_orders": AMAZON_ORDERS,
    "shipstation_orders": SHIPSTATION_ORDERS,
    "zoho_orders": ZOHO_ORDERS,
    "odoo_orders": ODOO_ORDERS,
    "invoices": INVOICES,
}


def table(header: list[str], rows: Iterable[Mapping[str, str]]) -> list[list[str]]:
    """The header and a list for each row; a name that the header lacks is a mistake."""
    rows = list(rows)
    assert not (unknown := set().union(*rows) - set(header)), unknown
    return [header, *([row.get(name, "") for name in header] for row in rows)]


def without(rows: list[list[str]], *names: str) -> list[list[str]]:
    """As merchants cut columns."""
    kept = [n for n, name in enumerate(rows[0]) if name not in names]
    return [[row[n] for n in kept] for row in rows]


def as_csv(folder: Path, rows: list[list[str]], *, separator: str = ",") -> Path:
    text = io.StringIO()
    csv.writer(text, delimiter=separator).writerows(rows)
    return writing.csv_file(folder, text.getvalue(), "foreign.csv")


def as_workbook(folder: Path, rows: list[list[str]]) -> Path:
    return writing.workbook(folder, rows, "foreign.xlsx")


def shopify_order(name: str, lines: list[tuple[str, int, str]], **said) -> list[dict]:
    """[(SKU, quantity, price)]; `said` by columns in lower case with _ for blanks.
    Columns of the order stand in the first row alone, and its name in all."""
    facts = {
        "Email": "ann@example.com",
        "Financial Status": "paid",
        "Paid at": "2025-10-07 09:50:28 +0200",
        "Fulfillment Status": "unfulfilled",
        "Accepts Marketing": "no",
        "Currency": "EUR",
        "Created at": "2025-10-07 09:50:26 +0200",
        "Billing Name": "Ann Example",
        "Shipping Name": "Ann Example",
        "Shipping Street": "12 Rue de Seine",
        "Shipping Address1": "12 Rue de Seine",
        "Shipping City": "Paris",
        "Shipping Zip": "'75008",
        "Shipping Country": "FR",
        "Shipping Phone": "'+33 1 23 45 67 89",
        "Refunded Amount": "0.00",
        "Id": "5987654321001",
        "Source": "web",
    }
    by_key = {column.lower().replace(" ", "_"): column for column in SHOPIFY_ORDERS}
    facts |= {by_key[key]: value for key, value in said.items()}
    rows = [
        {
            "Name": name,
            "Lineitem quantity": str(quantity),
            "Lineitem name": f"The {sku.lower()}",
            "Lineitem price": price,
            "Lineitem sku": sku,
            "Lineitem requires shipping": "true",
            "Lineitem taxable": "true",
            "Lineitem fulfillment status": "pending",
            "Vendor": "Acme",
            "Lineitem discount": "0.00",
        }
        for sku, quantity, price in lines
    ]
    rows[0] |= facts
    return rows
