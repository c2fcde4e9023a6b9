"""SKUs that nobody knew become known: the product exists now, or a listing says what
the channel means. The lines that waited are filled in and their orders go on."""

from collections.abc import Iterable, Mapping, Sequence

from django.db.models import Exists, OuterRef, Q

from channels.models import Listing
from inventory.models import Product
from oms.core.models import WorkItem
from oms.core.sets import update_rows
from orders.models import Order, OrderLine
from orders.models.statuses import Phase

FILLED = "product", "is_bundle", "sku", "channel_sku"


def fill_in_products(orders: Sequence[Order]) -> None:
    """Give lines with an unknown SKU their product, where there is one by now. Needs
    the lock of the orders and their lines."""
    unknown = [
        line
        for order in orders
        for line in order.lines.all()
        if line.product_id is None
    ]
    if not unknown:
        return
    products = Product.objects.in_bulk({line.sku for line in unknown}, field_name="sku")
    channels = {order.pk: order.channel_id for order in orders}
    listed = listings(
        {channels[line.order_id] for line in unknown},
        {line.sku for line in unknown} - products.keys(),
    )
    found = []
    for line in unknown:
        product = products.get(line.sku)
        if product is None:
            product = listed.get((channels[line.order_id], line.sku))
        if product is not None:
            name_product(line, product)
            found.append(line)
    update_rows(
        OrderLine,
        {
            line.pk: (line.product_id, line.is_bundle, line.sku, line.channel_sku)
            for line in found
        },
        FILLED,
    )


def listings(
    channels: Iterable[int], skus: Iterable[str]
) -> Mapping[tuple[int, str], Product]:
    """{(channel, its SKU): our product}; no statement where no SKU is asked for."""
    skus = set(skus)
    if not skus:
        return {}
    rows = Listing.objects.filter(channel__in=set(channels), sku__in=skus)
    return {
        (row.channel_id, row.sku): row.product for row in rows.select_related("product")
    }


def name_product(line: OrderLine, product: Product) -> None:
    """The line is of this product; what the channel said is kept."""
    if line.sku != product.sku:
        line.channel_sku, line.sku = line.sku, product.sku
    line.product = product
    line.is_bundle = product.is_bundle


def orders_of_listings(listing_pks: Iterable[int]) -> list[Order]:
    """Waiting orders with a line that one of these listings explains."""
    explained = Listing.objects.filter(
        pk__in=set(listing_pks), channel=OuterRef("order__channel"), sku=OuterRef("sku")
    )
    return _waiting(Exists(explained))


def orders_to_try() -> list[Order]:
    """Waiting orders that may go on: a SKU of theirs has become known, or nothing is
    known to be against them."""
    known = Exists(Product.objects.filter(sku=OuterRef("sku"))) | Exists(
        Listing.objects.filter(channel=OuterRef("order__channel"), sku=OuterRef("sku"))
    )
    items = WorkItem.objects.filter(
        ~Q(status=WorkItem.Status.RESOLVED),
        subject_type="order",
        subject_id=OuterRef("pk"),
    )
    forgotten = Order.objects.filter(
        ~Exists(items), status=Order.Status.PENDING, phase=Phase.NEW
    )
    return _waiting(known) + list(forgotten.only("pk").order_by("pk"))


def _waiting(condition) -> list[Order]:
    lines = OrderLine.objects.filter(
        condition,
        product=None,
        waiting_quantity__gt=0,
        order__status=Order.Status.PENDING,
    )
    orders = Order.objects.filter(pk__in=lines.values("order"))
    return list(orders.only("pk").order_by("pk"))
