"""The files of other systems that we know."""

from channels.files.amazon_orders import AmazonOrders
from channels.files.invoices import InvoiceLines
from channels.files.odoo_orders import OdooOrders
from channels.files.shipstation_orders import ShipStationOrders
from channels.files.shopify_inventory import ShopifyInventory, ShopifyInventoryWide
from channels.files.shopify_orders import ShopifyOrders
from channels.files.woocommerce_orders import WooCommerceOrders
from channels.files.woocommerce_products import WooCommerceProducts, WooCommerceStock
from channels.files.zoho_orders import ZohoOrders

PROFILES = (
    ShopifyOrders(),
    ShopifyInventory(),
    ShopifyInventoryWide(),
    WooCommerceOrders(),
    WooCommerceProducts(),
    WooCommerceStock(),
    AmazonOrders(),
    ShipStationOrders(),
    ZohoOrders(),
    OdooOrders(),
    InvoiceLines(),
)
