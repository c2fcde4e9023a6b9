"""Files as other systems write them, under their exact headers: what a row does not say
is blank, and columns may be cut."""

import csv
import io
import re
from collections.abc import Iterable, Mapping

import openpyxl

from oms.core.files.models import ImportRun
from tests.files import importing


def _names(text: str) -> list[str]:
    return next(csv.reader([text.replace("\n", "")]))


SHOPIFY_ORDERS = _names("""Name,Email,Financial Status,Paid at,Fulfillment Status,
Fulfilled at,Accepts Marketing,Currency,Subtotal,Shipping,Taxes,Total,Discount Code,
Discount Amount,Shipping Method,Created at,Lineitem quantity,Lineitem name,
Lineitem price,Lineitem compare at price,Lineitem sku,Lineitem requires shipping,
Lineitem taxable,Lineitem fulfillment status,Billing Name,Billing Street,
Billing Address1,Billing Address2,Billing Company,Billing City,Billing Zip,
Billing Province,Billing Country,Billing Phone,Shipping Name,Shipping Street,
Shipping Address1,Shipping Address2,Shipping Company,Shipping City,Shipping Zip,
Shipping Province,Shipping Country,Shipping Phone,Notes,Note Attributes,Cancelled at,
Payment Method,Payment Reference,Refunded Amount,Vendor,Outstanding Balance,Employee,
Location,Device ID,Id,Tags,Risk Level,Source,Lineitem discount,Tax 1 Name,Tax 1 Value,
Tax 2 Name,Tax 2 Value,Tax 3 Name,Tax 3 Value,Tax 4 Name,Tax 4 Value,Tax 5 Name,
Tax 5 Value,Phone,Receipt Number,Duties,Billing Province Name,Shipping Province Name,
Payment ID,Payment Terms Name,Next Payment Due At,Payment References""")
_VARIANT = """Handle,Title,Option1 Name,Option1 Value,Option2 Name,Option2 Value,
Option3 Name,Option3 Value,SKU,"""
SHOPIFY_INVENTORY = _names(
    _VARIANT
    + """HS Code,COO,Location,Bin name,
Incoming (not editable),Unavailable (not editable),Committed (not editable),
Available (not editable),On hand (current),On hand (new)"""
)
SHOPIFY_INVENTORY_2023 = _names(
    _VARIANT + "Location,Incoming,Unavailable,Committed,Available,On hand"
)
SHOPIFY_INVENTORY_WIDE = _names(_VARIANT + "HS Code,COO")
WOOCOMMERCE_ORDERS = _names("""Order Number,Order Status,Order Date,Customer Note,
First Name (Billing),Last Name (Billing),Company (Billing),Address 1&2 (Billing),
City (Billing),State Code (Billing),Postcode (Billing),Country Code (Billing),
Email (Billing),Phone (Billing),First Name (Shipping),Last Name (Shipping),
Address 1&2 (Shipping),City (Shipping),State Code (Shipping),Postcode (Shipping),
Country Code (Shipping),Item #,SKU,Name,Product Variation,Quantity,
Quantity (- Refund),Item Cost,Order Line (w/o tax),Order Line Tax,Order Line Total,
Order Line Total Refunded,Order Line Total (- Refund),Image URL,Coupon Code,
Discount Amount,Discount Amount Tax,Payment Method Title,Coupons Used,
Cart Discount Amount,Order Subtotal Amount,Order Tax Amount,Order Shipping Amount,
Order Refund Amount,Order Total Amount,Order Total Tax Amount,Total items,
Total products""")
WOOCOMMERCE_PRODUCTS = _names("""ID,Type,SKU,"GTIN, UPC, EAN, or ISBN",Name,Published,
Is featured?,Visibility in catalog,Short description,Description,
Date sale price starts,Date sale price ends,Tax status,Tax class,In stock?,Stock,
Low stock amount,Backorders allowed?,Sold individually?,Weight (kg),Length (cm),
Width (cm),Height (cm),Allow customer reviews?,Purchase note,Sale price,Regular price,
Categories,Tags,Shipping class,Images,Download limit,Download expiry days,Parent,
Grouped products,Upsells,Cross-sells,External URL,Button text,Position,Brands""")
WOOCOMMERCE_STOCK = _names("ID,SKU,Name,In stock?,Stock,Backorders allowed?,Parent")
AMAZON_ORDERS = _names("""order-id,order-item-id,purchase-date,payments-date,
buyer-email,buyer-name,buyer-phone-number,sku,product-name,quantity-purchased,currency,
item-price,item-tax,shipping-price,shipping-tax,ship-service-level,recipient-name,
ship-address-1,ship-address-2,ship-address-3,ship-city,ship-state,ship-postal-code,
ship-country,ship-phone-number,delivery-start-date,delivery-end-date,
delivery-time-zone,delivery-Instructions,sales-channel""")
SHIPSTATION_ORDERS = _names("""Date - Order Date,Order - Number,Order - Status,
Carrier - Service Selected,Ship To - Name,Ship To - Company,Ship To - Address 1,
Ship To - Address 2,Ship To - City,Ship To - State,Ship To - Postal Code,
Ship To - Country,Customer Email,Item - Qty,Item - SKU,Item - Name,
Amount - Order Subtotal,Amount - Order Tax,Amount - Order Shipping,
Amount - Order Total,Notes - From Buyer""")
ZOHO_ORDERS = _names("""Order Date,Shipment Date,SalesOrder Number,Status,
Customer Name,Place of Supply,Place of Supply(With State Code),GST Treatment,
GST Identification Number (GSTIN),Is Inclusive Tax,PurchaseOrder,Template Name,
Currency Code,Exchange Rate,Discount Type,Is Discount Before Tax,
Entity Discount Amount,Entity Discount Percent,Item Name,Product ID,SKU,Account,
Item Desc,QuantityOrdered,QuantityInvoiced,QuantityCancelled,Usage unit,Item Price,
Discount,Discount Amount,HSN/SAC,Supply Type,Tax ID,Item Tax,Item Tax %,
Item Tax Amount,Item Tax Type,Item Tax Exemption Reason,Item Type,Item Total,SubTotal,
Total,Shipping Charge,Adjustment,Adjustment Description,Sales person,Notes,
Terms & Conditions,Delivery Method,Source,Billing Address,Billing City,Billing State,
Billing Country,Billing Code,Billing Fax,Billing Phone,Shipping Address,Shipping City,
Shipping State,Shipping Country,Shipping Code,Shipping Fax,Shipping Phone""")
ODOO_ORDERS = _names("""Order Reference,Order Date,Customer,Customer/ID,
Customer/Email,Delivery Address/Name,Delivery Address/Street,Delivery Address/City,
Delivery Address/Zip,Delivery Address/State,Delivery Address/Country,Status,Currency,
Total,Order Lines/Product,Order Lines/Quantity,Order Lines/Unit Price,
Order Lines/Subtotal,Order Lines/Total""")
INVOICES = _names("""invoice,stock_code,description,quantity,invoice_date,unit_price,
customer_id,country""")
HEADERS = {
    "shopify_orders": SHOPIFY_ORDERS,
    "shopify_inventory": SHOPIFY_INVENTORY,
    "shopify_inventory_wide": [*SHOPIFY_INVENTORY_WIDE, "Main Street", "Back room"],
    "woocommerce_orders": WOOCOMMERCE_ORDERS,
    "woocommerce_products": WOOCOMMERCE_PRODUCTS,
    "woocommerce_stock": WOOCOMMERCE_STOCK,
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


def as_csv(rows: list[list[str]], separator: str = ",") -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=separator).writerows(rows)
    return text.getvalue().encode("utf-8-sig")


def as_excel_saves_it_in_germany(rows: list[list[str]]) -> bytes:
    """With semicolons, and a comma in what it takes for an amount."""
    amount = re.compile(r"\d+\.\d\d")
    rows = [
        [c.replace(".", ",") if amount.fullmatch(c) else c for c in row] for row in rows
    ]
    return as_csv(rows, ";")


def as_workbook(rows: list[list[str]]) -> bytes:
    """Amounts and quantities are numbers."""
    book, number = openpyxl.Workbook(), re.compile(r"\d+\.\d\d|\d{1,2}")
    for row in rows:
        book.active.append([float(c) if number.fullmatch(c) else c for c in row])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


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


def send_rows(header, rows, separator=",", **options) -> ImportRun:
    content = as_csv(table(header, rows), separator)
    return importing.send(content, "foreign.csv", **options)


def applied(header, rows, separator=",", **options) -> ImportRun:
    run = send_rows(header, rows, separator, channel="shop", **options)
    assert not importing.errors(run), importing.errors(run)
    importing.apply(run)
    assert not run.rows.filter(status="refused"), run.rows.values_list("result")
    return run
